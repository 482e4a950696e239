//! Texts that show numbers: `{{name}}` and `{{name:decimals}}`.

use super::formula::Values;

/// The number as `{{name}}` shows it: whole, or with six significant digits at most.
pub fn shown(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        return fixed(number, 0);
    }
    let scientific = format!("{number:.5e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-4..6).contains(&exponent) {
        return format!("{}e{exponent}", trimmed(digits));
    }
    let decimals = usize::try_from(5 - exponent).unwrap_or(0);
    trimmed(&fixed(number, decimals)).to_owned()
}

/// The number with exactly this many decimals.
fn fixed(number: f64, decimals: usize) -> String {
    let text = format!("{number:.decimals$}");
    let is_zero = text.chars().all(|c| matches!(c, '-' | '0' | '.'));
    if is_zero { text.trim_start_matches('-').to_owned() } else { text }
}

fn trimmed(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

/// The text with `{{name}}` and `{{name:decimals}}` replaced by the numbers; what names none of them stays.
pub fn fill(text: &str, values: &Values) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("{{") {
        let (before, from) = rest.split_at(at);
        filled.push_str(before);
        let number = placeholder(from).and_then(|found| Some((*values.get(found.name)?, found)));
        let Some((value, found)) = number else {
            // Only one brace: `\frac{{{n}}}{2}` has its placeholder one further on.
            filled.push('{');
            rest = from.get(1..).unwrap_or_default();
            continue;
        };
        filled.push_str(&found.decimals.map_or_else(|| shown(value), |decimals| fixed(value, decimals)));
        rest = from.get(found.length..).unwrap_or_default();
    }
    filled + rest
}

/// Names and forms of the numbers that the text shows, as written: `n`, `loss:3`.
pub fn placeholders(text: &str) -> Vec<&str> {
    let starts = text.match_indices("{{").map(|(at, _)| at);
    // `match_indices` does not overlap, and a placeholder may begin at the second brace of three.
    let starts = starts.flat_map(|at| [at, at + 1]);
    let found = starts.filter_map(|at| text.get(at..).and_then(placeholder));
    found.map(|found| found.whole).collect()
}

/// The name in a placeholder as [`placeholders`] gives it.
pub fn name_of(placeholder: &str) -> &str {
    placeholder.split(':').next().unwrap_or(placeholder)
}

struct Placeholder<'a> {
    whole: &'a str,
    name: &'a str,
    decimals: Option<usize>,
    length: usize,
}

/// The placeholder that `text` begins with.
fn placeholder(text: &str) -> Option<Placeholder<'_>> {
    let (whole, _) = text.strip_prefix("{{")?.split_once("}}")?;
    let (name, decimals) = match whole.split_once(':') {
        Some((name, digit)) if digit.len() == 1 => (name, Some(digit.parse().ok()?)),
        Some(_) => return None,
        None => (whole, None),
    };
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then_some(Placeholder { whole, name, decimals, length: whole.len() + 4 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_shortly() {
        let cases = [
            (28.0, "28"),
            (-0.0, "0"),
            (0.1 + 0.2, "0.3"),
            (1.0 / 3.0, "0.333333"),
            (1234.5678, "1234.57"),
            (123_456_789.0, "123456789"),
            (0.000_012_5, "1.25e-5"),
            (-2.5, "-2.5"),
            (1_234_567.8, "1.23457e6"),
        ];
        for (number, text) in cases {
            assert_eq!(shown(number), text);
        }
    }

    #[test]
    fn texts_are_filled() {
        let values: Values = [("n".to_owned(), 12.0), ("loss".to_owned(), 0.25)].into();
        assert_eq!(fill(r"$\frac{{{n}}}{2}$, {{loss:3}}, {{n}}{{n:1}}", &values), r"$\frac{12}{2}$, 0.250, 1212.0");
        assert_eq!(fill("{{other}} {{n:12}} {{ n }} {{", &values), "{{other}} {{n:12}} {{ n }} {{");
        assert_eq!(placeholders(r"\frac{{{n}}}{2} {{loss:3}} {{x y}}"), ["n", "loss:3"]);
        assert_eq!(name_of("loss:3"), "loss");
    }
}
