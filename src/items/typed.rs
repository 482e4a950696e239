//! What people type: texts compared without regard to case, width and spaces, and numbers in the forms people write.

use unicode_normalization::UnicodeNormalization as _;

use super::question::{Number, Units};

/// The text in the form in which it is compared: NFKC (Unicode UAX 15), lower case, without spaces and final stop.
pub(super) fn normalised(text: &str) -> String {
    let folded: String = text.nfkc().flat_map(char::to_lowercase).filter(|c| !c.is_whitespace()).collect();
    // Lower case may need composing again.
    folded.trim_end_matches(['.', '。']).nfkc().collect()
}

/// Whether `text` is one of the `accepted` forms.
pub(super) fn is_same_text(text: &str, accepted: &[String]) -> bool {
    let typed = normalised(text);
    accepted.iter().any(|form| normalised(form) == typed)
}

/// Whether `entered` is as near to `key` as the tolerance allows; rounding errors are not held against anyone.
pub(super) fn is_near(entered: f64, key: f64, number: &Number) -> bool {
    let slack = 1e-9 * key.abs().max(f64::MIN_POSITIVE);
    (entered - key).abs() <= number.tolerance.around(key) + slack
}

/// The number in `text`, in the unit of the key; `None` if it cannot be read or its unit is not known.
///
/// Full-width characters count as their plain forms. `1234.5`, `1,234.5`, `1 234.5`, `1.2345e3` and `1.2345×10^3` are
/// one number. Commas between groups of three digits group thousands (`1,234` is 1234, as in both our languages);
/// any other single comma is a decimal comma (`3,14`, `0,125`). A unit may follow; `%` is understood where no other unit
/// is asked for.
pub(super) fn number(text: &str, units: &Units) -> Option<f64> {
    let plain = plain(text);
    let rest = plain.trim().trim_end_matches(['.', '。', ',', ';']);
    let (sign, rest) = match rest.strip_prefix('-') {
        Some(rest) => (-1.0, rest.trim_start()),
        None => (1.0, rest.strip_prefix('+').unwrap_or(rest)),
    };
    let (digits, rest) = rest.split_at(mantissa_length(rest));
    let mantissa = mantissa(&digits.replace(' ', ""))?;
    let (exponent, rest) = exponent(rest);
    // Parsed once more as a whole, so that `1.2345e3` is exactly what a programmer would get.
    let number: f64 = format!("{mantissa}e{exponent}").parse().ok()?;
    let number = sign * number * factor(rest.trim(), units)?;
    number.is_finite().then_some(number)
}

/// The text with every character in its plain form: `１` is 1, `−` is -, `³` is ^3.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut is_raised = false;
    for c in text.chars() {
        let was_raised = std::mem::replace(&mut is_raised, "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺".contains(c));
        if is_raised && !was_raised {
            plain.push('^');
        }
        plain.push(c);
    }
    plain.nfkc().map(|c| if matches!(c, '−' | '–' | '‐') { '-' } else { c }).collect()
}

/// Bytes of the digits, points, commas and grouping spaces that `text` begins with.
fn mantissa_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let is_group = |at: usize| (1..=3).all(|next| is_digit(at + next)) && !is_digit(at + 4);
    let is_part = |at: usize| match bytes.get(at) {
        Some(b' ') => at > 0 && is_digit(at - 1) && is_group(at),
        Some(byte) => byte.is_ascii_digit() || matches!(byte, b'.' | b','),
        None => false,
    };
    (0..bytes.len()).find(|at| !is_part(*at)).unwrap_or(bytes.len())
}

/// The digits with a decimal point and nothing else.
fn mantissa(digits: &str) -> Option<String> {
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let groups: Vec<&str> = whole.split(',').collect();
    let (first, others) = groups.split_first()?;
    let are_thousands =
        (1..=3).contains(&first.len()) && !first.starts_with('0') && others.iter().all(|group| group.len() == 3);
    let (whole, fraction) = match (others, fraction) {
        ([], fraction) => (whole.to_owned(), fraction.unwrap_or_default()),
        (_, fraction) if are_thousands => (groups.concat(), fraction.unwrap_or_default()),
        ([decimals], None) => ((*first).to_owned(), *decimals),
        (_, _) => return None,
    };
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = is_digits(&whole) && is_digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    is_number.then(|| format!("0{whole}.{fraction}0"))
}

/// The power of ten that `rest` begins with, and what comes after it.
fn exponent(rest: &str) -> (i32, &str) {
    let short = rest.strip_prefix(['e', 'E']);
    let long = rest.trim_start().strip_prefix(['×', 'x', 'X', '*', '·']).and_then(|rest| {
        let rest = rest.trim_start().strip_prefix("10")?;
        rest.strip_prefix('^').or_else(|| rest.strip_prefix("**"))
    });
    let Some(after) = short.or(long) else { return (0, rest) };
    let signed = after.strip_prefix(['-', '+']).unwrap_or(after);
    let digits = signed.find(|c: char| !c.is_ascii_digit()).unwrap_or(signed.len());
    let (power, after_power) = after.split_at(after.len() - signed.len() + digits);
    // `eV` is a unit, not a power.
    power.parse().map_or((0, rest), |power| (power, after_power))
}

/// How large the typed unit is in the unit of the key.
fn factor(typed: &str, units: &Units) -> Option<f64> {
    if typed.is_empty() {
        return Some(1.0);
    }
    let own = units.unit.iter().map(|unit| (unit.as_str(), 1.0));
    let known: Vec<(String, f64)> = own
        .chain(units.others.iter().map(|(unit, factor)| (unit.as_str(), *factor)))
        .map(|(unit, factor)| (plain(unit.trim()), factor))
        .collect();
    let exact = known.iter().find(|(unit, _)| unit == typed);
    // `MS` may be ms where there is no Ms.
    let mut folded = known.iter().filter(|(unit, _)| normalised(unit) == normalised(typed));
    let folded = folded.next().filter(|_| folded.next().is_none());
    let percent = (typed == "%" && units.are_none()).then_some(0.01);
    exact.or(folded).map(|(_, factor)| *factor).or(percent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds() -> Units {
        let others = [("min", 60.0), ("ms", 0.001), ("Ms", 1e6)];
        Units { unit: Some("s".to_owned()), others: others.map(|(unit, factor)| (unit.to_owned(), factor)).into() }
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let forms = [
            "1234.5",
            "1,234.5",
            "1 234.5",
            "1.2345e3",
            "1.2345E+03",
            "１２３４．５",
            "１，２３４．５",
            "+1234.50",
            " 1234.5 ",
            "1.2345×10^3",
            "1.2345 x 10³",
            "12345 * 10**-1",
            "1234,5",
            "1234.5.",
        ];
        for form in forms {
            assert_eq!(number(form, &Units::default()), Some(1234.5), "{form}");
        }
        let cases = [
            ("−3", -3.0),
            ("- 3", -3.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("3,15", 3.15),
            ("0,125", 0.125),
            ("1,234", 1234.0),
            ("1,234,567", 1_234_567.0),
            ("12.5 %", 0.125),
            ("12.5％", 0.125),
            ("007", 7.0),
            ("0", 0.0),
        ];
        for (form, value) in cases {
            assert_eq!(number(form, &Units::default()), Some(value), "{form}");
        }
    }

    #[test]
    fn what_is_no_number_is_none() {
        let forms = [
            "", " ", "-", ".", "abc", "1.2.3", "1,23,4", "1.234,5", "3 apples", "1e999", "NaN", "inf", "--1", "1 2",
            "e3", ",",
        ];
        for form in forms {
            assert_eq!(number(form, &Units::default()), None, "{form}");
        }
    }

    #[test]
    fn units_are_converted() {
        let cases = [
            ("90", Some(90.0)),
            ("90 s", Some(90.0)),
            ("1.5min", Some(90.0)),
            ("1.5 MIN", Some(90.0)),
            ("90000ms", Some(90.0)),
            ("2 Ms", Some(2e6)),
            ("2 MS", None),
            ("90 h", None),
            ("90 %", None),
            ("1.5e0 min", Some(90.0)),
        ];
        for (form, value) in cases {
            let read = number(form, &seconds());
            assert!(read.zip(value).map_or(read == value, |(a, b)| (a - b).abs() < 1e-9), "{form}: {read:?}");
        }
        let squared = Units { unit: Some("m²".to_owned()), ..Units::default() };
        assert_eq!(["3 m²", "3m^2", "3 m2"].map(|form| number(form, &squared)), [Some(3.0), Some(3.0), None]);
        let volts = Units { unit: Some("eV".to_owned()), ..Units::default() };
        assert_eq!(number("3 eV", &volts).zip(number("3e2eV", &volts)), Some((3.0, 300.0)));
    }

    #[test]
    fn texts_ignore_case_width_and_spaces() {
        let accepted = ["true positive rate".to_owned(), "F1 分数".to_owned()];
        for form in ["True  Positive Rate", "ＴＲＵＥ positive rate.", "f1分数", "Ｆ１ 分数。"] {
            assert!(is_same_text(form, &accepted), "{form}");
        }
        assert!(!is_same_text("false positive rate", &accepted) && !is_same_text("", &accepted));
    }
}
