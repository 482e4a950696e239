//! Diagrams: Mermaid sources drawn as SVG files of their own.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use merman::svg::{RenderResourcePolicy, SvgPipeline};
use merman::{
    Engine, MermaidConfig, OperationControl, ParseOptions, RenderOutput, RenderRequest, Renderer, SvgEnvironment,
    SvgRequest,
};
use serde_json::json;

use super::extract::escaped;
use crate::blobs::Sha256;
use crate::messages::fault::quoted;
use crate::messages::{Lang, Said, said, text};

/// Larger sources make drawings that nobody can read.
const LONGEST: usize = 16 * 1024;

/// Drawing all diagrams of a text may take this long; each takes some hundredths of a second.
pub(super) const DEADLINE: Duration = Duration::from_secs(3);

/// Fonts: Arial or its metric twin, whose widths the layout is computed with, then what reads Chinese.
const FONTS: &str =
    "Arial, Liberation Sans, Helvetica, Noto Sans, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif";

/// How the generator begins a label's paint, and the same with a white rim, so that a label on a line stays readable
/// where the reader's font is wider than the one of the layout.
const RIM: (&str, &str) = (
    "fill-opacity:1;stroke:none;",
    "fill-opacity:1;stroke:#ffffff;stroke-width:4px;stroke-linejoin:round;paint-order:stroke;",
);

/// A drawn diagram.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagram {
    /// Digest of the drawing, its name in addresses.
    pub sha256: Sha256,
    /// Mermaid source.
    pub source: String,
    /// The drawing: SVG without scripts, foreign elements or references to other files.
    pub svg: String,
}

/// What stands before the address of a drawing; the sanitiser lets no author write it.
const FRAME: &str = "<div class=\"diagram-frame\" tabindex=\"0\"><img src=\"";

impl Diagram {
    /// Where it is served once it is kept.
    fn address(&self) -> String {
        format!("/diagrams/{}.svg", self.sha256)
    }

    /// The page with the drawing itself in the place of its address (RFC 2397).
    pub(super) fn within(&self, html: &str) -> String {
        let data = format!("{FRAME}data:image/svg+xml;base64,{}", STANDARD.encode(&self.svg));
        html.replace(&format!("{FRAME}{}", self.address()), &data)
    }
}

/// Draws a Mermaid diagram within `time`; or says what is wrong with its source.
pub(super) fn draw(source: &str, time: Duration) -> Result<Diagram, Said> {
    if source.len() > LONGEST {
        return Err(said!("fault-diagram-long", most = LONGEST));
    }
    let request = SvgRequest {
        environment: SvgEnvironment::deterministic().with_resource_policy(RenderResourcePolicy::interactive()),
        // Labels as SVG text instead of HTML inside SVG: it shows in every browser, as an image too.
        pipeline: Some(SvgPipeline::resvg_safe()),
        ..SvgRequest::default()
    };
    let control = OperationControl::new().with_deadline(time);
    let output = renderer().render(RenderRequest::svg(source, control, request));
    let output = output.map_err(|error| Said::english(quoted(&error.to_string())))?;
    let RenderOutput::Svg(Some(output)) = output else { return Err(said!("fault-diagram-none")) };
    let svg = output.into_parts().0.replace(RIM.0, RIM.1);
    Ok(Diagram { sha256: Sha256::of(svg.as_bytes()), source: source.to_owned(), svg })
}

fn renderer() -> Renderer {
    let config = MermaidConfig::from_value(json!({
        "theme": "base",
        "fontFamily": FONTS,
        "themeVariables": {
            "fontFamily": FONTS,
            "primaryColor": "#f6f7f9",
            "primaryBorderColor": "#51606f",
            "primaryTextColor": "#18212c",
            "lineColor": "#51606f",
            "edgeLabelBackground": "#ffffff",
        },
    }));
    Renderer::new().with_engine(Engine::new().with_site_config(config)).with_parse_options(ParseOptions::strict())
}

/// The picture, and its source for those who cannot see it.
pub(super) fn markup(diagram: &Diagram, lang: Lang) -> String {
    let say = |key: &str| escaped(&text(lang, key, &[]));
    let size = size(&diagram.svg).map_or_else(String::new, |(width, height)| {
        let class = if width > 560.0 { " class=\"wide\"" } else { "" };
        format!("{class} width=\"{width:.0}\" height=\"{height:.0}\"")
    });
    format!(
        "<figure class=\"diagram\">{FRAME}{}\" alt=\"{}\" loading=\"lazy\"{size}></div>\
         <details><summary>{}</summary><pre tabindex=\"0\"><code>{}</code></pre></details></figure>\n",
        diagram.address(),
        say("lesson-diagram-alt"),
        say("lesson-diagram-source"),
        escaped(&diagram.source),
    )
}

/// Width and height of a drawing in pixels, from its `viewBox` (SVG 2 §8.6).
fn size(svg: &str) -> Option<(f64, f64)> {
    let (_, rest) = svg.split_once("viewBox=\"")?;
    let mut numbers = rest.split('"').next()?.split_whitespace().skip(2).map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}
