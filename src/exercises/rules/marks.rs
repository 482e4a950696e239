//! Rules on what decides: metric, marks, sealed evaluation, conditions, limits.

use super::in_range;
use crate::exercises::manifest::{Manifest, Sealed, Task};
use crate::grading::{
    Condition, MODEL_FACTS,
    contract::InputKind,
    metrics::{Metric, MetricKind},
    variants::{Family, VariantError},
};
use crate::messages::{Said, Word, said};

impl Manifest {
    pub(super) fn check_marks(&self) -> Result<(), Said> {
        let (marks, limits) = (self.marks, self.limits);
        self.check_metric(self.metric)?;
        self.check_mark("marks.pass", marks.pass)?;
        if let Some(distinction) = marks.distinction {
            self.check_mark("marks.distinction", distinction)?;
            let ordered = self.metric.reached(distinction, marks.pass);
            require!(ordered, "fault-mark-order");
        }
        if let Some(sealed) = &self.sealed {
            self.check_mark("sealed.mark", sealed.mark())?;
            self.check_variants(sealed)?;
        }
        for condition in &self.conditions {
            self.check_condition(condition)?;
        }
        let practice = self.practice.as_ref().map_or(1, |practice| practice.samples);
        in_range("practice.samples", practice as u64, (1, 2000))?;
        in_range("limits.max_model_bytes", limits.max_model_bytes, (1, 1_000_000_000))?;
        in_range("limits.wall_seconds", limits.wall_seconds, (1, 3600))?;
        in_range("limits.cpu_seconds", limits.cpu_seconds, (1, 3600))?;
        in_range("limits.memory_mb", limits.memory_mb, (256, 65_536))
    }

    fn check_metric(&self, metric: Metric) -> Result<(), Said> {
        let fits = match (metric.kind(), &self.task) {
            (MetricKind::Regression, Task::Regression) => true,
            (MetricKind::Classification | MetricKind::Probabilities, Task::Classification { classes }) => {
                metric.is_defined(classes.len())
            }
            (MetricKind::Regression, Task::Classification { .. })
            | (MetricKind::Classification | MetricKind::Probabilities, Task::Regression) => false,
        };
        require!(fits, "fault-metric", metric = metric.as_str());
        Ok(())
    }

    fn check_mark(&self, key: &str, mark: f64) -> Result<(), Said> {
        let fits = mark.is_finite() && (!self.metric.is_proportion() || (0.0..=1.0).contains(&mark));
        require!(fits, "fault-mark-range", field = key);
        Ok(())
    }

    fn check_variants(&self, sealed: &Sealed) -> Result<(), Said> {
        let Sealed::Variants { family, .. } = sealed else { return Ok(()) };
        family.check().map_err(|error| match error {
            VariantError::Range { name, most } => said!("fault-variants-range", name = name, most = most),
            VariantError::Shape(_) | VariantError::Length { .. } => {
                said!("fault-variants", words = Word::English(error.to_string()))
            }
        })?;
        let kind = match family {
            Family::Image(_) => InputKind::Image,
            Family::Text(_) => InputKind::Text,
        };
        let any = self.inputs.iter().any(|input| input.kind == Some(kind));
        require!(any, "fault-variants-kind");
        Ok(())
    }

    fn check_condition(&self, condition: &Condition) -> Result<(), Said> {
        let name = condition.metric.as_str();
        let is_bound = condition.at_least.is_some() || condition.at_most.is_some();
        require!(is_bound, "fault-condition-bound", metric = name);
        if let Some(metric) = Metric::from_name(name) {
            return self.check_metric(metric);
        }
        let known = Word::names(MODEL_FACTS);
        require!(MODEL_FACTS.contains(&name), "fault-condition-metric", metric = name, known = known);
        Ok(())
    }
}
