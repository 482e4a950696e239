//! A holder's certificates, and their revocation by administrators.

use super::routes::Route;

pub(super) fn routes() -> Vec<Route> {
    Vec::new()
}
