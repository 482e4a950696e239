//! Rendering and sanitising.

use super::*;

fn html(source: &str) -> String {
    render(source, Lang::En).html.clone()
}

#[test]
fn text_has_structure_and_headings_have_ids() {
    let rendered = render("## One *two*\n\n### 卷积\n\ntext\n\n## One two\n\n# Top\n\n## Main\n", Lang::En);
    let ids: Vec<_> = rendered.contents.iter().map(|heading| (heading.level, heading.id.as_str())).collect();
    assert_eq!(ids, [(2, "one-two"), (3, "卷积"), (2, "one-two-1"), (2, "top"), (2, "main-1")]);
    assert!(rendered.html.contains("<h2 id=\"one-two\">One <em>two</em></h2>"), "{}", rendered.html);
    assert!(!rendered.html.contains("<h1"));
}

#[test]
fn tables_stand_in_scroll_regions_named_by_their_section() {
    let page = html("## Sizes\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n");
    assert!(page.contains("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"sizes\"><table>"));
    assert!(page.contains("<td align=\"right\">2</td>"));
    assert!(page.contains("</table></div>"));
    let corner = html("| | b |\n|---|---|\n| 1 | 2 |\n");
    assert!(corner.contains("<td></td>") && corner.contains("<th>b</th>") && !corner.contains("<th></th>"), "{corner}");
}

#[test]
fn formulas_become_mathml() {
    let page = html("Let $x^2$ be\n\n$$\\frac{1}{2}$$\n");
    assert!(page.contains("<math><msup><mi>x</mi><mn>2</mn></msup></math>"), "{page}");
    assert!(page.contains("<span class=\"formula\" tabindex=\"0\"><math display=\"block\""), "{page}");
    let aligned =
        html("$$\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}$$ $$\\begin{cases} 1 & x \\\\ 2 & y \\end{cases}$$");
    assert!(!aligned.contains(" style="), "{aligned}");
}

#[test]
fn a_formula_that_fails_shows_its_source_and_is_reported() {
    let rendered = render("fine\n\nbroken $\\frac{1}{<b>$ here", Lang::En);
    assert!(rendered.html.contains("<code class=\"formula\">\\frac{1}{&lt;b&gt;</code>"), "{}", rendered.html);
    assert_eq!(rendered.faults.len(), 1);
    assert_eq!(rendered.faults[0].line, 3);
    let missed = render("Here $\\hat m = $ is meant, and costs of $3 or $4 are not.", Lang::En);
    assert!(missed.faults[0].said.to_string().ends_with("no space may follow the first `$` or stand before the last"));
    assert_eq!(render("It costs $3 or $4.", Lang::En).faults, []);
}

#[test]
fn code_is_highlighted_with_classes_only() {
    let page = html("```python\nimport os  # <x>\nx = \"a\" + 1\n```\n");
    assert!(page.contains("<span class=\"k\">import</span>"), "{page}");
    assert!(page.contains("<span class=\"c\"># &lt;x&gt;"), "{page}");
    assert!(!page.contains("style="));
    assert!(html("```nolanguage\n<a>\n```").contains("<code class=\"code\">&lt;a&gt;"));
}

#[test]
fn diagrams_become_files_of_their_own() {
    let rendered = render("```mermaid\nflowchart LR\n  A[\"数据\"] --> B[\"模型\"]\n```\n", Lang::ZhCn);
    assert_eq!(rendered.faults, []);
    let diagram = &rendered.diagrams[0];
    assert!(rendered.html.contains(&format!("<img src=\"/diagrams/{}.svg\"", diagram.sha256)));
    assert!(rendered.html.contains("A[&quot;数据&quot;]"), "the source is there as text: {}", rendered.html);
    assert!(diagram.svg.contains("数据"));
    for forbidden in ["<script", "foreignObject", "@import"] {
        assert!(!diagram.svg.contains(forbidden), "{forbidden}");
    }
    let broken = render("```mermaid\nflowchart LR\n  A[ --> \n```\n", Lang::En);
    assert_eq!(broken.faults.len(), 1);
    assert!(broken.html.contains("flowchart LR"));
}

#[test]
fn links_that_lead_nowhere_and_images_that_cannot_be_shown_are_reported() {
    let rendered = render("## Here\n\n[a](#here) [b](#there)\n\n![c](c.png)", Lang::En);
    let messages: Vec<_> = rendered.faults.iter().map(|fault| (fault.line, fault.said.to_string())).collect();
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert!(messages[0].1.contains("#there") && messages[1].1.contains("c.png"), "{messages:?}");
}

/// Everything that the parser of a browser sees in the page: tags, and names and values of attributes.
fn tags(html: &str) -> Vec<(String, Vec<(String, String)>)> {
    let page = scraper::Html::parse_fragment(html);
    let elements = page.tree.nodes().filter_map(|node| node.value().as_element().cloned());
    elements
        .map(|element| {
            let attributes = element.attrs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            (element.name().to_owned(), attributes)
        })
        .collect()
}

#[test]
fn nothing_that_acts_or_decorates_passes_the_sanitiser() {
    let attacks = [
        "<script>alert(1)</script>",
        "text <img src=x onerror=alert(1)>",
        "[x](javascript:alert(1)) <a href=\"java\nscript:alert(1)\">y</a> <a href='data:text/html,<script>'>z</a>",
        "<p style=\"position:fixed\">x</p><style>body{display:none}</style>",
        "<iframe src=//evil></iframe><object data=x></object><embed src=x><form action=//evil><input name=a></form>",
        "<svg onload=alert(1)><script>alert(1)</script></svg> <math><mtext><img src onerror=alert(1)></mtext></math>",
        "<div data-slot=\"0\"><span data-slot=\"99\"></span></div>",
        "<div id=\"main\" class=\"notice danger\" onclick=alert(1)>x</div>",
        "![$\\text{\" onerror=alert(1) x=\"}$](/x.png)",
        "$\\text{<img src=x onerror=alert(1)>}$ and $$\\text{</math><script>alert(1)</script>}$$",
        "```\"><script>alert(1)</script>\n</code></pre><script>alert(1)</script>\n```",
        "```python\n\"</span><script>alert(1)</script>\"\n```",
        "<div title=\"\n\n$x$ onmouseover=alert(1) `\n\n\">y</div>",
        "<a title='\"><table onclick=alert(1)>'>x</a>\n\n$x$",
        "<a title='<span data-slot=\"0\"></span> onclick=alert(1)'>x</a>\n\n$\\text{ onclick=alert(1) }$",
        "<a title='<table><script>alert(1)</script>'>x</a>",
        "<h2 data-heading=\"7\" onclick=x>h</h2>\n\n## <script>alert(1)</script>\n",
        "## \"><img src=x onerror=alert(1)>\n\n| a |\n|---|\n| 1 |\n",
        "```mermaid\nflowchart LR\n A[\"<img src=x onerror=alert(1)>\"] --> B\n click B \"javascript:alert(1)\"\n```",
    ];
    for attack in attacks {
        let rendered = render(attack, Lang::En);
        for (tag, attributes) in tags(&rendered.html) {
            let forbidden =
                ["script", "style", "iframe", "object", "embed", "form", "input", "svg", "h1", "link", "base"];
            assert!(!forbidden.contains(&tag.as_str()), "{attack} gives <{tag}>: {}", rendered.html);
            for (name, value) in attributes {
                assert!(!name.starts_with("on") && name != "style", "{attack} gives {name}: {}", rendered.html);
                let scheme = value.trim().to_lowercase();
                assert!(
                    !(matches!(name.as_str(), "href" | "src")
                        && (scheme.contains("script:") || scheme.starts_with("data:"))),
                    "{attack} gives {name}={value}"
                );
                assert!(name != "id" || value != "main");
                assert!(name != "class" || !value.contains("notice"));
            }
        }
        for diagram in &rendered.diagrams {
            let drawing = diagram.svg.to_lowercase();
            for forbidden in ["<script", "onerror", "javascript:", "<img", "<foreignobject"] {
                assert!(!drawing.contains(forbidden), "{attack} draws {forbidden}: {drawing}");
            }
        }
    }
}

#[test]
fn ordinary_links_and_footnotes_stay() {
    let page = html("[a](/exercises/mnist-digits) [b](https://example.org) note[^1]\n\n[^1]: the note\n");
    assert!(page.contains("<a href=\"/exercises/mnist-digits\" rel=\"noopener noreferrer\">a</a>"), "{page}");
    assert!(page.contains("href=\"https://example.org\""));
    assert!(page.contains("<li id=\"fn-1\">"), "{page}");
    assert!(page.contains("href=\"#fn-1\""), "{page}");
}

#[test]
fn a_line_comes_without_its_paragraph() {
    assert_eq!(render_line("about *3*", Lang::En), "about <em>3</em>");
    assert!(render_line("one\n\ntwo", Lang::En).starts_with("<p>"));
}

#[test]
fn a_preview_is_not_kept_and_holds_its_drawings() {
    let source = "Draft.\n\n```mermaid\nflowchart LR\n  Draft --> Text\n```\n";
    let shown = preview(source, Lang::En);
    assert!(shown.html.contains("<img src=\"data:image/svg+xml;base64,PHN2Zy"), "{}", shown.html);
    assert_eq!(known(source, Lang::En), None);
    assert!(render(source, Lang::En).html.contains("<img src=\"/diagrams/"));
    assert_eq!(preview(source, Lang::En), shown);
}

#[test]
fn a_text_is_rendered_once() {
    assert!(Arc::ptr_eq(&render("once", Lang::En), &render("once", Lang::En)));
}
