//! Rules on what decides: metric, marks, sealed evaluation, conditions, limits.

use super::Fault;
use crate::exercises::manifest::{Manifest, Sealed, Task};
use crate::grading::{
    Condition, MODEL_FACTS,
    contract::InputKind,
    metrics::{Metric, MetricKind},
    variants::Family,
};

impl Manifest {
    pub(super) fn check_marks(&self) -> Result<(), Fault> {
        let (marks, limits) = (self.marks, self.limits);
        self.check_metric(self.metric)?;
        self.check_mark("marks.pass", marks.pass)?;
        if let Some(distinction) = marks.distinction {
            self.check_mark("marks.distinction", distinction)?;
            let ordered = self.metric.reached(distinction, marks.pass);
            require!(ordered, "marks.distinction must lie between marks.pass and the best value");
        }
        if let Some(sealed) = &self.sealed {
            self.check_mark("sealed.mark", sealed.mark())?;
            self.check_variants(sealed)?;
        }
        for condition in &self.conditions {
            self.check_condition(condition)?;
        }
        let practice = self.practice.as_ref().map_or(1, |practice| practice.samples);
        require!((1..=2000).contains(&practice), "practice.samples: 1 to 2000");
        require!((1..=1_000_000_000).contains(&limits.max_model_bytes), "limits.max_model_bytes: 1 to 1000000000");
        require!((1..=3600).contains(&limits.wall_seconds), "limits.wall_seconds: 1 to 3600");
        require!((1..=3600).contains(&limits.cpu_seconds), "limits.cpu_seconds: 1 to 3600");
        require!((256..=65_536).contains(&limits.memory_mb), "limits.memory_mb: 256 to 65536");
        Ok(())
    }

    fn check_metric(&self, metric: Metric) -> Result<(), Fault> {
        let fits = match (metric.kind(), &self.task) {
            (MetricKind::Regression, Task::Regression) => true,
            (MetricKind::Classification | MetricKind::Probabilities, Task::Classification { classes }) => {
                metric.is_defined(classes.len())
            }
            (MetricKind::Regression, Task::Classification { .. })
            | (MetricKind::Classification | MetricKind::Probabilities, Task::Regression) => false,
        };
        require!(fits, "the metric {} is not defined for this task", metric.as_str());
        Ok(())
    }

    fn check_mark(&self, key: &str, mark: f64) -> Result<(), Fault> {
        let fits = mark.is_finite() && (!self.metric.is_proportion() || (0.0..=1.0).contains(&mark));
        require!(fits, "{key} must lie between 0 and 1, or be a value of the metric");
        Ok(())
    }

    fn check_variants(&self, sealed: &Sealed) -> Result<(), Fault> {
        let Sealed::Variants { family, .. } = sealed else { return Ok(()) };
        family.check().map_err(|error| Fault::Rule(format!("sealed: {error}")))?;
        let kind = match family {
            Family::Image(_) => InputKind::Image,
            Family::Text(_) => InputKind::Text,
        };
        let any = self.inputs.iter().any(|input| input.kind == Some(kind));
        require!(any, "sealed: no input is of the kind that this family varies");
        Ok(())
    }

    fn check_condition(&self, condition: &Condition) -> Result<(), Fault> {
        let name = condition.metric.as_str();
        require!(condition.at_least.is_some() || condition.at_most.is_some(), "conditions: {name} has no bound");
        if let Some(metric) = Metric::from_name(name) {
            return self.check_metric(metric);
        }
        let known = MODEL_FACTS.join(", ");
        require!(MODEL_FACTS.contains(&name), "conditions: {name} is neither a metric nor one of {known}");
        Ok(())
    }
}
