//! Course catalogue, course page and lesson reader.

use super::routes::Route;

pub(super) fn routes() -> Vec<Route> {
    Vec::new()
}
