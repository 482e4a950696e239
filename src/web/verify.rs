//! Public verification of certificates, and the issuer's key document.

use super::routes::Route;

pub(super) fn routes() -> Vec<Route> {
    Vec::new()
}
