//! What answers say of the questions: difficulty, discrimination, distractors and reliability; pure statistics.
//!
//! Marks are shares of an item's points, so every item weighs the same. Papers may be drawn: an item that was not
//! presented to somebody is left out for them, one that was left blank counts as 0. Variances and standard deviations
//! divide by n − 1; correlations do not depend on that choice.

use std::collections::BTreeSet;

use super::{Answer, Drawn, Item, marking};

/// Fewer answers than this are too few to judge a question by.
pub const FEW: usize = 30;
/// Share of the candidates in the upper and in the lower group (Kelley 1939).
pub const GROUP: f64 = 0.27;

/// What one candidate did with one item.
#[derive(Debug, Clone, PartialEq)]
pub enum Response {
    /// It was not on their paper.
    NotPresented,
    /// They left it blank.
    Blank,
    /// They answered.
    Answered {
        /// Share of the points, 0 to 1.
        share: f64,
        /// The chosen options, by their place in the author's list; empty for kinds without options.
        options: BTreeSet<usize>,
    },
}

/// An item with one response of each candidate, in the same order for every item.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Whether each option is right, in the author's order; empty for kinds without options.
    pub key: Vec<bool>,
    /// The responses.
    pub responses: Vec<Response>,
}

/// What the answers say of one item.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemStatistics {
    /// Candidates to whom it was presented.
    pub n: usize,
    /// Mean share of the points; `None` if it was presented to nobody.
    pub facility: Option<f64>,
    /// Corrected point-biserial correlation: of the item's share with the mean share of the candidate's other items.
    /// With a complete matrix that is the correlation with the total without the item. `None` where either never varies.
    pub discrimination: Option<f64>,
    /// Share of those presented who left it blank.
    pub blank: Option<f64>,
    /// For each option, how often it was chosen.
    pub options: Vec<OptionStatistics>,
    /// What should be looked at; empty if nothing should.
    pub verdicts: Vec<Verdict>,
}

/// How often an option was chosen, as shares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OptionStatistics {
    /// Of all to whom the item was presented.
    pub all: f64,
    /// Of the upper group: the 27 % of them with the highest mean share over their whole paper, rounded, at least one;
    /// candidates with equal means count in the order given, earlier ones as higher.
    pub upper: f64,
    /// Of the lower group, likewise.
    pub lower: f64,
}

/// What should be looked at in an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Fewer than [`FEW`] answers; nothing else is said.
    TooFewAnswers,
    /// Negative discrimination: strong candidates do worse. Check the key.
    CheckKey {
        /// The wrong option that most of the upper group chose.
        rival: Option<usize>,
    },
    /// Discrimination below 0.2 with a facility of 5 to 95 %: review.
    Review,
    /// A wrong option that nobody chose.
    WeakDistractor {
        /// Its place in the author's list.
        option: usize,
    },
}

/// What the answers say of the whole paper. Totals are sums of shares: in items, not in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PaperStatistics {
    /// Candidates.
    pub n: usize,
    /// Mean total; `None` without candidates.
    pub mean: Option<f64>,
    /// Standard deviation of the totals (n − 1).
    pub deviation: Option<f64>,
    /// Cronbach's alpha (1951) as k·c / (v + (k − 1)·c): v the mean variance of an item, c the mean covariance of two,
    /// each over the candidates who met the item or both (n − 1), k the mean number of items on a paper. With a
    /// complete matrix that is k/(k − 1) · (1 − Σ item variances / variance of the total).
    pub alpha: Option<f64>,
    /// Standard error of measurement, deviation · √(1 − alpha).
    pub error: Option<f64>,
}

impl Response {
    /// What somebody did with an item that was on their paper.
    pub fn of(item: &Item, drawn: &Drawn, answer: Option<&Answer>) -> Self {
        let Some(answer) = answer else { return Self::Blank };
        let places = 0..item.question.options().len();
        Self::Answered {
            share: marking::mark(item, drawn, Some(answer)),
            options: places.filter(|place| answer.has_chosen(*place)).collect(),
        }
    }

    fn share(&self) -> Option<f64> {
        match self {
            Self::NotPresented => None,
            Self::Blank => Some(0.0),
            Self::Answered { share, .. } => Some(*share),
        }
    }

    fn has_chosen(&self, option: usize) -> bool {
        match self {
            Self::NotPresented | Self::Blank => false,
            Self::Answered { options, .. } => options.contains(&option),
        }
    }
}

impl Column {
    /// The responses to `item`.
    pub fn of(item: &Item, responses: Vec<Response>) -> Self {
        Self { key: item.question.options().iter().map(|option| option.correct).collect(), responses }
    }
}

/// What the answers say of each item, in the order given.
pub fn items(columns: &[Column]) -> Vec<ItemStatistics> {
    let totals = totals(columns);
    columns.iter().map(|column| item(column, &totals)).collect()
}

/// What the answers say of the paper.
pub fn paper(columns: &[Column]) -> PaperStatistics {
    let totals: Vec<Total> = totals(columns).into_iter().filter(|total| total.items > 0.0).collect();
    let sums: Vec<f64> = totals.iter().map(|total| total.sum).collect();
    let deviation = covariance(&pairs_of(&sums)).map(f64::sqrt);
    let length = mean(&totals.iter().map(|total| total.items).collect::<Vec<_>>());
    let alpha = length.and_then(|length| alpha(columns, length));
    PaperStatistics {
        n: totals.len(),
        mean: mean(&sums),
        deviation,
        alpha,
        error: deviation.zip(alpha).map(|(deviation, alpha)| deviation * (1.0 - alpha).max(0.0).sqrt()),
    }
}

/// A candidate's sum of shares, and over how many items.
#[derive(Clone, Copy)]
struct Total {
    sum: f64,
    items: f64,
}

impl Total {
    fn mean(self) -> f64 {
        if self.items > 0.0 { self.sum / self.items } else { 0.0 }
    }

    /// The mean over the other items; `None` if there are none.
    fn without(self, share: f64) -> Option<f64> {
        (self.items > 1.0).then(|| (self.sum - share) / (self.items - 1.0))
    }
}

fn totals(columns: &[Column]) -> Vec<Total> {
    let candidates = columns.iter().map(|column| column.responses.len()).max().unwrap_or(0);
    let total = |candidate: usize| {
        let responses = columns.iter().filter_map(|column| column.responses.get(candidate));
        let shares = responses.filter_map(Response::share);
        shares.fold(Total { sum: 0.0, items: 0.0 }, |total, share| Total {
            sum: total.sum + share,
            items: total.items + 1.0,
        })
    };
    (0..candidates).map(total).collect()
}

fn item(column: &Column, totals: &[Total]) -> ItemStatistics {
    let mut presented: Vec<(&Response, f64, Total)> = column
        .responses
        .iter()
        .zip(totals)
        .filter_map(|(response, total)| Some((response, response.share()?, *total)))
        .collect();
    let facility = mean(&presented.iter().map(|(_, share, _)| *share).collect::<Vec<_>>());
    let with_rest = presented.iter().filter_map(|(_, share, total)| Some((*share, total.without(*share)?)));
    let discrimination = correlation(&with_rest.collect::<Vec<_>>());
    let is_blank = |(response, _, _): &(&Response, f64, Total)| **response == Response::Blank;
    let blank = share_of(&presented, is_blank);
    // Stable: of equal candidates the earlier one stays ahead.
    presented.sort_by(|(_, _, one), (_, _, other)| other.mean().total_cmp(&one.mean()));
    let ranked: Vec<&Response> = presented.iter().map(|(response, _, _)| *response).collect();
    let options = options(column.key.len(), &ranked);
    let mut statistics =
        ItemStatistics { n: ranked.len(), facility, discrimination, blank, options, verdicts: Vec::new() };
    statistics.verdicts = verdicts(&statistics, &column.key);
    statistics
}

/// How often each option was chosen by `ranked` candidates, the best first.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a head count"
)]
fn options(count: usize, ranked: &[&Response]) -> Vec<OptionStatistics> {
    let size = ((ranked.len() as f64 * GROUP).round() as usize).clamp(1, ranked.len().max(1));
    let upper = ranked.get(..size).unwrap_or(ranked);
    let lower = ranked.get(ranked.len().saturating_sub(size)..).unwrap_or(ranked);
    let share =
        |option: usize, group: &[&Response]| share_of(group, |response| response.has_chosen(option)).unwrap_or(0.0);
    let statistics = |option: usize| OptionStatistics {
        all: share(option, ranked),
        upper: share(option, upper),
        lower: share(option, lower),
    };
    (0..count).map(statistics).collect()
}

fn verdicts(item: &ItemStatistics, key: &[bool]) -> Vec<Verdict> {
    if item.n < FEW {
        return vec![Verdict::TooFewAnswers];
    }
    let wrong = || item.options.iter().zip(key).enumerate().filter(|(_, (_, is_right))| !**is_right);
    let mut verdicts = Vec::new();
    match (item.discrimination, item.facility) {
        (Some(discrimination), _) if discrimination < 0.0 => {
            let rival = wrong().filter(|(_, (option, _))| option.upper > 0.0);
            let rival = rival.max_by(|(_, (one, _)), (_, (other, _))| one.upper.total_cmp(&other.upper));
            verdicts.push(Verdict::CheckKey { rival: rival.map(|(place, _)| place) });
        }
        (Some(discrimination), Some(facility)) if discrimination < 0.2 && (0.05..=0.95).contains(&facility) => {
            verdicts.push(Verdict::Review);
        }
        (_, _) => {}
    }
    let unchosen = wrong().filter(|(_, (option, _))| option.all == 0.0);
    verdicts.extend(unchosen.map(|(option, _)| Verdict::WeakDistractor { option }));
    verdicts
}

fn alpha(columns: &[Column], length: f64) -> Option<f64> {
    let variances: Vec<f64> = columns.iter().filter_map(|column| covariance(&together(column, column))).collect();
    let mut covariances = Vec::new();
    for (place, one) in columns.iter().enumerate() {
        covariances.extend(columns.iter().skip(place + 1).filter_map(|other| covariance(&together(one, other))));
    }
    let (variance, covariance) = (mean(&variances)?, mean(&covariances)?);
    let of_total = variance + (length - 1.0) * covariance;
    (of_total > 0.0).then(|| length * covariance / of_total)
}

/// Shares of the candidates who met both items.
fn together(one: &Column, other: &Column) -> Vec<(f64, f64)> {
    let both = one.responses.iter().zip(&other.responses);
    both.filter_map(|(one, other)| one.share().zip(other.share())).collect()
}

fn pairs_of(numbers: &[f64]) -> Vec<(f64, f64)> {
    numbers.iter().map(|number| (*number, *number)).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a head count")]
fn share_of<T>(all: &[T], wanted: impl Fn(&T) -> bool) -> Option<f64> {
    (!all.is_empty()).then(|| all.iter().filter(|one| wanted(one)).count() as f64 / all.len() as f64)
}

#[expect(clippy::cast_precision_loss, reason = "a head count")]
fn mean(numbers: &[f64]) -> Option<f64> {
    (!numbers.is_empty()).then(|| numbers.iter().sum::<f64>() / numbers.len() as f64)
}

/// The covariance (n − 1); of a number with itself its variance. `None` for fewer than two.
#[expect(clippy::cast_precision_loss, reason = "a head count")]
fn covariance(pairs: &[(f64, f64)]) -> Option<f64> {
    let (one, other): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    let (one_mean, other_mean) = (mean(&one)?, mean(&other)?);
    let sum: f64 = pairs.iter().map(|(one, other)| (one - one_mean) * (other - other_mean)).sum();
    (pairs.len() > 1).then(|| sum / (pairs.len() - 1) as f64)
}

/// Pearson's correlation; `None` where either number never varies.
fn correlation(pairs: &[(f64, f64)]) -> Option<f64> {
    let one = covariance(&pairs.iter().map(|(one, _)| (*one, *one)).collect::<Vec<_>>())?;
    let other = covariance(&pairs.iter().map(|(_, other)| (*other, *other)).collect::<Vec<_>>())?;
    // A constant has a variance of rounding errors only.
    (one > 1e-18 && other > 1e-18).then_some(())?;
    Some(covariance(pairs)? / (one * other).sqrt())
}

#[cfg(test)]
mod tests;
