//! Texts made to keep the renderer busy.

use std::time::{Duration, Instant};

use super::*;

/// The key of what is wrong first, after its first word.
fn fault(source: &str) -> Option<String> {
    let rendered = render(source, Lang::En);
    rendered.faults.first().and_then(|fault| fault.said.key().split_once('-')).map(|(_, key)| key.to_owned())
}

#[test]
fn texts_that_would_take_minutes_are_refused_at_once() {
    let long = "a ".repeat(limits::LONGEST);
    let formulas = "$x$ ".repeat(1_001);
    let blocks = "```\na\n```\n\n".repeat(1_001);
    let diagrams = "```mermaid\nflowchart LR\n A --> B\n```\n\n".repeat(21);
    let cases = [
        (long, "text-bytes"),
        (format!("{} a", ">".repeat(100_000)), "text-deep"),
        ("> ".repeat(50_000), "text-deep"),
        (formulas, "text-formulas"),
        (blocks, "text-blocks"),
        (diagrams, "text-diagrams"),
        ("<div>".repeat(30_000), "text-html"),
        ("x<a><div></a>".repeat(10_000), "text-html"),
        ("<b>x\n\n".repeat(30_000), "text-html"),
        ("<ul><li>".repeat(20_000), "text-html"),
        ("<div title='</div>'>".repeat(5_000), "text-html"),
        ("<div =\"</div>\">".repeat(5_000), "text-html"),
        ("<div><!-- </div> -->".repeat(5_000), "text-html"),
        ("<!--".to_owned() + &"<a".repeat(60_000), "text-html"),
        ("<textarea><x a=\"</textarea><div>".repeat(5_000), "text-html"),
        ("[^1] ".repeat(39_000) + "\n\n[^1]: note", "text-html-long"),
    ];
    for (source, expected) in cases {
        let beginning: String = source.chars().take(30).collect();
        assert_eq!(fault(&source).as_deref(), Some(expected), "{beginning}");
    }
}

#[test]
fn long_texts_with_ordinary_markup_are_shown() {
    let section =
        "## About <b>trees</b>\n\n- one\n  - two\n\n> quoted <br> twice\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n";
    let table = format!("<table>{}</table>\n\n", "<tr><td title=\"a > b\">1</td><td>2</td></tr>\n".repeat(500));
    assert_eq!(fault(&(section.repeat(1_000) + &table)), None);
}

#[test]
fn formulas_nested_as_deep_as_they_are_long_do_not_overflow_the_stack() {
    fault(&format!("${}{}$", "{".repeat(1_900), "}".repeat(1_900)));
    fault(&format!("${}a{}$", "\\sqrt{".repeat(560), "}".repeat(560)));
    fault(&format!("${}a$", "\\sqrt".repeat(750)));
}

#[test]
fn only_so_much_code_is_highlighted() {
    let block = format!("```python\n{}```\n\n", "import os\n".repeat(2_000));
    let page = render(&block.repeat(9), Lang::En).html.clone();
    assert_eq!(page.matches("<span class=\"k\">import</span>").count(), 4_000);
    assert_eq!(page.matches("import").count(), 18_000);
}

#[test]
fn diagrams_of_one_text_share_their_time() {
    let edges = |from: usize| {
        let lines: Vec<String> = (from..from + 300).map(|at| format!(" A{at} --> A{}\n", at + 1)).collect();
        lines.concat()
    };
    let diagram = |from: usize| format!("```mermaid\nflowchart LR\n{}```\n\n", edges(from));
    let began = Instant::now();
    render(&[diagram(100), diagram(500), diagram(600)].concat(), Lang::En);
    // Each by itself would take minutes; the limit is some seconds on a quiet machine.
    assert!(began.elapsed() < Duration::from_mins(1), "{:?}", began.elapsed());
}

#[test]
fn faults_quote_the_beginning_of_a_long_source() {
    let long = "a".repeat(5_000);
    let source = format!("${long}$\n\n![x]({long})\n\n[x](#{long})\n\n${long} \\hat $ x\n");
    let rendered = render(&source, Lang::En);
    assert_eq!(rendered.faults.len(), 4);
    for fault in &rendered.faults {
        let said = fault.said.to_string();
        assert!(said.contains("aaa…") && said.len() < 300, "{said}");
    }
}

#[test]
fn a_refused_text_shows_its_source() {
    let rendered = render(&format!("{} <i>", ">".repeat(200)), Lang::En);
    assert!(rendered.html.ends_with(" &lt;i&gt;</pre>\n"), "{}", rendered.html);
}
