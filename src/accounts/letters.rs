//! The mails about accounts, in the reader's language; their words are messages.

use chrono::{DateTime, Utc};

use super::Account;
use crate::config::Config;
use crate::mail::Mail;
use crate::messages::{Tr, text};

/// With the link that confirms a new account's address.
pub(super) fn confirm(config: &Config, to: &Account, path: &str) -> Mail {
    write(config, to, ["mail-confirm-subject", "mail-confirm-body"], &[("link", config.link(path))])
}

/// To somebody who has an account and for whose address another was asked.
pub(super) fn already_known(config: &Config, to: &Account) -> Mail {
    let links = [("link", config.link("/sign-in")), ("reset", config.link("/password/forgot"))];
    write(config, to, ["mail-known-subject", "mail-known-body"], &links)
}

/// With the link that sets a new password.
pub(super) fn reset(config: &Config, to: &Account, path: &str) -> Mail {
    write(config, to, ["mail-reset-subject", "mail-reset-body"], &[("link", config.link(path))])
}

/// After a password was changed.
pub(super) fn password_changed(config: &Config, to: &Account) -> Mail {
    let links = [("reset", config.link("/password/forgot"))];
    write(config, to, ["mail-password-changed-subject", "mail-password-changed-body"], &links)
}

/// With the link to an account that an administrator made.
pub(super) fn invitation(config: &Config, to: &Account, path: &str) -> Mail {
    write(config, to, ["mail-invitation-subject", "mail-invitation-body"], &[("link", config.link(path))])
}

/// After an API token was made.
pub(super) fn token_created(config: &Config, to: &Account, token: &str, expires_at: &DateTime<Utc>) -> Mail {
    let facts = [
        ("token", token.to_owned()),
        ("expires", Tr::new(to.lang).date(expires_at)),
        ("link", config.link("/settings/tokens")),
    ];
    write(config, to, ["mail-token-subject", "mail-token-body"], &facts)
}

fn write(config: &Config, to: &Account, keys: [&str; 2], facts: &[(&'static str, String)]) -> Mail {
    let mut args = vec![("site", config.name.clone()), ("name", to.name.clone())];
    args.extend_from_slice(facts);
    let [subject, body] = keys.map(|key| text(to.lang, key, &args));
    Mail { person: Some(to.id), recipient: to.email.clone(), subject, body }
}
