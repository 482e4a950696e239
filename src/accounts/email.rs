//! E-mail addresses, parsed once.

use std::fmt;
use std::str::FromStr;

/// An e-mail address in lower case: a dot-string and a domain (RFC 5321 §4.1.2), in ASCII.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

/// A text that should have been an e-mail address.
#[derive(Debug, thiserror::Error)]
#[error("not an e-mail address: write it like name@example.org")]
pub struct InvalidEmail;

impl Email {
    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the `@`.
    pub fn mailbox(&self) -> &str {
        self.0.split('@').next().unwrap_or_default()
    }
}

impl FromStr for Email {
    type Err = InvalidEmail;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim().to_ascii_lowercase();
        let (mailbox, domain) = text.split_once('@').ok_or(InvalidEmail)?;
        let is_known_shape = domain.contains('.') || domain == "localhost";
        if text.len() <= 254 && mailbox.len() <= 64 && is_mailbox(mailbox) && is_domain(domain) && is_known_shape {
            Ok(Self(text))
        } else {
            Err(InvalidEmail)
        }
    }
}

fn is_mailbox(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    text.split('.').all(|part| !part.is_empty() && part.chars().all(allowed))
}

fn is_domain(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let is_label = |label: &str| (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-');
    text.split('.').all(|label| is_label(label) && label.chars().all(allowed))
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_kept_in_lower_case() {
        assert_eq!(" Ada.L+ml@Example.ORG ".parse::<Email>().unwrap().as_str(), "ada.l+ml@example.org");
        assert_eq!("admin@localhost".parse::<Email>().unwrap().mailbox(), "admin");
    }

    #[test]
    fn what_no_mail_server_takes_is_refused() {
        for wrong in
            ["", "ada", "ada@", "@x.org", "a b@x.org", "a@b@x.org", "a..b@x.org", ".a@x.org", "a@x", "a@-x.org"]
        {
            assert!(wrong.parse::<Email>().is_err(), "{wrong}");
        }
        for wrong in ["Ada <ada@x.org>", "a@x.org\r\nBcc: b@x.org", "a@x..org", "名@x.org"] {
            assert!(wrong.parse::<Email>().is_err(), "{wrong}");
        }
    }
}
