//! The keys of the installation: what they are called, what they signed, where their files lie; never a secret.

use askama::Template;

use super::store::{self, SealKey, SigningKey};
use crate::web::page::{self, Page};
use crate::web::visit::{Admin, Require};
use crate::web::{Answer, AppState};

/// Folder of the keys below the data folder.
const FOLDER: &str = "keys";

#[derive(Template)]
#[template(path = "admin/keys.html")]
struct KeysPage {
    page: Page,
    /// Each key, its file below the data folder, and whether this machine has that.
    signing: Vec<(SigningKey, String, bool)>,
    seal: Vec<(SealKey, String, bool)>,
    address: String,
}

/// Every key that signs or signed, and the one that sealed samples are drawn from.
pub(super) async fn show(state: AppState, who: Require<Admin>) -> Answer {
    let folder = state.config.data_folder().join(FOLDER);
    let file = |name: String| {
        let is_there = folder.join(&name).is_file();
        (format!("{FOLDER}/{name}"), is_there)
    };
    let signing = store::signing_keys(&state.pool).await?.into_iter().map(|key| {
        let (path, is_there) = file(format!("signing-{}.key", key.id));
        (key, path, is_there)
    });
    let seal = store::seal_keys(&state.pool).await?.into_iter().map(|key| {
        let (path, is_there) = file(format!("seal-{}.key", key.id));
        (key, path, is_there)
    });
    page::show(&KeysPage {
        page: Page::new(&state, &who, who.tr.s("keys-title")),
        signing: signing.collect(),
        seal: seal.collect(),
        address: state.config.link("/.well-known/did.json"),
    })
}
