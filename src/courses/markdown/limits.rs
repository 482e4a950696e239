//! How much a text may hold, so that rendering any text ends soon; every check here takes time linear in its length.

use comrak::arena_tree::NodeEdge;
use comrak::nodes::{Node, NodeValue};

use super::{DIAGRAM, TextFault};
use crate::messages::{Said, said};

/// Longest text, in bytes: seven times the longest lesson that comes with Assay.
pub(super) const LONGEST: usize = 200_000;

/// Deepest nesting of quotes and lists, and most `>` in a row, which the parser reads again for each of them.
const DEEPEST: usize = 100;

/// Most formulas and most code blocks of one text.
const MOST_PIECES: usize = 1_000;

/// Most diagrams of one text: drawing takes about a tenth of a second each.
const MOST_DIAGRAMS: usize = 20;

/// Most bytes of all diagrams of one text together.
const LONGEST_DIAGRAMS: usize = 16 * 1024;

/// Longest HTML before sanitising, in bytes: footnotes and entities make it many times longer than the text.
const LONGEST_HTML: usize = 4_000_000;

/// Most steps of the sanitiser, which looks for each element through all that are open around it, and opens unclosed
/// emphasis again in each paragraph.
const MOST_STEPS: usize = 500_000;

/// What keeps a text from being parsed.
pub(super) fn of_source(source: &str) -> Option<Said> {
    if source.len() > LONGEST {
        return Some(said!("fault-text-bytes", most = LONGEST));
    }
    let mut run = 0;
    let is_deep = source.bytes().any(|byte| {
        run = if byte == b'>' { run + 1 } else { 0 };
        run > DEEPEST
    });
    is_deep.then(|| said!("fault-text-deep", most = DEEPEST))
}

/// What keeps a parsed text from being rendered.
pub(super) fn of_tree(root: Node<'_>) -> Option<TextFault> {
    let (mut depth, mut formulas, mut blocks, mut diagrams, mut drawn) = (0_usize, 0, 0, 0, 0);
    for edge in root.traverse() {
        let node = match edge {
            NodeEdge::Start(node) => node,
            NodeEdge::End(_) => {
                depth = depth.saturating_sub(1);
                continue;
            }
        };
        depth += 1;
        let data = node.data();
        match &data.value {
            NodeValue::Math(_) => formulas += 1,
            NodeValue::CodeBlock(block) if block.info.split_whitespace().next() == Some(DIAGRAM) => {
                diagrams += 1;
                drawn += block.literal.len();
            }
            NodeValue::CodeBlock(_) => blocks += 1,
            _ => {}
        }
        let said = if depth > DEEPEST {
            said!("fault-text-deep", most = DEEPEST)
        } else if formulas > MOST_PIECES {
            said!("fault-text-formulas", most = MOST_PIECES)
        } else if blocks > MOST_PIECES {
            said!("fault-text-blocks", most = MOST_PIECES)
        } else if diagrams > MOST_DIAGRAMS || drawn > LONGEST_DIAGRAMS {
            said!("fault-text-diagrams", most = MOST_DIAGRAMS, bytes = LONGEST_DIAGRAMS)
        } else {
            continue;
        };
        return Some(TextFault { line: data.sourcepos.start.line, said });
    }
    None
}

/// What keeps the HTML of a text from being sanitised.
pub(super) fn of_html(html: &str) -> Option<Said> {
    if html.len() > LONGEST_HTML {
        return Some(said!("fault-text-html-long", most = LONGEST_HTML));
    }
    (steps(html) > MOST_STEPS).then(|| said!("fault-text-html"))
}

/// Elements that never hold others (HTML Living Standard §13.1.2).
const VOID: [&str; 13] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];

/// Longer names of elements are none that a page may have.
const LONGEST_NAME: usize = 40;

/// How comments and the like begin after `<`, and how they end.
const COMMENTS: [(&str, &str); 2] = [("!--", "-->"), ("![CDATA[", "]]>")];

/// The sum over all tags of how many elements are open there.
///
/// At least what a browser's parser holds open: whatever looks like a tag opens an element, and a closing tag counts
/// only for the element opened last and outside of comments and attributes. Further than [`MOST_STEPS`] nobody counts.
fn steps(html: &str) -> usize {
    let mut open: Vec<&str> = Vec::new();
    let (mut steps, mut rest) = (0_usize, html);
    // Where the comment that we are in ends; a parser may leave it earlier, never later.
    let mut comment: Option<&str> = None;
    while let Some((before, tag)) = rest.split_once('<').filter(|_| steps <= MOST_STEPS) {
        if comment.is_some_and(|end| before.contains(end)) {
            comment = None;
        }
        if comment.is_none() {
            comment = COMMENTS.iter().find(|(begin, _)| tag.starts_with(begin)).map(|(_, end)| *end);
        }
        rest = tag;
        let Some(name) = name(tag.strip_prefix('/').unwrap_or(tag)) else { continue };
        if tag.starts_with('/') {
            if comment.is_none() && open.last().is_some_and(|last| same(last, name)) {
                open.pop();
            }
        } else if !VOID.iter().any(|void| same(name, void)) {
            open.push(name);
        }
        if comment.is_none() {
            let (attributes, after) = tag.split_at(end_of(tag));
            open.extend(attributes.split('<').skip(1).map(|_| "in an attribute"));
            rest = after;
        }
        steps += open.len();
    }
    steps
}

/// The name that a tag begins with; `None` where this is no tag. A name longer than any known is as good as another.
fn name(tag: &str) -> Option<&str> {
    if !tag.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return None;
    }
    let end = tag.bytes().take(LONGEST_NAME).position(|at| at.is_ascii_whitespace() || matches!(at, b'/' | b'>'));
    Some(end.and_then(|end| tag.get(..end)).unwrap_or(""))
}

/// Whether two tags are of one element; of names that nobody knows, it is not said.
fn same(name: &str, other: &str) -> bool {
    !name.is_empty() && name.eq_ignore_ascii_case(other)
}

/// Where in a tag we are (HTML Living Standard §13.2.5.32 to §13.2.5.39).
enum In {
    /// Before the name of an attribute.
    Space,
    Name,
    /// After `=`.
    Value,
    Unquoted,
    Quoted(u8),
}

/// Length of a tag after its `<`; a `>` in a quoted value does not end it.
fn end_of(tag: &str) -> usize {
    let mut now = In::Name;
    let mut is_tag_name = true;
    // The slash of a closing tag comes before its name.
    let slash = usize::from(tag.starts_with('/'));
    for (position, byte) in tag.bytes().enumerate().skip(slash) {
        now = match (now, byte) {
            (In::Quoted(open), byte) if open == byte => In::Space,
            (In::Quoted(open), _) => In::Quoted(open),
            (In::Space | In::Name | In::Value | In::Unquoted, b'>') => return position + 1,
            (In::Value, b'"' | b'\'') => In::Quoted(byte),
            (In::Value, byte) if byte.is_ascii_whitespace() => In::Value,
            (In::Value, _) => In::Unquoted,
            (In::Unquoted, byte) if !byte.is_ascii_whitespace() => In::Unquoted,
            (In::Name, b'=') if !is_tag_name => In::Value,
            // White space may stand between a name and its `=`.
            (In::Name, byte) if byte.is_ascii_whitespace() && !is_tag_name => In::Name,
            (In::Space | In::Name, b'/') | (In::Name | In::Unquoted, b' ' | b'\n' | b'\t' | b'\r' | 0x0c) => In::Space,
            (In::Space, byte) if byte.is_ascii_whitespace() => In::Space,
            (In::Space | In::Name | In::Unquoted, _) => In::Name,
        };
        is_tag_name = is_tag_name && matches!(now, In::Name);
    }
    tag.len()
}
