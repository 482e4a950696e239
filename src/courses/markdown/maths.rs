//! Formulas: TeX to MathML Core, on the server, so that pages need no script for them.

use std::sync::LazyLock;

use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};

use crate::messages::fault::quoted;
use crate::messages::{Said, said};

/// Longer ones are not formulas.
const LONGEST: usize = 4_000;

/// Inline formulas with more characters get a line of their own on narrow screens, as MathML does not wrap.
const LONG_INLINE: usize = 28;

static CONVERTER: LazyLock<Option<LatexToMathML>> =
    LazyLock::new(|| LatexToMathML::new(MathCoreConfig::default()).ok());

/// Declarations that math-core writes into `style` attributes, which our security policy forbids, and the classes of
/// the style sheet that stand for them.
const CLASSES: [(&str, &str); 7] = [
    ("text-align: left", "m-start"),
    ("text-align: right", "m-end"),
    ("width: 100%", "m-full"),
    ("width: 50%", "m-half"),
    ("padding-left: 0", "m-tight-start"),
    ("padding-right: 0", "m-tight-end"),
    ("font-size:", "m-sized"),
];

/// The formula as MathML, a displayed one inside its own scroll region; or what is wrong with it.
pub(super) fn to_mathml(tex: &str, is_display: bool) -> Result<String, Said> {
    if tex.len() > LONGEST {
        return Err(said!("fault-tex-long", most = LONGEST));
    }
    let display = if is_display { MathDisplay::Block } else { MathDisplay::Inline };
    let converter = CONVERTER.as_ref().ok_or_else(|| said!("fault-tex-set-up"))?;
    let done = converter.convert_with_local_state(tex, display);
    let mathml = without_styles(&done.map_err(|error| Said::english(quoted(&error.error_message())))?.mathml);
    Ok(match is_display {
        true => format!("<span class=\"formula\" tabindex=\"0\">{mathml}</span>"),
        false if tex.len() > LONG_INLINE => format!("<span class=\"formula-long\" tabindex=\"0\">{mathml}</span>"),
        false => mathml,
    })
}

/// Turns `style` attributes into classes.
fn without_styles(mathml: &str) -> String {
    let mut parts = mathml.split(" style=\"");
    let mut clean = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (style, rest) = part.split_once('"').unwrap_or((part, ""));
        let classes: Vec<&str> =
            CLASSES.iter().filter(|(declaration, _)| style.contains(declaration)).map(|(_, class)| *class).collect();
        if !classes.is_empty() {
            clean.extend([" class=\"", &classes.join(" "), "\""]);
        }
        clean.push_str(rest);
    }
    clean
}
