//! The learning curve of a script, drawn from the points that it printed.

use crate::grading::script::log::Point;
use crate::messages::Tr;

/// Width of the drawing.
const WIDTH: f64 = 600.0;
/// Height of one panel.
const HEIGHT: f64 = 120.0;
/// What is counted along the axis, where a script names it.
const STEPS: [&str; 3] = ["epoch", "step", "iteration"];
/// Most panels that are drawn.
const MOST: usize = 4;

/// One panel for each number that the points name, over epochs.
#[derive(Debug, Clone)]
pub(super) struct Curve {
    pub panels: Vec<Panel>,
}

/// The course of one number.
#[derive(Debug, Clone)]
pub(super) struct Panel {
    /// What the script calls it.
    pub name: String,
    /// Its course in words.
    pub caption: String,
    /// Points of an SVG polyline.
    pub line: String,
    /// The last point.
    pub x: f64,
    pub y: f64,
}

impl Curve {
    /// `None` without points.
    pub fn new(tr: Tr, points: &[Point]) -> Option<Self> {
        let step = STEPS.into_iter().find(|step| points.iter().any(|point| point.contains_key(*step)));
        let mut names: Vec<&String> =
            points.iter().flat_map(Point::keys).filter(|name| !STEPS.contains(&name.as_str())).collect();
        names.sort_unstable();
        names.dedup();
        let panels: Vec<Panel> =
            names.into_iter().take(MOST).filter_map(|name| Panel::new(tr, points, step, name)).collect();
        (!panels.is_empty()).then_some(Self { panels })
    }
}

impl Panel {
    #[expect(clippy::cast_precision_loss, reason = "there are at most a thousand points")]
    fn new(tr: Tr, points: &[Point], step: Option<&str>, name: &str) -> Option<Self> {
        let place =
            |index: usize, point: &Point| step.and_then(|step| point.get(step).copied()).unwrap_or(index as f64);
        let course: Vec<(f64, f64)> = points
            .iter()
            .enumerate()
            .filter_map(|(index, point)| Some((place(index, point), *point.get(name)?)))
            .collect();
        let range = |of: fn(&(f64, f64)) -> f64| {
            let fold = |(low, high): (f64, f64), value: f64| (low.min(value), high.max(value));
            course.iter().map(of).fold((f64::INFINITY, f64::NEG_INFINITY), fold)
        };
        let ((left, right), (low, high)) = (range(|point| point.0), range(|point| point.1));
        let share = |value: f64, low: f64, high: f64| if high > low { (value - low) / (high - low) } else { 0.5 };
        let at = |&(x, y): &(f64, f64)| (share(x, left, right) * WIDTH, (1.0 - share(y, low, high)) * HEIGHT);
        let drawn: Vec<(f64, f64)> = course.iter().map(at).collect();
        let &(x, y) = drawn.last()?;
        let text = |value: f64| tr.score(false, value);
        Some(Self {
            name: name.to_owned(),
            caption: tr.with(
                "curve-caption",
                &[
                    ("first", text(course.first()?.1)),
                    ("last", text(course.last()?.1)),
                    ("low", text(low)),
                    ("high", text(high)),
                ],
            ),
            line: drawn.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect::<Vec<_>>().join(" "),
            x,
            y,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::Lang;

    #[test]
    fn a_curve_goes_over_epochs_and_has_a_panel_for_each_number() {
        let point = |pairs: &[(&str, f64)]| pairs.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
        let points: Vec<Point> =
            vec![point(&[("epoch", 1.0), ("loss", 2.0)]), point(&[("epoch", 3.0), ("loss", 1.0), ("acc", 0.5)])];
        let curve = Curve::new(Tr::new(Lang::En), &points).unwrap();
        assert_eq!(curve.panels.iter().map(|panel| panel.name.as_str()).collect::<Vec<_>>(), ["acc", "loss"]);
        assert_eq!(curve.panels[1].line, "0.0,0.0 600.0,120.0");
        assert!(Curve::new(Tr::new(Lang::En), &[]).is_none());
    }
}
