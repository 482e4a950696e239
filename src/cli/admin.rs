//! `assay admin`: accounts made and changed by whoever operates the installation.

use std::io::Read as _;
use std::process::ExitCode;

use anyhow::{Context as _, anyhow, bail};
use chrono::{DateTime, Utc};
use clap::{Subcommand, ValueEnum};
use sqlx::PgPool;

use crate::accounts::{
    self, AccountError, Administered, Email, NewPassword, NewPerson, PersonName, Role, create_person, sign_in_link,
};
use crate::blobs::Blobs;
use crate::certificates::keys::Keys;
use crate::config::Config;
use crate::exercises::catalogue;
use crate::ids::SubmissionId;
use crate::messages::Lang;
use crate::results::retraining;
use crate::submissions::{self, Kind};

pub mod environment;
mod private;

/// What `assay admin` can do.
#[derive(Debug, Subcommand)]
pub enum AdminCommand {
    /// Make an account with a confirmed address; without a password, print a one-time link to sign in with.
    CreateUser {
        /// E-mail address.
        #[arg(long)]
        email: Email,
        /// Name shown in the interface.
        #[arg(long)]
        name: String,
        /// What the person may do.
        #[arg(long, default_value = "learner")]
        role: RoleName,
        /// Language of the interface and of mail.
        #[arg(long, default_value = "en")]
        lang: LangName,
        /// Read the password from the first line of standard input.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Add private samples to an exercise whose sealed evaluation is private; they take the place of earlier ones.
    AddPrivateSamples(private::Args),
    /// Build and list the Python environments that scripts run in.
    #[command(subcommand)]
    Environment(environment::EnvironmentCommand),
    /// Run a submitted script again with other seeds, and show the spread with its result.
    Retrain {
        /// The submission's id, as in its address.
        submission: SubmissionId,
        /// How many further seeds, at most 10.
        #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=10))]
        seeds: u32,
    },
    /// Make a new key for signing certificates; those signed before stay valid. Start every process again afterwards.
    RotateSigningKey,
    /// Give somebody another role.
    SetRole {
        /// E-mail address of the account.
        #[arg(long)]
        email: Email,
        /// What the person may do from now on.
        #[arg(long)]
        role: RoleName,
    },
}

/// A role on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleName {
    /// Takes courses and exercises.
    Learner,
    /// Also looks into the classes they teach.
    Instructor,
    /// Also runs the installation.
    Admin,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Learner => Self::Learner,
            RoleName::Instructor => Self::Instructor,
            RoleName::Admin => Self::Admin,
        }
    }
}

/// A language on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LangName {
    /// English.
    En,
    /// Chinese.
    Zh,
}

impl From<LangName> for Lang {
    fn from(name: LangName) -> Self {
        match name {
            LangName::En => Self::En,
            LangName::Zh => Self::ZhCn,
        }
    }
}

/// Carries out `command`; results go to stdout, prose to stderr.
pub async fn run(
    command: AdminCommand,
    config: &Config,
    (pool, blobs): (&PgPool, &Blobs),
    now: DateTime<Utc>,
) -> anyhow::Result<ExitCode> {
    match command {
        AdminCommand::Environment(command) => environment::run(&command, config),
        AdminCommand::Retrain { submission, seeds } => retrain(submission, seeds, pool, now).await,
        AdminCommand::AddPrivateSamples(args) => private::add(args, (pool, blobs), now).await,
        AdminCommand::CreateUser { email, name, role, lang, password_stdin } => {
            let name = PersonName::parse(&name).context("--name")?;
            let password = if password_stdin { Some(read_password(&email, name.as_str())?) } else { None };
            let person = NewPerson { email, name, role: role.into(), lang: lang.into(), password, confirmed: true };
            create_user(&person, config, pool, now).await
        }
        AdminCommand::RotateSigningKey => rotate(config, pool, now).await,
        AdminCommand::SetRole { email, role } => set_role(&email, role.into(), pool, now).await,
    }
}

async fn create_user(
    person: &NewPerson,
    config: &Config,
    pool: &PgPool,
    now: DateTime<Utc>,
) -> anyhow::Result<ExitCode> {
    let id = match create_person(pool, person, None, now).await {
        Ok(id) => id,
        Err(AccountError::EmailTaken) => {
            bail!("there is an account with {} already; `assay admin set-role` changes its role", person.email)
        }
        Err(error) => return Err(error.into()),
    };
    eprintln!("Made the account of {} ({}).", person.email, person.role.name());
    if person.password.is_none() {
        eprintln!("This link signs in once, within 7 days, and asks for a password:");
        println!("{}", sign_in_link(pool, config, id, now).await?);
    }
    Ok(ExitCode::SUCCESS)
}

async fn retrain(id: SubmissionId, seeds: u32, pool: &PgPool, now: DateTime<Utc>) -> anyhow::Result<ExitCode> {
    let submission = submissions::find(pool, id).await?;
    let submission = submission.with_context(|| format!("there is no submission {id}"))?;
    let manifest = catalogue::version(pool, &submission.version).await?;
    let rules = manifest.and_then(|manifest| manifest.script).filter(|_| submission.kind == Kind::Script);
    let rules = rules.with_context(|| format!("submission {id} is no script"))?;
    let mut tx = pool.begin().await?;
    let new = retraining::ask_for(&mut tx, &submission, (rules.seed, seeds), None, now).await?;
    tx.commit().await?;
    eprintln!("{new} further runs are queued; they show with the result and change nothing else.");
    Ok(ExitCode::SUCCESS)
}

async fn rotate(config: &Config, pool: &PgPool, now: DateTime<Utc>) -> anyhow::Result<ExitCode> {
    let mut conn = pool.acquire().await?;
    let keys = Keys::rotate(&config.data_folder().join("keys"), &mut conn, now).await?;
    eprintln!("Certificates are signed with this key once every `assay serve` and `assay work` was started again:");
    println!("{}", keys.public());
    eprintln!("Make a backup now: `assay backup FILE`. It contains the new key.");
    Ok(ExitCode::SUCCESS)
}

async fn set_role(email: &Email, role: Role, pool: &PgPool, now: DateTime<Utc>) -> anyhow::Result<ExitCode> {
    let account = accounts::by_email(pool, email).await?;
    let account =
        account.ok_or_else(|| anyhow!("there is no account with {email}; `assay admin create-user` makes one"))?;
    match accounts::set_role(pool, account.id, role, None, now).await? {
        Administered::Done => eprintln!("{email} is now {}.", role.name()),
        Administered::NotFound => bail!("there is no account with {email}"),
        Administered::LastAdmin => bail!("{email} is the last administrator; make somebody else one first"),
    }
    Ok(ExitCode::SUCCESS)
}

fn read_password(email: &Email, name: &str) -> anyhow::Result<NewPassword> {
    let mut text = String::new();
    std::io::stdin().take(4096).read_to_string(&mut text).context("the password could not be read from stdin")?;
    let line = text.lines().next().unwrap_or_default();
    Ok(NewPassword::parse(line, email, name)?)
}
