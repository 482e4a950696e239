//! A person's own settings: profile, password, sessions, data download, account deletion.

use super::routes::Route;

pub(super) fn routes() -> Vec<Route> {
    Vec::new()
}
