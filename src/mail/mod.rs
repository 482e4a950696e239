//! Mail: written in the transaction that causes it, sent by a job through SMTP or into a spool folder.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::AsyncSmtpTransport;
use lettre::{AsyncFileTransport, AsyncTransport, Message, Tokio1Executor};
use sqlx::PgConnection;

use crate::ids::{MailId, PersonId};

mod store;

pub use store::unsent;

/// A mail to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Whom it is for, where they have an account.
    pub person: Option<PersonId>,
    /// Address it goes to.
    pub recipient: String,
    /// Subject line.
    pub subject: String,
    /// Plain text.
    pub body: String,
}

/// Why a mail could not be sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The address or the sender's setting is not a mailbox.
    #[error("not a mail address: {0}")]
    Address(#[from] lettre::address::AddressError),
    /// The message could not be put together.
    #[error("mail could not be written: {0}")]
    Message(#[from] lettre::error::Error),
    /// The mail server refused or could not be reached.
    #[error("mail server: {0}")]
    Smtp(#[from] lettre::transport::smtp::Error),
    /// The spool folder could not be written.
    #[error("mail spool: {0}")]
    Spool(#[from] lettre::transport::file::Error),
    /// The outbox could not be read or written.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Where mail leaves the installation.
#[derive(Debug, Clone)]
pub enum Mailer {
    /// A mail server.
    Smtp(AsyncSmtpTransport<Tokio1Executor>, Mailbox),
    /// A folder of `.eml` files that the operator passes on.
    Spool(PathBuf, Mailbox),
}

impl Mailer {
    /// A mailer for `smtp_url` where there is one, else for the folder `spool`, which must exist.
    pub fn new(smtp_url: Option<&str>, spool: PathBuf, from: &str) -> Result<Self, MailError> {
        let from: Mailbox = from.parse()?;
        match smtp_url {
            Some(url) => Ok(Self::Smtp(AsyncSmtpTransport::<Tokio1Executor>::from_url(url)?.build(), from)),
            None => Ok(Self::Spool(spool, from)),
        }
    }

    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let (Self::Smtp(_, from) | Self::Spool(_, from)) = self;
        let message = Message::builder()
            .from(from.clone())
            .to(mail.recipient.parse()?)
            .subject(&mail.subject)
            // Without it, readers take the text for ASCII.
            .header(ContentType::TEXT_PLAIN)
            .body(mail.body.clone())?;
        match self {
            Self::Smtp(transport, _) => transport.send(message).await.map(drop)?,
            Self::Spool(folder, _) => {
                AsyncFileTransport::<Tokio1Executor>::new(folder).send(message).await.map(drop)?;
            }
        }
        Ok(())
    }
}

/// Puts `mail` into the outbox and its sending into the queue, in the caller's transaction.
pub async fn post(
    conn: &mut PgConnection,
    mail: &Mail,
    now: DateTime<Utc>,
) -> Result<MailId, crate::queue::QueueError> {
    let id = MailId::new(now);
    store::insert(conn, id, mail, now).await?;
    crate::queue::enqueue_mail(conn, id).await?;
    Ok(id)
}

/// Removes every mail for `person`, and to `recipient`, sent or not.
pub async fn forget(conn: &mut PgConnection, person: PersonId, recipient: &str) -> Result<(), sqlx::Error> {
    store::delete(conn, person, recipient).await
}

/// Sends one mail of the outbox; one that was sent already, or whose person is gone, is left alone.
pub async fn deliver(
    conn: &mut PgConnection,
    mailer: &Mailer,
    id: MailId,
    now: DateTime<Utc>,
) -> Result<(), MailError> {
    if let Some(mail) = store::pending(conn, id).await? {
        mailer.send(&mail).await?;
        store::mark_sent(conn, id, now).await?;
    }
    Ok(())
}
