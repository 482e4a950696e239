//! Taking formulas, code and diagrams out of a parsed text, and naming its headings.

use std::fmt::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use comrak::adapters::{HeadingAdapter, HeadingMeta};
use comrak::nodes::{Node, NodeCodeBlock, NodeHtmlBlock, NodeMath, NodeValue, Sourcepos};
use comrak::{Anchorizer, html};

use super::{Diagram, Heading, TextFault, code, diagrams, maths};
use crate::messages::fault::quoted;
use crate::messages::{Lang, said};

/// Ids that pages use themselves.
const TAKEN_IDS: [&str; 4] = ["main", "error-summary", "contents", "outline"];

/// What was taken out of a text.
#[derive(Default)]
pub(super) struct Extracted {
    /// Markup of ours, by the number in the slot that it belongs to.
    pub(super) slots: Vec<String>,
    pub(super) headings: Vec<Heading>,
    pub(super) faults: Vec<TextFault>,
    pub(super) diagrams: Vec<Diagram>,
    /// How long drawing took so far.
    drawing: Duration,
    /// Bytes of code so far.
    code: usize,
}

/// Takes everything that has a generator of its own out of the tree under `root`.
pub(super) fn extract(root: Node<'_>, lang: Lang) -> Extracted {
    let mut extracted = Extracted::default();
    extracted.name_headings(root);
    for node in root.descendants() {
        let line = node.data().sourcepos.start.line;
        let replacement = match &node.data().value {
            NodeValue::Math(math) if is_in_image(node) => Some(NodeValue::Text(math.literal.clone().into())),
            NodeValue::Math(math) => Some(extracted.math(math, line)),
            NodeValue::CodeBlock(block) => Some(extracted.block(block, lang, line)),
            NodeValue::Heading(heading) if heading.level == 1 => {
                // The page's own title is the only heading of the first level.
                let mut heading = *heading;
                heading.level = 2;
                Some(NodeValue::Heading(heading))
            }
            NodeValue::Link(target) => {
                extracted.check_fragment(&target.url, line);
                None
            }
            NodeValue::Image(image) => {
                if !image.url.starts_with('/') {
                    let said = said!("fault-image", address = quoted(&image.url));
                    extracted.faults.push(TextFault { line, said });
                }
                None
            }
            NodeValue::Text(text) => {
                extracted.check_dollar(text, line);
                None
            }
            _ => None,
        };
        if let Some(value) = replacement {
            node.data_mut().value = value;
        }
    }
    extracted.faults.sort_by_key(|fault| fault.line);
    extracted
}

/// An image's text becomes an attribute, where no markup may go.
fn is_in_image(node: Node<'_>) -> bool {
    node.ancestors().any(|ancestor| matches!(ancestor.data().value, NodeValue::Image(_)))
}

impl Extracted {
    fn name_headings(&mut self, root: Node<'_>) {
        let mut anchors = Anchorizer::new();
        for taken in TAKEN_IDS {
            anchors.anchorize(taken);
        }
        for node in root.descendants() {
            let NodeValue::Heading(heading) = &node.data().value else { continue };
            let text = words(node);
            let id = match anchors.anchorize(&text) {
                id if id.is_empty() => anchors.anchorize("section"),
                id => id,
            };
            self.headings.push(Heading { level: heading.level.max(2), id, text });
        }
    }

    fn slot(&mut self, markup: String) -> usize {
        self.slots.push(markup);
        self.slots.len() - 1
    }

    fn math(&mut self, math: &NodeMath, line: usize) -> NodeValue {
        let markup = match maths::to_mathml(&math.literal, math.display_math) {
            Ok(mathml) => mathml,
            Err(fault) => {
                let said = said!("fault-tex", formula = quoted(&math.literal), fault = fault);
                self.faults.push(TextFault { line, said });
                format!("<code class=\"formula\">{}</code>", escaped(&math.literal))
            }
        };
        NodeValue::HtmlInline(format!("<span data-slot=\"{}\"></span>", self.slot(markup)))
    }

    fn block(&mut self, block: &NodeCodeBlock, lang: Lang, line: usize) -> NodeValue {
        let language = block.info.split_whitespace().next().unwrap_or_default();
        let markup = if language == super::DIAGRAM {
            let began = Instant::now();
            let drawn = diagrams::draw(&block.literal, diagrams::DEADLINE.saturating_sub(self.drawing));
            self.drawing += began.elapsed();
            match drawn {
                Ok(diagram) => {
                    let markup = diagrams::markup(&diagram, lang);
                    self.diagrams.push(diagram);
                    markup
                }
                Err(fault) => {
                    self.faults.push(TextFault { line, said: said!("fault-diagram", fault = fault) });
                    code::highlight(&block.literal, "", lang)
                }
            }
        } else {
            self.code += block.literal.len();
            code::highlight(&block.literal, if self.code > code::MOST { "" } else { language }, lang)
        };
        let literal = format!("<div data-slot=\"{}\"></div>\n", self.slot(markup));
        NodeValue::HtmlBlock(NodeHtmlBlock { block_type: 6, literal })
    }

    /// What an author meant as a formula and a reader would see as its source.
    fn check_dollar(&mut self, text: &str, line: usize) {
        if text.contains('$') && text.contains('\\') {
            self.faults.push(TextFault { line, said: said!("fault-dollar", text = quoted(text.trim())) });
        }
    }

    fn check_fragment(&mut self, url: &str, line: usize) {
        let Some(fragment) = url.strip_prefix('#') else { return };
        if !self.headings.iter().any(|heading| heading.id == fragment) {
            self.faults.push(TextFault { line, said: said!("fault-fragment", address = quoted(url)) });
        }
    }
}

/// The words of a heading, formulas as written.
fn words(node: Node<'_>) -> String {
    let mut words = String::new();
    for part in node.descendants() {
        match &part.data().value {
            NodeValue::Text(text) => words.push_str(text),
            NodeValue::Code(code) => words.push_str(&code.literal),
            NodeValue::Math(math) => words.push_str(&math.literal),
            NodeValue::SoftBreak | NodeValue::LineBreak => words.push(' '),
            _ => {}
        }
    }
    words
}

/// Text as HTML.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    // Writing into a string cannot fail.
    let _ = html::escape(&mut escaped, text);
    escaped
}

/// Numbers headings as they are written, so that they get their ids after sanitising.
#[derive(Default)]
pub(super) struct HeadingMarks(AtomicUsize);

impl HeadingAdapter for HeadingMarks {
    fn enter(&self, output: &mut dyn Write, heading: &HeadingMeta, _: Option<Sourcepos>) -> fmt::Result {
        write!(output, "<h{} data-heading=\"{}\">", heading.level, self.0.fetch_add(1, Ordering::Relaxed))
    }

    fn exit(&self, output: &mut dyn Write, heading: &HeadingMeta) -> fmt::Result {
        writeln!(output, "</h{}>", heading.level)
    }
}
