//! Whether predictions that were made for one version of an exercise can be scored under another.

use super::manifest::{Manifest, Sealed};

/// Whether `to` asks the same of a model as `from`, so that they differ in metric, marks and conditions at most, or `to`
/// has no sealed evaluation any more. Rules for scripts do not matter: the model that a script left is the same.
pub fn same_predictions(from: &Manifest, to: &Manifest) -> bool {
    let like = Manifest {
        metric: from.metric,
        marks: from.marks,
        conditions: from.conditions.clone(),
        script: from.script.clone(),
        sealed: sealed(from.sealed.as_ref(), to.sealed.as_ref()),
        ..to.clone()
    };
    like.version() == from.version()
}

/// The sealed evaluation of `to` with the mark of `from`, or that of `from` where `to` has none.
fn sealed(from: Option<&Sealed>, to: Option<&Sealed>) -> Option<Sealed> {
    match (from, to) {
        (from, None) => from.cloned(),
        (Some(Sealed::Variants { mark, .. }), Some(Sealed::Variants { family, .. })) => {
            Some(Sealed::Variants { mark: *mark, family: *family })
        }
        (Some(Sealed::Private { mark }), Some(Sealed::Private { .. })) => Some(Sealed::Private { mark: *mark }),
        (_, Some(other)) => Some(other.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exercises::{Exercise, data, load};
    use crate::grading::metrics::Metric;
    use crate::grading::report::{Predictions, Report};
    use crate::grading::verdict::Reason;
    use crate::grading::{Evaluation, Truth, rescored, without_model};
    use std::path::Path;

    fn exercise(name: &str) -> Exercise {
        load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("exercises").join(name)).unwrap()
    }

    fn manifest() -> Manifest {
        exercise("mnist-digits").manifest
    }

    fn evaluation() -> Evaluation {
        let exercise = exercise("hello-onnx");
        data::evaluation(&exercise.manifest, |file| exercise.read_data(file), None).unwrap()
    }

    /// Labels of which the first so many are wrong.
    fn labels(evaluation: &Evaluation, wrong: usize) -> Predictions {
        let Truth::Classes(truth) = &evaluation.open.truth else { panic!("classes") };
        let one = |(place, class): (usize, &u32)| if place < wrong { (class + 1) % 10 } else { *class };
        Predictions::Labels(truth.iter().enumerate().map(one).collect())
    }

    #[test]
    fn a_mark_that_moves_moves_the_verdict_and_not_the_score() {
        let mut evaluation = evaluation();
        let open = labels(&evaluation, 50);
        let before = Report { met_hidden: true, ..without_model(None, Reason::Cancelled) };
        let (at_80, correct) = rescored(&evaluation, &before, &open, None).unwrap();
        assert_eq!((at_80.reason, correct.unwrap().count()), (Reason::Passed, 450));
        evaluation.marks.pass = 0.95;
        let (at_95, _) = rescored(&evaluation, &at_80, &open, None).unwrap();
        assert_eq!(at_95.reason, Reason::BelowMark);
        let (scored, again) = (at_80.evaluation.unwrap(), at_95.evaluation.unwrap());
        assert!((scored.score - 0.9).abs() < 1e-12 && (again.pass_mark - 0.95).abs() < 1e-12);
        assert_eq!((scored.metrics, scored.confusion), (again.metrics, again.confusion));
    }

    #[test]
    fn predictions_that_cannot_be_scored_so_are_said_to_be_that() {
        let mut evaluation = evaluation();
        let open = labels(&evaluation, 0);
        let before = without_model(None, Reason::Cancelled);
        evaluation.metric = Metric::LogLoss;
        let (report, correct) = rescored(&evaluation, &before, &open, None).unwrap();
        assert_eq!((report.reason, correct), (Reason::LabelsOnly, None), "labels have no probabilities");
        assert!(rescored(&evaluation, &before, &Predictions::Labels(vec![0; 3]), None).is_none(), "of other samples");
    }

    #[test]
    fn marks_may_differ_and_data_may_not() {
        let from = manifest();
        assert!(same_predictions(&from, &from));
        let mut to = from.clone();
        to.marks.pass = 0.99;
        to.metric = Metric::MacroF1;
        to.conditions.clear();
        to.sealed = to.sealed.map(|sealed| match sealed {
            Sealed::Variants { family, .. } => Sealed::Variants { mark: 0.5, family },
            Sealed::Private { .. } => Sealed::Private { mark: 0.5 },
        });
        assert_ne!(to.version(), from.version());
        assert!(same_predictions(&from, &to));
        assert!(same_predictions(&from, &Manifest { sealed: None, ..to.clone() }), "what is no longer asked");
        let fewer = Manifest { data: to.data.iter().skip(1).cloned().collect(), ..to.clone() };
        assert!(!same_predictions(&from, &fewer));
        assert!(!same_predictions(&Manifest { sealed: None, ..from }, &to), "sealed predictions are lacking");
        let mut slower = to.clone();
        slower.limits.wall_seconds += 1;
        assert!(!same_predictions(&manifest(), &slower), "a run could end otherwise");
    }
}
