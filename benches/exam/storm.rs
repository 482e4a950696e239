//! Many people who sign in with their passwords at once, which is meant to be slow.

use std::time::Duration;

use assay::accounts::{Email, NewPassword};
use sqlx::PgPool;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::load::http::{Body, Browser};
use crate::load::installation::Installation;
use crate::load::people;

/// Everybody's password.
const PASSWORD: &str = "a-password-of-the-bench";

/// How it went.
#[derive(Debug)]
pub struct Storm {
    /// Time of each sign-in, from when all began.
    pub times: Vec<Duration>,
    /// Those that failed, in words.
    pub errors: Vec<String>,
    /// From when all began until the last was signed in.
    pub whole: Duration,
}

/// Has so many people sign in at the same moment, each from an address of their own.
pub async fn sign_ins(installation: &Installation, count: usize) -> anyhow::Result<Storm> {
    let pool = installation.pool().await?;
    let people = with_password(&pool, count).await?;
    pool.close().await;
    let begin = Instant::now();
    let mut all = JoinSet::new();
    for (number, email) in people.into_iter().enumerate() {
        let mut browser = Browser::new(installation.address, String::new());
        browser.forwarded_for = Some(format!("10.0.{}.{}", number / 250, number % 250 + 1));
        let form = format!("email={}&password={PASSWORD}&next=/", email.replace('@', "%40"));
        all.spawn(async move {
            let answer = browser.send("/sign-in", Body::Form(&form)).await;
            match answer {
                Ok(answer) if answer.status == 303 && answer.cookie.is_some() => Ok(begin.elapsed()),
                Ok(answer) => Err(answer.status.to_string()),
                Err(error) => Err(error.kind().to_string()),
            }
        });
    }
    let (mut times, mut errors) = (Vec::new(), Vec::new());
    for outcome in all.join_all().await {
        match outcome {
            Ok(time) => times.push(time),
            Err(words) => errors.push(words),
        }
    }
    Ok(Storm { times, errors, whole: begin.elapsed() })
}

/// Makes so many people who can sign in; returns their addresses.
async fn with_password(pool: &PgPool, count: usize) -> anyhow::Result<Vec<String>> {
    // One hash for all: checking it takes as long as if each were of its own.
    let email: Email = people::address("learner", 0).parse()?;
    let hash = NewPassword::parse(PASSWORD, &email, "Learner")?.hash().await?;
    people::insert(pool, "learner", count, Some(&hash)).await?;
    Ok((0..count).map(|number| people::address("learner", number)).collect())
}
