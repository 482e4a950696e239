//! Markdown to safe HTML: text, tables, mathematics as MathML, highlighted code, and diagrams.
//!
//! The author's text is parsed; formulas, code blocks and diagrams are taken out and leave empty marked elements
//! ("slots") behind; what remains is turned into HTML and sanitised; then our own markup goes into the slots. So
//! nothing that an author writes reaches a page without passing the sanitiser or an escaping generator of ours.

use std::panic::resume_unwind;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::thread::{self, Builder};

use comrak::options::Plugins;
use comrak::{Arena, Options};

use crate::blobs::Sha256;
use crate::messages::{Lang, Said, said};

mod cache;
mod code;
pub mod diagrams;
mod extract;
mod limits;
mod maths;
mod sanitise;

use cache::Cache;
use diagrams::Diagram;
pub use extract::escaped;

/// Language of the code blocks that are drawn as diagrams.
pub const DIAGRAM: &str = "mermaid";

/// Stack for long texts, in bytes; a formula of 4,000 braces takes some megabytes of it.
const STACK: usize = 64 * 1024 * 1024;

/// Texts up to this length, in bytes, cannot nest too deep for any stack.
const SHALLOW: usize = 400;

/// A text as pages show it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rendered {
    /// Safe HTML.
    pub html: String,
    /// Its headings of the second and third level, in order.
    pub contents: Vec<Heading>,
    /// What could not be rendered as meant; the page shows its source instead.
    pub faults: Vec<TextFault>,
    /// Drawings that the text refers to by `/diagrams/{sha256}.svg`.
    pub diagrams: Vec<Diagram>,
}

/// A heading of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// Level in the page: 2, 3, …
    pub level: u8,
    /// Its `id`.
    pub id: String,
    /// Its words, without markup.
    pub text: String,
}

/// Something in a text that could not be rendered as meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextFault {
    /// Line of the text, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub said: Said,
}

static CACHE: LazyLock<Mutex<Cache>> = LazyLock::new(Mutex::default);

/// The text `source`, written in `lang`, as pages show it; rendered once and kept by the hash of the source.
pub fn render(source: &str, lang: Lang) -> Arc<Rendered> {
    if let Some(known) = known(source, lang) {
        return known;
    }
    let key = (Sha256::of(source.as_bytes()), lang);
    // Not under the lock: a long text must not hold up other pages.
    let rendered = Arc::new(render_anew(source, lang));
    CACHE.lock().unwrap_or_else(PoisonError::into_inner).keep(key, &rendered);
    rendered
}

/// A text that is being written, as pages show it; neither it nor its drawings are kept, which it holds itself.
pub fn preview(source: &str, lang: Lang) -> Rendered {
    let mut rendered = known(source, lang).map_or_else(|| render_anew(source, lang), |known| (*known).clone());
    for diagram in &rendered.diagrams {
        rendered.html = diagram.within(&rendered.html);
    }
    rendered
}

/// The text as pages show it, if it was rendered before.
pub fn known(source: &str, lang: Lang) -> Option<Arc<Rendered>> {
    let key = (Sha256::of(source.as_bytes()), lang);
    CACHE.lock().unwrap_or_else(PoisonError::into_inner).get(&key)
}

/// The HTML of a short text; a single paragraph comes without its `<p>`, to stand inside a label or a cell.
pub fn render_line(source: &str, lang: Lang) -> String {
    let html = &render(source, lang).html;
    let inner = html.trim().strip_prefix("<p>").and_then(|rest| rest.strip_suffix("</p>"));
    inner.filter(|inner| !inner.contains("<p>")).unwrap_or(html).to_owned()
}

/// Renders a long text on a stack of its own: a formula or a diagram may nest as deep as it is long, and a stack that
/// overflows ends the whole program.
fn render_anew(source: &str, lang: Lang) -> Rendered {
    if source.len() <= SHALLOW {
        return render_here(source, lang);
    }
    thread::scope(|scope| {
        let rendering = Builder::new().stack_size(STACK).spawn_scoped(scope, || render_here(source, lang));
        match rendering.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(rendered)) => rendered,
            Ok(Err(panic)) => resume_unwind(panic),
            Err(_) => refused(source, TextFault { line: 1, said: said!("fault-text-busy") }),
        }
    })
}

fn render_here(source: &str, lang: Lang) -> Rendered {
    if let Some(said) = limits::of_source(source) {
        return refused(source, TextFault { line: 1, said });
    }
    let options = options();
    let arena = Arena::new();
    let root = comrak::parse_document(&arena, source, &options);
    if let Some(fault) = limits::of_tree(root) {
        return refused(source, fault);
    }
    let extracted = extract::extract(root, lang);
    let headings = extract::HeadingMarks::default();
    let mut plugins = Plugins::default();
    plugins.render.heading_adapter = Some(&headings);
    let mut html = String::new();
    // Writing into a string fails only if an adapter of ours does.
    if comrak::format_html_with_plugins(root, &options, &mut html, &plugins).is_err() {
        html.clear();
    }
    if let Some(said) = limits::of_html(&html) {
        return refused(source, TextFault { line: 1, said });
    }
    Rendered {
        html: sanitise::fill(&sanitise::clean(&html), &extracted.slots, &extracted.headings),
        contents: extracted.headings.into_iter().filter(|heading| heading.level <= 3).collect(),
        faults: extracted.faults,
        diagrams: extracted.diagrams,
    }
}

/// The beginning of a text that would take too long to render, as it was written.
fn refused(source: &str, fault: TextFault) -> Rendered {
    let shown = source.get(..source.floor_char_boundary(limits::LONGEST)).unwrap_or_default();
    Rendered {
        html: format!("<pre tabindex=\"0\">{}</pre>\n", escaped(shown)),
        faults: vec![fault],
        ..Rendered::default()
    }
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.autolink = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options.extension.math_dollars = true;
    options.extension.alerts = true;
    // Chinese has no spaces around emphasis, which plain CommonMark needs to see it.
    options.extension.cjk_friendly_emphasis = true;
    // The author's HTML is let through here because the sanitiser comes next.
    options.render.r#unsafe = true;
    options
}

#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod tests;
