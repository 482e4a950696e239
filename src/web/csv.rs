//! Tables as CSV files (RFC 4180) that open in spreadsheets without running anything.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::header;

use super::{Answer, WebError};

/// A cell that no spreadsheet takes for a formula: one that begins like a formula gets an apostrophe in front (OWASP,
/// CSV injection).
fn cell(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The bytes of a table: a mark that says UTF-8, without which Excel guesses, then the head and the rows.
fn table(head: &[String], rows: impl IntoIterator<Item = Vec<String>>) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(head.iter().map(|text| cell(text).into_owned()))?;
    for row in rows {
        writer.write_record(row.iter().map(|text| cell(text).into_owned()))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// A table as a file to download under `name`, which is our own and plain ASCII.
pub(super) fn download(name: &str, head: &[String], rows: impl IntoIterator<Item = Vec<String>>) -> Answer {
    let body = table(head, rows).map_err(WebError::internal)?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_like_a_formula_is_text() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(cell(formula), format!("'{formula}"));
        }
        for text in ["", "Ada", "1-1", "a=b", " =1", "'=1"] {
            assert_eq!(cell(text), text);
        }
    }

    #[test]
    fn commas_quotes_and_line_ends_stay_in_their_cell() {
        let row = vec!["a,b".to_owned(), "say \"x\"\nand go".to_owned(), "=HYPERLINK(\"x\")".to_owned()];
        let bytes = table(&["one".into(), "two".into(), "three".into()], [row]).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text, "\u{feff}one,two,three\n\"a,b\",\"say \"\"x\"\"\nand go\",\"'=HYPERLINK(\"\"x\"\")\"\n");
    }
}
