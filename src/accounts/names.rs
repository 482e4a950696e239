//! Names of people: the one shown in the interface, and the one on certificates.

/// A name of 1 to 80 characters, white space folded, without control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonName(String);

/// A name for certificates: as a [`PersonName`], with at least two characters, one of them a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateName(String);

/// A text that cannot be somebody's name.
#[derive(Debug, thiserror::Error)]
#[error("not a name: use 1 to 80 characters")]
pub struct InvalidName;

impl PersonName {
    /// The name in `text`.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        fold(text).filter(|name| !name.is_empty()).map(Self).ok_or(InvalidName)
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl CertificateName {
    /// The name in `text`.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        let is_name = |name: &String| name.chars().count() >= 2 && name.chars().any(char::is_alphabetic);
        fold(text).filter(is_name).map(Self).ok_or(InvalidName)
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn fold(text: &str) -> Option<String> {
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // Marks that turn the direction of writing could make one name look like another.
    let is_hidden = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    (folded.chars().count() <= 80 && !folded.chars().any(is_hidden)).then_some(folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_many_lands_are_names() {
        for name in ["王芳", "Ada Lovelace", "O’Brien-Смирнова", "N. K."] {
            assert_eq!(CertificateName::parse(name).unwrap().as_str(), name);
        }
        assert_eq!(PersonName::parse("  Ada \t Lovelace ").unwrap().as_str(), "Ada Lovelace");
    }

    #[test]
    fn empty_overlong_and_disguised_names_are_refused() {
        for wrong in ["", "  ", &"a".repeat(81), "a\u{202e}b", "a\u{0}b"] {
            assert!(PersonName::parse(wrong).is_err(), "{wrong:?}");
        }
        assert!(CertificateName::parse("7").is_err());
        assert!(CertificateName::parse("12 34").is_err());
    }
}
