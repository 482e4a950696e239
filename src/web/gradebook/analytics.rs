//! How a class is doing, in a picture with its table, and who may need help, with the rule that says so.

use actix_web::web;
use askama::Template;

use super::{Filter, item_name, percent};
use crate::cohorts::due::Grade;
use crate::cohorts::{self, Cohort};
use crate::courses::Course;
use crate::courses::staff::StaffRole;
use crate::gradebook::analytics::{self, BARS, FAILED_RUNS, FEWEST, IDLE_DAYS, LATE_ITEMS, SOON_DAYS, Sign, histogram};
use crate::gradebook::{Book, Cell, Item, Learner, Row, Whose};
use crate::ids::CohortId;
use crate::messages::Tr;
use crate::web::class::on_offer;
use crate::web::page::{self, Page};
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, WebError};

/// Units of the picture: one bar with its gap is ten percent of the width.
const BAR: usize = 60;
const HEIGHT: usize = 160;

#[derive(Template)]
#[template(path = "gradebook/analytics.html")]
struct AnalyticsPage {
    page: Page,
    course: Course,
    cohorts: Vec<Cohort>,
    cohort: Option<CohortId>,
    learners: usize,
    /// Learners of whom more than single people can be shown.
    fewest: usize,
    /// Whether there are enough learners to show more than single people.
    is_enough: bool,
    funnel: Vec<Step>,
    /// Names of the items with their values in the form, for the choice of a distribution.
    choices: Vec<(String, String)>,
    chosen: String,
    chart: Option<Chart>,
    risks: Vec<(Learner, Vec<String>)>,
    rule: [String; 3],
}

/// A module of the funnel: counts with shares of the learners.
struct Step {
    module: String,
    /// Opened, tried, completed: how many, and their share.
    counts: [(i64, String); 3],
}

/// A histogram.
struct Chart {
    title: String,
    graded: usize,
    bars: Vec<Bar>,
    /// Where the mark stands in the picture, and the mark in words.
    mark: Option<(u32, String)>,
    passed: Option<usize>,
}

struct Bar {
    label: String,
    count: usize,
    x: usize,
    y: usize,
    height: usize,
}

pub(super) async fn show(
    state: AppState,
    who: Require<Instructor>,
    slug: web::Path<String>,
    filter: web::Query<Filter>,
) -> Answer {
    let (course, _) = on_offer(&state, &who, &slug, StaffRole::Viewer).await?;
    let t = who.tr;
    let cohorts = cohorts::of_course(&state.pool, &course.slug).await?;
    let whose = Whose { cohort: filter.cohort(&cohorts)?, person: None };
    let book = super::book(&state, &who, &course, whose).await?;
    let mut conn = state.pool.acquire().await?;
    let learners = book.rows.len();
    let steps = analytics::funnel(&mut conn, &course, whose).await?;
    let risks = analytics::at_risk(&mut conn, &course, &book, state.clock.now()).await?;
    let risks = risks
        .into_iter()
        .map(|(row, signs)| (row.learner.clone(), signs.iter().map(|sign| words(t, &book.items, sign)).collect()));
    let is_enough = learners >= FEWEST;
    page::show(&AnalyticsPage {
        page: Page::new(&state, &who, t.s1("analytics-title", "course", t.pick(&course.title))),
        funnel: steps.into_iter().map(|found| step(t, &course, &found, learners)).collect(),
        choices: book.items.iter().map(|i| (i.key.to_string(), item_name(t, &book.items, &i.key))).collect(),
        chart: if is_enough { Some(chart(t, &book, &filter.item)?) } else { None },
        risks: risks.collect(),
        rule: [
            t.s2("risk-rule-idle", "days", IDLE_DAYS, "soon", SOON_DAYS),
            t.s1("risk-rule-late", "items", LATE_ITEMS),
            t.s1("risk-rule-failing", "runs", FAILED_RUNS),
        ],
        chosen: filter.item.clone(),
        cohort: whose.cohort,
        learners,
        fewest: FEWEST,
        is_enough,
        cohorts,
        course,
    })
}

fn step(t: Tr, course: &Course, found: &analytics::Step, learners: usize) -> Step {
    let title = course.module(found.module.as_str()).map(|module| t.pick(&module.title).to_owned());
    let count = |count: i64| {
        let hundredths = count.saturating_mul(10_000).checked_div(i64::try_from(learners).unwrap_or(i64::MAX));
        (count, percent(t, hundredths.and_then(|share| u32::try_from(share).ok()).unwrap_or_default()))
    };
    Step {
        module: title.unwrap_or_else(|| found.module.to_string()),
        counts: [found.opened, found.tried, found.completed].map(count),
    }
}

/// The distribution of one item, or of the totals where none is named.
fn chart(t: Tr, book: &Book, name: &str) -> Result<Chart, WebError> {
    let place = match name {
        "" => None,
        name => Some(book.items.iter().position(|item| item.key.to_string() == name).ok_or(WebError::NotFound)?),
    };
    let grade = |row: &Row| match place {
        Some(place) => row.cells.get(place).and_then(Cell::counted),
        None => row.total,
    };
    let grades: Vec<Grade> = book.rows.iter().filter_map(grade).collect();
    let item = place.and_then(|place| book.items.get(place));
    let counts = histogram(grades.iter().copied());
    let most = counts.iter().copied().max().unwrap_or_default().max(1);
    let bar = |(place, count): (usize, &usize)| {
        let height = count * HEIGHT / most;
        let ends = ("from", place * 100 / BARS, "to", (place + 1) * 100 / BARS);
        let label = t.s2("analytics-bar", ends.0, ends.1, ends.2, ends.3);
        Bar { label, count: *count, x: place * BAR, y: HEIGHT - height, height }
    };
    let mark = item.and_then(|item| item.mark);
    // The picture is ten bars wide: 600 units for 10,000 hundredths of a percent.
    Ok(Chart {
        title: item.map_or_else(|| t.s("gradebook-total-column"), |item| item_name(t, &book.items, &item.key)),
        graded: grades.len(),
        bars: counts.iter().enumerate().map(bar).collect(),
        passed: mark.map(|mark| grades.iter().filter(|grade| **grade >= mark).count()),
        mark: mark.map(|mark| (mark * 6 / 100, t.s1("analytics-mark", "mark", percent(t, mark)))),
    })
}

fn words(t: Tr, items: &[Item], sign: &Sign) -> String {
    match sign {
        Sign::Idle { days, item } => t.s2("risk-idle", "days", *days, "item", item_name(t, items, item)),
        Sign::Late { items } => t.s1("risk-late", "items", *items),
        Sign::Failing { exercise } => {
            let key = cohorts::ItemKey::Exercise(exercise.clone());
            t.s2("risk-failing", "runs", FAILED_RUNS, "item", item_name(t, items, &key))
        }
    }
}
