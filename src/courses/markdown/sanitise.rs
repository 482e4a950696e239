//! The sanitiser for authors' HTML, and the filling of slots with our own markup afterwards.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::Heading;
use super::extract::escaped;

static SANITISER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut builder = ammonia::Builder::default();
    let headings = ["h2", "h3", "h4", "h5", "h6"];
    let mut attributes: HashMap<&str, HashSet<&str>> = HashMap::from([
        ("a", HashSet::from(["href", "id"])),
        ("img", HashSet::from(["src", "alt", "width", "height"])),
        ("th", HashSet::from(["align", "colspan", "rowspan", "scope"])),
        ("td", HashSet::from(["align", "colspan", "rowspan"])),
        ("ol", HashSet::from(["start"])),
        ("li", HashSet::from(["id"])),
        ("span", HashSet::from(["data-slot"])),
        ("div", HashSet::from(["data-slot"])),
        ("q", HashSet::from(["cite"])),
    ]);
    attributes.extend(headings.map(|heading| (heading, HashSet::from(["data-heading"]))));
    let alert = ["markdown-alert", "note", "tip", "important", "warning", "caution"];
    builder
        .tag_attributes(attributes)
        .add_tags(["section", "figure", "figcaption"])
        .rm_tags(["h1", "map", "area"])
        .generic_attributes(HashSet::from(["lang", "title"]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .add_allowed_classes("div", alert.map(|name| if name == "markdown-alert" { name } else { alert_class(name) }))
        .add_allowed_classes("p", ["markdown-alert-title"])
        .add_allowed_classes("section", ["footnotes"])
        .add_allowed_classes("sup", ["footnote-ref"])
        // Ids are for footnotes; others could pretend to be parts of the page.
        .attribute_filter(|_, attribute, value| match attribute {
            "id" if !value.starts_with("fn") => None,
            _ => Some(Cow::Borrowed(value)),
        });
    builder
});

fn alert_class(name: &str) -> &'static str {
    match name {
        "note" => "markdown-alert-note",
        "tip" => "markdown-alert-tip",
        "important" => "markdown-alert-important",
        "warning" => "markdown-alert-warning",
        _ => "markdown-alert-caution",
    }
}

/// What may stay of `html`: text structure, links to the web, images, tables; no scripts, styles, forms or events.
pub(super) fn clean(html: &str) -> String {
    SANITISER.clean(html).to_string()
}

/// Sanitised HTML with slots filled, headings named, and tables in scroll regions named after their headings.
///
/// The sanitiser writes `<` in text and `"` in attributes as entities, so what begins with `<` outside of quotes is
/// always a tag, and one that is looked for here is never part of an attribute.
pub(super) fn fill(html: &str, slots: &[String], headings: &[Heading]) -> String {
    let mut filled = String::with_capacity(html.len() * 2);
    let mut section: Option<&Heading> = None;
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        filled.push_str(before);
        let (tag, after) = tag.split_at(end_of(tag));
        rest = after;
        if let Some(number) = number_in(tag, "<span data-slot=\"").or_else(|| number_in(tag, "<div data-slot=\"")) {
            let closing = if tag.starts_with("<span") { "</span>" } else { "</div>" };
            rest = rest.strip_prefix(closing).unwrap_or(rest);
            filled.push_str(slots.get(number).map_or("", String::as_str));
        } else if let Some(heading) = heading_number(tag).and_then(|number| headings.get(number)) {
            section = Some(heading);
            filled.extend(["<h", &heading.level.to_string(), " id=\"", &escaped(&heading.id), "\">"]);
        } else if tag == "<table>" {
            filled.push_str("<div class=\"scroll\" tabindex=\"0\"");
            if let Some(heading) = section {
                filled.extend([" role=\"region\" aria-labelledby=\"", &escaped(&heading.id), "\""]);
            }
            filled.push_str("><table>");
        } else if tag == "</table>" {
            filled.push_str("</table></div>");
        } else if let Some(after) = rest.strip_prefix("</th>").filter(|_| tag.starts_with("<th")) {
            // An empty heading heads nothing: the corner of a table whose first column names its rows.
            filled.push_str("<td></td>");
            rest = after;
        } else {
            filled.push_str(tag);
        }
    }
    filled.push_str(rest);
    filled
}

/// Length of the tag that `text` begins with; a `>` inside a quoted attribute does not end it.
fn end_of(text: &str) -> usize {
    let mut is_quoted = false;
    for (position, character) in text.char_indices() {
        match character {
            '"' => is_quoted = !is_quoted,
            '>' if !is_quoted => return position + 1,
            _ => {}
        }
    }
    text.len()
}

fn heading_number(tag: &str) -> Option<usize> {
    (2..=6).find_map(|level| number_in(tag, &format!("<h{level} data-heading=\"")))
}

/// The number between `opening` and `">`.
fn number_in(tag: &str, opening: &str) -> Option<usize> {
    tag.strip_prefix(opening)?.strip_suffix("\">")?.parse().ok()
}
