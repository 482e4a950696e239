//! Diagrams: Mermaid sources drawn as SVG files of their own.

use std::time::Duration;

use chrono::{DateTime, Utc};
use merman::svg::{RenderResourcePolicy, SvgPipeline};
use merman::{OperationControl, RenderOutput, RenderRequest, Renderer, SvgEnvironment, SvgRequest};
use sqlx::PgConnection;

use super::extract::escaped;
use crate::blobs::Sha256;
use crate::courses::store as tables;
use crate::messages::{Lang, text};

/// Larger sources make drawings that nobody can read.
const LONGEST: usize = 16 * 1024;

/// Drawing one diagram takes some hundredths of a second.
const DEADLINE: Duration = Duration::from_secs(5);

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

/// Draws a Mermaid diagram; or says what is wrong with its source.
pub(super) fn draw(source: &str) -> Result<Diagram, String> {
    if source.len() > LONGEST {
        return Err(format!("its source is longer than {LONGEST} bytes"));
    }
    let request = SvgRequest {
        environment: SvgEnvironment::deterministic().with_resource_policy(RenderResourcePolicy::interactive()),
        // Labels as SVG text instead of HTML inside SVG: it shows in every browser, as an image too.
        pipeline: Some(SvgPipeline::resvg_safe()),
        ..SvgRequest::default()
    };
    let control = OperationControl::new().with_deadline(DEADLINE);
    let output = Renderer::new().render(RenderRequest::svg(source, control, request)).map_err(|e| e.to_string())?;
    let RenderOutput::Svg(Some(output)) = output else { return Err("it is no Mermaid diagram".to_owned()) };
    let svg = output.into_parts().0;
    Ok(Diagram { sha256: Sha256::of(svg.as_bytes()), source: source.to_owned(), svg })
}

/// The picture, and its source for those who cannot see it.
pub(super) fn markup(diagram: &Diagram, lang: Lang) -> String {
    let say = |key: &str| escaped(&text(lang, key, &[]));
    format!(
        "<figure class=\"diagram\"><img src=\"/diagrams/{}.svg\" alt=\"{}\" loading=\"lazy\">\
         <details><summary>{}</summary><pre tabindex=\"0\"><code>{}</code></pre></details></figure>\n",
        diagram.sha256,
        say("lesson-diagram-alt"),
        say("lesson-diagram-source"),
        escaped(&diagram.source),
    )
}

/// Keeps drawings in the database, so that every web server can serve them.
pub async fn store(conn: &mut PgConnection, diagrams: &[Diagram], now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    tables::put_diagrams(conn, diagrams, now).await
}
