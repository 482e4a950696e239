//! Code blocks: highlighted with a handful of classes, because pages may carry no styles of their own.

use std::sync::LazyLock;

use syntect::easy::ScopeRegionIterator;
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};
use syntect::util::LinesWithEndings;

use super::extract::escaped;
use crate::messages::{Lang, text};

/// Bytes of code that are highlighted in one text; blocks beyond are shown plain.
pub(super) const MOST: usize = 40 * 1024;

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// Scopes (TextMate's names for the parts of a language) and the class that shows them; for each token the innermost
/// scope that has a class decides.
static CLASSES: LazyLock<Vec<(Scope, &'static str)>> = LazyLock::new(|| {
    [
        ("comment", "c"),
        ("string", "s"),
        ("constant.character.escape", "n"),
        ("constant", "n"),
        ("keyword.operator", "o"),
        ("keyword", "k"),
        ("storage", "k"),
        ("variable.language", "k"),
        ("entity.name.function", "f"),
        ("variable.function", "f"),
        ("support.function", "f"),
        ("entity.name", "t"),
        ("support", "t"),
        ("entity.other.attribute-name", "t"),
        ("variable.parameter", "p"),
        ("punctuation.section.interpolation", "o"),
    ]
    .into_iter()
    .filter_map(|(name, class)| Scope::new(name).ok().map(|scope| (scope, class)))
    .collect()
});

/// A code block with its copy button, highlighted if `language` is known.
pub(super) fn highlight(source: &str, language: &str, lang: Lang) -> String {
    let syntax = SYNTAXES.find_syntax_by_token(language);
    let body = syntax.and_then(|syntax| classed(source, syntax)).unwrap_or_else(|| escaped(source));
    format!(
        "<div class=\"copy\" data-copy=\"{}\" data-copied=\"{}\"><pre tabindex=\"0\"><code class=\"code\">{body}</code></pre></div>\n",
        escaped(&text(lang, "copy", &[])),
        escaped(&text(lang, "copied", &[])),
    )
}

/// The source with a `<span>` around every run of one class; `None` if the grammar fails on it.
fn classed(source: &str, syntax: &SyntaxReference) -> Option<String> {
    let mut state = ParseState::new(syntax);
    let mut stack = ScopeStack::new();
    let mut runs: Vec<(Option<&'static str>, String)> = Vec::new();
    for line in LinesWithEndings::from(source) {
        let changes = state.parse_line(line, &SYNTAXES).ok()?;
        for (token, change) in ScopeRegionIterator::new(&changes, line) {
            stack.apply(change).ok()?;
            if token.is_empty() {
                continue;
            }
            let class = if token.trim().is_empty() { None } else { class_of(&stack) };
            match runs.last_mut() {
                Some((last, text)) if *last == class => text.push_str(token),
                _ => runs.push((class, token.to_owned())),
            }
        }
    }
    let spans = runs.into_iter().map(|(class, text)| match class {
        Some(class) => format!("<span class=\"{class}\">{}</span>", escaped(&text)),
        None => escaped(&text),
    });
    Some(spans.collect())
}

fn class_of(stack: &ScopeStack) -> Option<&'static str> {
    stack
        .as_slice()
        .iter()
        .rev()
        .find_map(|scope| CLASSES.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope)).map(|(_, class)| *class))
}
