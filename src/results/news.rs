//! Tells waiting requests at once that a submission was graded, over PostgreSQL's LISTEN and NOTIFY.

use std::time::Duration;

use sqlx::postgres::PgListener;
use sqlx::{PgConnection, PgPool};
use tokio::sync::broadcast;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::store;
use crate::ids::SubmissionId;

/// The channel of the database.
pub(super) const CHANNEL: &str = "assay_graded";
/// Messages that a slow listener may be behind; it looks by itself then.
const BACKLOG: usize = 1024;
/// Pause before the connection is tried again.
const AGAIN: Duration = Duration::from_secs(2);

/// Where news of graded submissions come in.
#[derive(Debug, Clone)]
pub struct News(broadcast::Sender<String>);

impl Default for News {
    fn default() -> Self {
        Self(broadcast::Sender::new(BACKLOG))
    }
}

/// Somebody who waits for one submission.
#[derive(Debug)]
pub struct Subscription {
    news: broadcast::Receiver<String>,
    submission: String,
}

impl News {
    /// Listens until `stop`; a lost connection is made again, and those who wait look by themselves meanwhile.
    pub async fn listen(&self, pool: &PgPool, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            tokio::select! {
                () = stop.cancelled() => return,
                ended = self.pass_on(pool) => {
                    if let Err(error) = ended {
                        tracing::warn!(%error, "news of gradings cannot be heard; trying again");
                    }
                    tokio::time::sleep(AGAIN).await;
                }
            }
        }
    }

    async fn pass_on(&self, pool: &PgPool) -> Result<(), sqlx::Error> {
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen(CHANNEL).await?;
        loop {
            let told = listener.recv().await?;
            // Nobody may be waiting.
            let _ = self.0.send(told.payload().to_owned());
        }
    }

    /// Begins to wait for news of `submission`; subscribe before looking, so that nothing is missed in between.
    pub fn subscribe(&self, submission: SubmissionId) -> Subscription {
        Subscription { news: self.0.subscribe(), submission: submission.to_string() }
    }
}

impl Subscription {
    /// Returns when there may be news, after `most` at the latest.
    pub async fn wait(&mut self, most: Duration) {
        let mine = async {
            loop {
                match self.news.recv().await {
                    Ok(told) if told == self.submission => return,
                    Ok(_) => {}
                    Err(broadcast::error::RecvError::Lagged(_)) => return,
                    // Never while the web server lives.
                    Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
                }
            }
        };
        let _ = timeout(most, mine).await;
    }
}

/// Tells everybody, once the transaction commits.
pub(super) async fn tell(conn: &mut PgConnection, submission: SubmissionId) -> Result<(), sqlx::Error> {
    store::notify(conn, CHANNEL, &submission.to_string()).await
}
