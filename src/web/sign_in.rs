//! Sign up, confirm the address, sign in, sign out, reset a password.

use super::routes::Route;

pub(super) fn routes() -> Vec<Route> {
    Vec::new()
}
