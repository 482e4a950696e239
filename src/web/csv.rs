//! Cells of CSV files that spreadsheets open: none of them is taken for a formula.

use std::borrow::Cow;

/// A text as a cell that no spreadsheet runs: what begins like a formula gets an apostrophe before it (OWASP, CSV
/// injection).
pub(super) fn cell(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn what_begins_like_a_formula_is_text() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(\"http://x\")"] {
            assert_eq!(cell(formula), format!("'{formula}"));
        }
        for text in ["", "Ada", "98.59", "a=b", " =1", "李雷"] {
            assert_eq!(cell(text), text);
        }
    }
}
