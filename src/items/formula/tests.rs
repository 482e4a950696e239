//! What formulas mean, and that no text can harm whoever reads it.

use proptest::prelude::*;

use super::*;

fn values() -> Values {
    [("n", 28.0), ("k", 5.0), ("s", 2.0)].map(|(name, value)| (name.to_owned(), value)).into()
}

fn value(source: &str) -> f64 {
    source.parse::<Formula>().unwrap().value(&values()).unwrap()
}

fn error(source: &str) -> String {
    match source.parse::<Formula>() {
        Err(error) => error.to_string(),
        Ok(formula) => formula.value(&values()).unwrap_err().to_string(),
    }
}

#[test]
fn formulas_mean_what_they_do_in_mathematics() {
    let cases = [
        ("1 + 2 * 3", 7.0),
        ("(n - k) / s + 1", 12.5),
        ("floor((n - k) / s) + 1", 12.0),
        ("2^3^2", 512.0),
        ("-2^2", -4.0),
        ("2^-1", 0.5),
        ("10 - 3 - 2", 5.0),
        ("--2", 2.0),
        ("1.5e-1 + .25", 0.4),
        ("round(2.5)", 3.0),
        ("round(-2.5)", -3.0),
        ("round(2.71459, 2)", 2.71),
        ("min(n, k) * max(1, s)", 10.0),
        ("ceil(0.2) + sqrt(9) + exp(0) + ln(1) + log2(8) + log10(100) + abs(-1)", 11.0),
    ];
    for (source, expected) in cases {
        assert!((value(source) - expected).abs() < 1e-12, "{source}");
    }
    assert!(value("0 * -1").is_sign_positive());
}

#[test]
fn conditions_compare() {
    let holds = |source: &str| source.parse::<Condition>().unwrap().holds(&values()).unwrap();
    for source in ["n > 2 * k", "k <= 5", "k >= 5", "s == 2", "n != k", "s < k"] {
        assert!(holds(source), "{source}");
    }
    for source in ["n < k", "k > 5", "s != 2"] {
        assert!(!holds(source), "{source}");
    }
    assert!("n".parse::<Condition>().unwrap_err().to_string().contains("character 2: one of < <= "));
    assert!("n < k < s".parse::<Condition>().is_err());
}

#[test]
fn errors_name_the_place() {
    assert_eq!(error("1 +"), "`1 +`, character 4: a number, a name or `(` is expected here");
    assert_eq!(error("2 n"), "`2 n`, character 3: an operator or the end is expected here");
    assert_eq!(error("1 + cos(2)"), "`1 + cos(2)`, character 5: there is no such function");
    assert_eq!(error("(1"), "`(1`, character 3: `)` is expected here");
    assert_eq!(error("min(1)"), "`min(1)`, character 7: `min` takes 2 to 2 arguments, not 1");
    assert_eq!(error("sqrt 2"), "`sqrt 2`, character 6: `(` is expected after `sqrt`");
    assert_eq!(error("1.2.3"), "`1.2.3`, character 1: this is no number");
    assert_eq!(error("n + m"), "`m` is no parameter or value");
    assert_eq!(error("1 / (k - 5)"), "`1 / (k - 5)` gives no finite number");
    assert_eq!(error("ln(-1)"), "`ln(-1)` gives no finite number");
    assert!(error(&"1+".repeat(200)).contains("at most 300 characters"));
    assert!(error(&format!("{}1{}", "(".repeat(40), ")".repeat(40))).contains("nested more than 32 deep"));
    assert!(error(&"-".repeat(100)).contains("nested more than 32 deep"));
    assert!(error(&format!("1{}", "^1".repeat(100))).contains("nested more than 32 deep"));
}

#[test]
fn names_do_not_hide_functions() {
    assert!(is_name("n") && is_name("_a1") && is_name("learning_rate"));
    assert!(!is_name("ln") && !is_name("1a") && !is_name("") && !is_name("a-b") && !is_name("ä"));
}

proptest! {
    #[test]
    fn no_text_is_too_much(source in "[-+*/^()0-9a-z., ü]{0,320}") {
        if let Ok(formula) = source.parse::<Formula>() {
            let _ = formula.value(&values());
        }
        let _ = source.parse::<Condition>();
    }
}
