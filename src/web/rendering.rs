//! Rendering of texts apart from the threads that answer requests, so that other pages answer meanwhile.

use std::sync::Arc;

use actix_web::web;
use tokio::sync::Semaphore;

use super::WebError;
use crate::courses::markdown::{self, Rendered};
use crate::messages::Lang;

/// Texts in work at once, whoever asks; others wait for their turn.
static TURNS: Semaphore = Semaphore::const_new(2);

/// Does `work`, which takes a processor for longer than other requests should wait.
pub(super) async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, WebError> {
    let turn = TURNS.acquire().await.map_err(WebError::internal)?;
    let done = web::block(move || {
        // Kept until the work is done, also when nobody waits for it any more.
        let _turn = turn;
        work()
    });
    done.await.map_err(WebError::internal)
}

/// A text that is being written, as pages show it.
pub(super) async fn previewed(source: &str, lang: Lang) -> Result<Rendered, WebError> {
    let source = source.to_owned();
    apart(move || markdown::preview(&source, lang)).await
}

/// The text as pages show it; at once if it was rendered before.
pub(super) async fn rendered(source: &str, lang: Lang) -> Result<Arc<Rendered>, WebError> {
    if let Some(known) = markdown::known(source, lang) {
        return Ok(known);
    }
    let source = source.to_owned();
    apart(move || markdown::render(&source, lang)).await
}
