//! A gradebook as a CSV file that spreadsheets open, Chinese names included.

use super::item_name;
use crate::cohorts::due::Grade;
use crate::gradebook::Book;
use crate::messages::Tr;
use crate::web::WebError;
use crate::web::csv::cell;

/// One line a learner; of each item the best score and what counts, in percent without a sign.
pub(super) fn csv(t: Tr, book: &Book) -> Result<Vec<u8>, WebError> {
    // Excel takes a file for UTF-8 only if it begins with this mark.
    let mut file = csv::Writer::from_writer(b"\xef\xbb\xbf".to_vec());
    let mut head =
        vec![t.s("gradebook-name"), t.s("gradebook-email"), t.s("gradebook-external"), t.s("gradebook-class")];
    for item in &book.items {
        let name = item_name(t, &book.items, &item.key);
        head.push(t.s1("gradebook-raw-column", "item", name.as_str()));
        head.push(t.s1("gradebook-counted-column", "item", name));
    }
    head.push(t.s("gradebook-total-column"));
    file.write_record(head.iter().map(|text| cell(text).into_owned())).map_err(WebError::internal)?;
    for row in &book.rows {
        let learner = &row.learner;
        let class = learner.cohort_name.as_deref().unwrap_or_default();
        let mut line: Vec<String> =
            [&*learner.name, &*learner.email, &*learner.external_id, class].map(|text| cell(text).into_owned()).into();
        for found in &row.cells {
            line.push(number(found.raw));
            line.push(number(found.counted()));
        }
        line.push(number(row.total));
        file.write_record(&line).map_err(WebError::internal)?;
    }
    file.into_inner().map_err(WebError::internal)
}

/// `98.59`; empty where there is no grade.
fn number(grade: Option<Grade>) -> String {
    grade.map(|grade| format!("{}.{:02}", grade / 100, grade % 100)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn grades_are_percent_with_two_decimals() {
        assert_eq!(
            [Some(0), Some(7), Some(9_859), Some(10_000), None].map(number),
            ["0.00", "0.07", "98.59", "100.00", ""]
        );
    }
}
