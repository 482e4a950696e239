//! The order of score columns: scikit-learn keeps them in the order of the sorted class names.
//!
//! A model that also returns its labels as texts shows which order it keeps: the column of its largest score and the
//! label it names belong together. That needs no knowledge of the true labels.

use super::Read;

/// Of the rows of a batch, so many in a hundred must agree with an order.
const AGREEING: usize = 90;

/// The column of each class, if the columns follow the sorted names and not the exercise's order; `scores` has one row
/// for each of `labels`.
pub(super) fn of_columns(names: &[String], scores: &[f32], labels: &[String]) -> Option<Vec<usize>> {
    let mut sorted: Vec<&String> = names.iter().collect();
    sorted.sort();
    let own: Vec<&String> = names.iter().collect();
    if sorted == own || !agrees(&sorted, scores, labels) || agrees(&own, scores, labels) {
        return None;
    }
    names.iter().map(|name| sorted.iter().position(|other| *other == name)).collect()
}

fn agrees(order: &[&String], scores: &[f32], labels: &[String]) -> bool {
    let rows = scores.chunks_exact(order.len().max(1)).zip(labels);
    let named = |row: &[f32]| {
        let largest = row.iter().enumerate().max_by(|(i, a), (j, b)| a.total_cmp(b).then(j.cmp(i)));
        largest.and_then(|(column, _)| order.get(column).copied())
    };
    let agreeing = rows.filter(|(row, label)| named(row).is_some_and(|name| name == label.trim())).count();
    !labels.is_empty() && agreeing * 100 >= labels.len() * AGREEING
}

/// Whether scores of two classes and labels agree on nearly all rows.
pub(super) fn say_the_same(scores: &Read, labels: &Read) -> bool {
    let (Read::Scores(scores), Read::Labels(labels)) = (scores, labels) else { return false };
    let second = |row: &[f32]| u32::from(row.get(1) > row.first());
    let agreeing = scores.chunks_exact(2).zip(labels).filter(|(row, label)| second(row) == **label).count();
    agreeing * 100 >= labels.len() * AGREEING
}

/// The columns of every row in the order of the classes.
pub(super) fn rearranged(scores: &[f32], order: &[usize]) -> Vec<f32> {
    let row = |row: &[f32]| -> Vec<f32> { order.iter().filter_map(|&column| row.get(column).copied()).collect() };
    scores.chunks_exact(order.len().max(1)).flat_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn sorted_columns_show_in_the_labels_and_are_put_in_order() {
        let names = texts(&["malignant", "benign"]);
        let scores = [0.9, 0.1, 0.2, 0.8];
        let order = of_columns(&names, &scores, &texts(&["benign", "malignant"])).unwrap();
        assert_eq!(order, [1, 0]);
        assert_eq!(rearranged(&scores, &order), [0.1, 0.9, 0.8, 0.2]);
        assert_eq!(of_columns(&names, &scores, &texts(&["malignant", "benign"])), None, "the exercise's own order");
        assert_eq!(of_columns(&names, &scores, &texts(&["benign", "benign"])), None, "neither order");
        assert_eq!(of_columns(&texts(&["a", "b"]), &scores, &texts(&["a", "b"])), None);
    }
}
