//! A gradebook as a table for spreadsheets.

use super::item_name;
use crate::cohorts::due::Grade;
use crate::gradebook::Book;
use crate::messages::Tr;

/// The heads of the columns.
pub(super) fn head(t: Tr, book: &Book) -> Vec<String> {
    let mut head =
        vec![t.s("gradebook-name"), t.s("gradebook-email"), t.s("gradebook-external"), t.s("gradebook-class")];
    for item in &book.items {
        let name = item_name(t, &book.items, &item.key);
        head.push(t.s1("gradebook-raw-column", "item", name.as_str()));
        head.push(t.s1("gradebook-counted-column", "item", name));
    }
    head.push(t.s("gradebook-total-column"));
    head
}

/// One line a learner; of each item the best score and what counts, in percent without a sign.
pub(super) fn rows(book: &Book) -> impl Iterator<Item = Vec<String>> {
    book.rows.iter().map(|row| {
        let learner = &row.learner;
        let class = learner.cohort_name.as_deref().unwrap_or_default();
        let mut line = [&*learner.name, &*learner.email, &*learner.external_id, class].map(str::to_owned).to_vec();
        for found in &row.cells {
            line.push(number(found.raw));
            line.push(number(found.counted()));
        }
        line.push(number(row.total));
        line
    })
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
