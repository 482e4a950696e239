//! People, their roles, passwords, sessions and tokens.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::PersonId;
use crate::messages::Lang;

pub mod sessions;
mod store;

/// What a person may do; each role includes the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "TEXT", rename_all = "lowercase")]
pub enum Role {
    /// Takes courses and exercises.
    Learner,
    /// Also looks into the classes they teach.
    Instructor,
    /// Also runs the installation.
    Admin,
}

/// The colours a person reads in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "TEXT", rename_all = "lowercase")]
pub enum Theme {
    /// As the device is set.
    #[default]
    System,
    /// Dark text on light ground.
    Light,
    /// Light text on dark ground.
    Dark,
}

impl Theme {
    /// Value of the `data-theme` attribute.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// A person with a usable account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their id.
    pub id: PersonId,
    /// Their address, lower-case.
    pub email: String,
    /// When the address was shown to be theirs.
    pub email_confirmed_at: Option<DateTime<Utc>>,
    /// Name shown in the interface.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Language they read.
    pub lang: Lang,
    /// IANA name of their time zone, where they chose one.
    pub time_zone: Option<String>,
    /// Colours they read in.
    pub theme: Theme,
    /// Name for certificates, once confirmed by them.
    pub certificate_name: Option<String>,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
}

/// Why something about an account could not be done.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// PostgreSQL refused.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// The operating system gave no randomness.
    #[error("no randomness from the operating system: {0}")]
    Randomness(#[from] rand::rngs::SysError),
}
