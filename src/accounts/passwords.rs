//! Passwords: what may be one, and their hashes (argon2id, RFC 9106) made off the threads that answer requests.

use std::num::NonZero;
use std::sync::{Arc, LazyLock};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{AccountError, Email};

/// Memory of one hash, in KiB: 19 MiB.
const MEMORY: u32 = 19 * 1024;
/// Passes over that memory.
const PASSES: u32 = 2;
/// Lanes of one hash.
const LANES: u32 = 1;

/// Fewest characters of a password.
pub const SHORTEST: usize = 10;
/// Most characters of a password.
pub const LONGEST: usize = 200;

/// As many hashes at once as the machine has cores, whoever asks for them.
static CORES: LazyLock<Arc<Semaphore>> =
    LazyLock::new(|| Arc::new(Semaphore::new(std::thread::available_parallelism().map_or(1, NonZero::get))));

/// A password that may be set: long enough, and nothing that the account itself gives away.
#[derive(Clone)]
pub struct NewPassword(String);

/// Why a text may not be somebody's password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    /// Fewer than [`SHORTEST`] characters.
    #[error("the password has fewer than 10 characters")]
    TooShort,
    /// More than [`LONGEST`] characters.
    #[error("the password has more than 200 characters")]
    TooLong,
    /// The e-mail address, its mailbox, or the name.
    #[error("the password is the e-mail address or the name")]
    Personal,
    /// One character over and over.
    #[error("the password is one character repeated")]
    Repeated,
}

impl PasswordFault {
    /// Key of the sentence that says how to do better.
    pub fn key(self) -> &'static str {
        match self {
            Self::TooShort => "password-too-short",
            Self::TooLong => "password-too-long",
            Self::Personal => "password-personal",
            Self::Repeated => "password-repeated",
        }
    }
}

impl NewPassword {
    /// A password that is set already and is hashed again.
    pub(super) fn known(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The password in `text` for the person with this address and name.
    pub fn parse(text: &str, email: &Email, name: &str) -> Result<Self, PasswordFault> {
        let lower = text.to_lowercase();
        let is_personal = [email.as_str(), email.mailbox(), &name.to_lowercase()].contains(&lower.trim());
        let mut characters = text.chars();
        let first = characters.next();
        match text.chars().count() {
            ..SHORTEST => Err(PasswordFault::TooShort),
            count if count > LONGEST => Err(PasswordFault::TooLong),
            _ if is_personal => Err(PasswordFault::Personal),
            _ if characters.all(|c| Some(c) == first) => Err(PasswordFault::Repeated),
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// Its hash in PHC string format, under a random salt.
    pub async fn hash(&self) -> Result<String, AccountError> {
        let password = self.0.clone();
        on_a_core(turn().await?, move || {
            argon2()?.hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(hashing)
        })
        .await
    }
}

/// The right to make one hash: as many are given at once as there are cores.
pub(super) struct Turn {
    _permit: OwnedSemaphorePermit,
}

/// Waits for a turn, behind everybody who asked before.
pub(super) async fn turn() -> Result<Turn, AccountError> {
    Ok(Turn { _permit: Arc::clone(&CORES).acquire_owned().await.map_err(hashing)? })
}

/// Whether `password` is the one that `hash` was made from. Without a hash it does the same work and says no, so
/// that the time of an answer does not tell which accounts exist.
pub(super) async fn verify(turn: Turn, password: &str, hash: Option<&str>) -> Result<bool, AccountError> {
    let password = password.to_owned();
    let is_known = hash.is_some();
    let hash = hash.map_or_else(nobodys, ToOwned::to_owned);
    on_a_core(turn, move || {
        let parsed = PasswordHash::new(&hash).map_err(hashing)?;
        Ok(argon2()?.verify_password(password.as_bytes(), &parsed).is_ok() && is_known)
    })
    .await
}

/// Whether `hash` was made with today's parameters; one that was not is made again when its owner next signs in.
pub fn is_current(hash: &str) -> bool {
    hash.starts_with(&format!("$argon2id$v=19$m={MEMORY},t={PASSES},p={LANES}$"))
}

/// A hash that no password has and that takes as long to check as any other.
fn nobodys() -> String {
    format!("$argon2id$v=19$m={MEMORY},t={PASSES},p={LANES}$bm9ib2R5IG5vYm9keQ${}", "A".repeat(43))
}

fn argon2() -> Result<Argon2<'static>, AccountError> {
    let params = Params::new(MEMORY, PASSES, LANES, None).map_err(hashing)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hashing(error: impl std::fmt::Display) -> AccountError {
    AccountError::Hashing(error.to_string())
}

async fn on_a_core<T: Send + 'static>(
    turn: Turn,
    work: impl FnOnce() -> Result<T, AccountError> + Send + 'static,
) -> Result<T, AccountError> {
    let task = tokio::task::spawn_blocking(move || {
        // Held by the work and not by the request: a browser that goes away does not let another hash begin.
        let _turn = turn;
        work()
    });
    task.await.map_err(hashing)?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<(), PasswordFault> {
        NewPassword::parse(text, &"ada.lovelace@example.org".parse().unwrap(), "Augusta Ada King").map(drop)
    }

    #[test]
    fn weak_passwords_are_refused_with_their_reason() {
        assert_eq!(parse("short"), Err(PasswordFault::TooShort));
        assert_eq!(parse(&"ab".repeat(101)), Err(PasswordFault::TooLong));
        assert_eq!(parse("Ada.Lovelace@example.org"), Err(PasswordFault::Personal));
        assert_eq!(parse("ada.lovelace"), Err(PasswordFault::Personal));
        assert_eq!(parse("augusta ada king"), Err(PasswordFault::Personal));
        assert_eq!(parse("aaaaaaaaaaaa"), Err(PasswordFault::Repeated));
        assert_eq!(parse("正确的马电池订书钉们"), Ok(()));
    }

    #[tokio::test]
    async fn a_hash_knows_its_password_and_no_other() {
        let email = "a@example.org".parse().unwrap();
        let hash = NewPassword::parse("correct horse", &email, "A").unwrap().hash().await.unwrap();
        assert!(is_current(&hash), "{hash}");
        assert!(verify(turn().await.unwrap(), "correct horse", Some(&hash)).await.unwrap());
        assert!(!verify(turn().await.unwrap(), "wrong horse", Some(&hash)).await.unwrap());
        assert!(!verify(turn().await.unwrap(), "correct horse", None).await.unwrap());
        assert!(!is_current("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$AAAA"));
    }
}
