//! The short code that people read, type and dictate: eleven random characters and one that checks them.

use std::fmt;
use std::str::FromStr;

use rand::TryRng as _;
use rand::rngs::SysRng;
use serde::{Deserialize, Serialize};

/// Crockford's base 32: no I, L, O or U, so that nothing is mistaken for something else.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const PREFIX: &str = "AS";
const LENGTH: usize = 12;

/// A certificate's code, such as `AS-7K3M-Q9XW-2B4H`: 55 random bits and a check character.
///
/// The twelve characters are elements of GF(32), and their sum, weighted with the powers of a generator, is zero.
/// As the weights differ, every single wrong character and every swap of two characters breaks that sum, and the
/// check character is one of the same 32 characters (ISO 7064 MOD 37,36 would miss some swaps, Crockford's own
/// check needs five more symbols).
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Code([u8; LENGTH]);

/// Why a text is no certificate code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCode {
    /// It has another shape.
    #[error("a certificate code looks like AS-7K3M-Q9XW-2B4H")]
    Shape,
    /// It has the right shape, but the check character says that something was mistyped.
    #[error("the check character does not fit: the code was mistyped")]
    Check,
}

impl Code {
    /// A new code from the operating system's randomness.
    pub fn generate() -> Result<Self, rand::rngs::SysError> {
        let mut bytes = [0_u8; LENGTH - 1];
        SysRng.try_fill_bytes(&mut bytes)?;
        // 256 is a multiple of 32: the low five bits of a random byte are evenly distributed.
        Ok(Self::from_symbols(bytes.map(|byte| byte & 31)))
    }

    /// The code of eleven symbols below 32, completed by its check character.
    fn from_symbols(symbols: [u8; LENGTH - 1]) -> Self {
        let mut all = [0; LENGTH];
        for (place, symbol) in all.iter_mut().zip(symbols) {
            *place = symbol;
        }
        // The last weight is 1, so that the check character is the weighted sum of the others.
        let check = checksum(&all);
        if let Some(last) = all.last_mut() {
            *last = check;
        }
        Self(all)
    }
}

/// The sum of the symbols in GF(32), the first weighted with x^11, the last with 1 (Horner's rule).
fn checksum(symbols: &[u8; LENGTH]) -> u8 {
    symbols.iter().fold(0, |sum, symbol| times_x(sum) ^ symbol)
}

/// Multiplication by the generator x in GF(2)[x] modulo the primitive polynomial x^5 + x^2 + 1.
fn times_x(element: u8) -> u8 {
    let doubled = element << 1;
    if doubled & 0b10_0000 == 0 { doubled } else { doubled ^ 0b10_0101 }
}

/// The symbol that a typed character stands for: either case, full width, O for 0, I and L for 1.
fn symbol(typed: char) -> Option<u8> {
    let typed = match typed.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.iter().position(|known| char::from(*known) == typed).and_then(|at| u8::try_from(at).ok())
}

/// The ASCII twin of a character from a Chinese keyboard (U+FF01 to U+FF5E), or the character itself.
fn half_width(typed: char) -> char {
    match typed {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(typed) - 0xfee0).unwrap_or(typed),
        other => other,
    }
}

impl FromStr for Code {
    type Err = InvalidCode;

    /// Reads a code as people type it, or the address of its verification page.
    fn from_str(text: &str) -> Result<Self, InvalidCode> {
        let path = text.trim().split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
        let last = path.rsplit('/').next().unwrap_or_default();
        let is_joint = |c: &char| c.is_whitespace() || matches!(c, '-' | '–' | '—' | '‐' | '‑' | '−' | '_' | '.');
        let typed: String = last.chars().map(half_width).filter(|c| !is_joint(c)).take(LENGTH + 3).collect();
        let body = match typed.get(..PREFIX.len()) {
            Some(start) if typed.len() == LENGTH + PREFIX.len() && start.eq_ignore_ascii_case(PREFIX) => {
                typed.get(PREFIX.len()..).unwrap_or_default()
            }
            _ => typed.as_str(),
        };
        let symbols: Vec<u8> = body.chars().map(symbol).collect::<Option<_>>().ok_or(InvalidCode::Shape)?;
        let symbols: [u8; LENGTH] = symbols.try_into().map_err(|_| InvalidCode::Shape)?;
        if checksum(&symbols) == 0 { Ok(Self(symbols)) } else { Err(InvalidCode::Check) }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(PREFIX)?;
        for (position, symbol) in self.0.iter().enumerate() {
            if position % 4 == 0 {
                f.write_str("-")?;
            }
            let character = ALPHABET.get(usize::from(*symbol)).copied().unwrap_or(b'?');
            write!(f, "{}", char::from(character))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for Code {
    type Error = InvalidCode;

    /// Reads a code as we write it; other spellings are for people, not for signed documents.
    fn try_from(text: String) -> Result<Self, InvalidCode> {
        let code: Self = text.parse()?;
        if code.to_string() == text { Ok(code) } else { Err(InvalidCode::Shape) }
    }
}

impl From<Code> for String {
    fn from(code: Code) -> Self {
        code.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn codes() -> impl Strategy<Value = Code> {
        proptest::array::uniform11(0_u8..32).prop_map(Code::from_symbols)
    }

    #[test]
    fn a_code_has_this_form() {
        let code = Code::from_symbols([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        assert_eq!(code.to_string(), "AS-0123-4567-89AM");
        assert_eq!("as01234567 89am".parse(), Ok(code.clone()));
        assert_eq!("ＡＳ－Ｏ１２３－４５６７－８９ＡＭ".parse(), Ok(code.clone()));
        assert_eq!("https://assay.example/verify/AS-0l23-4567-89am/?lang=zh".parse(), Ok(code));
    }

    #[test]
    fn what_is_no_code_is_told_from_a_slip() {
        for wrong in ["", "AS", "hello", "AS-0123-4567-89A", "AS-0123-4567-89AMM", "AS-0123-4567-89AU", "证书"] {
            assert_eq!(wrong.parse::<Code>(), Err(InvalidCode::Shape), "{wrong}");
        }
        assert_eq!("AS-0123-4567-89AN".parse::<Code>(), Err(InvalidCode::Check));
    }

    #[test]
    fn the_generator_reaches_every_element() {
        let powers: std::collections::BTreeSet<u8> =
            std::iter::successors(Some(1), |power| Some(times_x(*power))).take(31).collect();
        assert_eq!(powers.len(), 31);
    }

    proptest! {
        #[test]
        fn every_code_reads_back(code in codes()) {
            prop_assert_eq!(code.to_string().parse(), Ok(code.clone()));
            prop_assert_eq!(code.to_string().to_lowercase().replace('-', " ").parse(), Ok(code));
        }

        #[test]
        fn every_single_wrong_character_is_noticed(code in codes(), at in 0..LENGTH, change in 1_u8..32) {
            let mut wrong = code;
            wrong.0[at] ^= change;
            prop_assert_eq!(wrong.to_string().parse::<Code>(), Err(InvalidCode::Check));
        }

        #[test]
        fn every_swap_of_two_characters_is_noticed(code in codes(), one in 0..LENGTH, other in 0..LENGTH) {
            let mut wrong = code.clone();
            wrong.0.swap(one, other);
            let expected = if wrong == code { Ok(code) } else { Err(InvalidCode::Check) };
            prop_assert_eq!(wrong.to_string().parse::<Code>(), expected);
        }

        #[test]
        fn no_text_makes_the_reader_stumble(text in ".{0,60}") {
            let _ = text.parse::<Code>();
        }
    }
}
