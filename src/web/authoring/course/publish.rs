//! Publishing a course: now, at a time, or not after all.

use actix_web::web;
use serde::Deserialize;
use serde_json::json;

use super::fields::moment;
use super::{course, place};
use crate::audit;
use crate::authoring::{AuthoringError, publishing};
use crate::courses::staff::StaffRole;
use crate::web::page;
use crate::web::visit::{Instructor, Require};
use crate::web::{Answer, AppState, WebError};

/// What to do, and when.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Form {
    /// `now`, `schedule` or `cancel`.
    when: String,
    at: String,
}

pub(super) async fn publish(
    state: AppState,
    who: Require<Instructor>,
    slug: web::Path<String>,
    form: web::Form<Form>,
) -> Answer {
    let work = course(&state, &who, &slug, StaffRole::Author).await?;
    let now = state.clock.now();
    let named = (work.kind, &work.slug);
    let mut tx = state.pool.begin().await?;
    let (action, notice, after) = match form.when.as_str() {
        "schedule" => {
            let at = moment(&form.at, who.tr.zone)?;
            if at <= now {
                return Err(WebError::Invalid("course-editor-past", vec![("time", who.tr.time(&at))]));
            }
            publishing::schedule(&mut tx, named, (who.person.id, Some(at))).await?;
            ("work.schedule", "course-scheduled", json!({ "publish_at": at }))
        }
        "cancel" => {
            publishing::schedule(&mut tx, named, (who.person.id, None)).await?;
            ("work.schedule", "course-unscheduled", json!({ "publish_at": null }))
        }
        _ => match publishing::publish(&mut tx, &state.blobs, named, (Some((who.person.id, who.person.role)), now))
            .await
        {
            Ok(Some(done)) => ("work.publish", "course-published", json!({ "published": done.head })),
            Ok(None) => return Err(WebError::NotFound),
            // The page lists what is wrong.
            Err(AuthoringError::Faults(_)) => {
                return Ok(page::see_other(&format!("{}#problems", place(&work))));
            }
            Err(error) => return Err(error.into()),
        },
    };
    let before = json!({ "published": work.published, "publish_at": work.publish_at });
    let object = format!("courses/{}", work.slug);
    let detail = json!({ "before": before, "after": after });
    let entry = audit::Entry { actor: Some(who.person.id), action, object: &object, detail };
    audit::record(&mut tx, entry, now).await?;
    tx.commit().await?;
    Ok(page::see_other(&format!("{}?notice={notice}", place(&work))))
}
