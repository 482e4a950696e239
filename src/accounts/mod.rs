//! People, their roles, passwords, sessions and tokens.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;

use crate::ids::PersonId;
use crate::messages::Lang;
use crate::queue::QueueError;

mod administration;
mod deletion;
mod email;
mod letters;
mod names;
mod profile;
mod recovery;
mod sign_in;
mod sign_up;
mod store;

pub mod limits;
pub mod links;
pub mod passwords;
pub mod secret;
pub mod sessions;
pub mod tokens;

pub use administration::{
    Administered, Found, NewPerson, PAGE, Search, by_email, create_person, first_admin_link, invite, invite_in, names,
    person, search, set_role, set_suspended, sign_in_link,
};
pub use deletion::{Deletion, delete};
pub use email::{Email, InvalidEmail};
pub use names::{CertificateName, InvalidName, PersonName};
pub use passwords::NewPassword;
pub use profile::{Profile, confirm_certificate_name, set_display, update_profile};
pub use recovery::{Change, Reset, Setting, Welcome, change_password, request_reset, reset_password, set_up};
pub use sign_in::{Attempt, Checked, SignIn, check_password, follow_sign_in_link, sign_in};
pub use sign_up::{Confirm, Posted, SignUp, confirm_email, sign_up};

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

impl Role {
    /// Every role, the least first.
    pub const ALL: [Self; 3] = [Self::Learner, Self::Instructor, Self::Admin];

    /// Its name in forms, settings and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Learner => "learner",
            Self::Instructor => "instructor",
            Self::Admin => "admin",
        }
    }

    /// The role called `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Key of its name for readers.
    pub fn key(self) -> &'static str {
        match self {
            Self::Learner => "role-learner",
            Self::Instructor => "role-instructor",
            Self::Admin => "role-admin",
        }
    }
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

    /// The colours called `name`.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::System, Self::Light, Self::Dark].into_iter().find(|theme| theme.name() == name)
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

/// An account as the ways into it need it: also one that is not confirmed, has no password yet, or is suspended.
#[derive(Clone)]
pub struct Account {
    /// Whose it is.
    pub id: PersonId,
    /// Their address, lower-case.
    pub email: String,
    /// Name shown in the interface.
    pub name: String,
    /// Hash of the password, where one was set.
    pub password_hash: Option<String>,
    /// What they may do.
    pub role: Role,
    /// Language they read.
    pub lang: Lang,
    /// When the address was shown to be theirs.
    pub email_confirmed_at: Option<DateTime<Utc>>,
    /// When an administrator suspended it.
    pub suspended_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

impl Account {
    /// Whether this is the first administrator's account before they have named their own address.
    pub fn is_placeholder(&self) -> bool {
        self.email == administration::PLACEHOLDER && self.password_hash.is_none()
    }
}

/// Removes what is of no use any more: expired sessions and links, events that no limit looks at. For a daily job.
pub async fn sweep(pool: &PgPool, now: DateTime<Utc>) -> Result<u64, sqlx::Error> {
    let sessions = sessions::sweep(pool, now).await?;
    let links = links::sweep(pool, now).await?;
    Ok(sessions + links + limits::sweep(pool, now).await?)
}

/// Why something about an account could not be done.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// PostgreSQL refused.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// A mail could not be queued.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// A password could not be hashed.
    #[error("password hashing failed: {0}")]
    Hashing(String),
    /// Somebody has an account under this address already.
    #[error("there is an account with this e-mail address already")]
    EmailTaken,
    /// There is no such account.
    #[error("there is no account with this e-mail address")]
    NoSuchPerson,
    /// Nobody would be left who can administer the installation.
    #[error("this is the last administrator; make somebody else one first")]
    LastAdmin,
    /// The operating system gave no randomness.
    #[error("no randomness from the operating system: {0}")]
    Randomness(#[from] rand::rngs::SysError),
}
