//! A person's API tokens.

use super::routes::Route;

pub(super) fn routes() -> Vec<Route> {
    Vec::new()
}
