//! What guessing earns: the expected share of a question's points for an answer drawn evenly at random.

use super::Question;
use super::question::{Blank, Gap};

/// The expected share: *single* chooses one option; *multiple* tosses a coin for each option; *ordering* takes any order;
/// *matching* and gaps with options choose each side or gap by itself; typed answers are never guessed.
#[expect(clippy::cast_precision_loss, reason = "a question has few parts")]
pub fn of(question: &Question) -> f64 {
    match question {
        Question::Single { options } => 1.0 / options.len().max(1) as f64,
        Question::Multiple { options } => {
            let right = options.iter().filter(|option| option.correct).count();
            multiple(right, options.len() - right)
        }
        Question::TrueFalse { .. } => 0.5,
        Question::Numeric { .. } | Question::Text { .. } => 0.0,
        Question::Ordering { entries } => ordering(entries.len()),
        Question::Matching { pairs, extra } => 1.0 / (pairs.len() + extra.len()).max(1) as f64,
        Question::Blanks { blanks } => blanks.iter().map(blank).sum::<f64>() / blanks.len().max(1) as f64,
    }
}

#[expect(clippy::cast_precision_loss, reason = "a gap has few options")]
fn blank(blank: &Blank) -> f64 {
    match &blank.gap {
        Gap::Options { options, .. } => 1.0 / options.len().max(1) as f64,
        Gap::Text { .. } | Gap::Number(_) => 0.0,
    }
}

/// The mean of max(0, R − W) / right, with R and W binomial with probability ½.
#[expect(clippy::cast_precision_loss, reason = "a question has few options")]
fn multiple(right: usize, wrong: usize) -> f64 {
    let (rights, wrongs) = (binomials(right), binomials(wrong));
    let mut sum = 0.0;
    for (chosen_right, ways_right) in rights.iter().enumerate() {
        for (chosen_wrong, ways_wrong) in wrongs.iter().enumerate() {
            sum += ways_right * ways_wrong * chosen_right.saturating_sub(chosen_wrong) as f64;
        }
    }
    sum / (rights.iter().sum::<f64>() * wrongs.iter().sum::<f64>() * right.max(1) as f64)
}

/// Row `n` of Pascal's triangle.
fn binomials(n: usize) -> Vec<f64> {
    let mut row = vec![1.0];
    for _ in 0..n {
        let shifted = std::iter::once(0.0).chain(row.iter().copied());
        row = shifted.zip(row.iter().copied().chain(std::iter::once(0.0))).map(|(left, right)| left + right).collect();
    }
    row
}

/// The mean of max(0, pairs − 2 · inversions) / pairs over all permutations.
#[expect(clippy::cast_precision_loss, reason = "a question has few entries")]
fn ordering(entries: usize) -> f64 {
    // Permutations by their number of inversions: the n-th entry adds 0 to n − 1 of them (Mahonian numbers).
    let mut ways = vec![1.0];
    for added in 1..entries {
        let mut next = vec![0.0; ways.len() + added];
        for (inversions, count) in ways.iter().enumerate() {
            next.iter_mut().skip(inversions).take(added + 1).for_each(|slot| *slot += count);
        }
        ways = next;
    }
    let pairs = ways.len() - 1;
    let earned = |inversions: usize| pairs.saturating_sub(2 * inversions) as f64 / pairs.max(1) as f64;
    let sum: f64 = ways.iter().enumerate().map(|(inversions, count)| count * earned(inversions)).sum();
    sum / ways.iter().sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::{multiple, ordering};

    #[test]
    fn chances_of_small_questions_are_known() {
        assert!((ordering(3) - 5.0 / 18.0).abs() < 1e-12);
        assert!((multiple(1, 1) - 0.25).abs() < 1e-12, "only the right one alone of four ways to tick");
        assert!((multiple(2, 1) - 0.3125).abs() < 1e-12);
    }
}
