//! Administration of people: list, roles, suspension.

use super::routes::Route;

pub(super) fn routes() -> Vec<Route> {
    Vec::new()
}
