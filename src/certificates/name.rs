//! Names as certificates carry them: one spelling for one look, and nothing invisible.

use unicode_normalization::UnicodeNormalization as _;

/// Longest name on a certificate, in characters.
pub const LONGEST: usize = 100;

/// `typed` as a certificate may carry it: composed (NFC, UAX #15), single spaces, without control, direction and
/// other characters that are not seen; `None` where nothing remains or it is longer than [`LONGEST`].
pub fn normalise(typed: &str) -> Option<String> {
    let visible = typed.chars().filter(|c| c.is_whitespace() || !is_unseen(*c));
    let composed: String = visible.nfc().collect();
    let name = composed.split_whitespace().collect::<Vec<_>>().join(" ");
    (1..=LONGEST).contains(&name.chars().count()).then_some(name)
}

/// Control and format characters (Unicode categories Cc and Cf), private use and noncharacters. The two joiners
/// U+200C and U+200D stay: Persian and Indic names are written with them.
fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{115f}' | '\u{1160}'
            | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{ffff}' | '\u{e0000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_keep_what_is_seen() {
        assert_eq!(normalise("  Ada \t Lovelace\n").as_deref(), Some("Ada Lovelace"));
        assert_eq!(normalise("李\u{3000}小龙").as_deref(), Some("李 小龙"));
        assert_eq!(normalise("Zoe\u{308}").as_deref(), Some("Zoë"));
        assert_eq!(normalise("Ada\u{202e}ecalevoL\u{200b}").as_deref(), Some("AdaecalevoL"));
        assert_eq!(normalise("امیر\u{200c}حسین").as_deref(), Some("امیر\u{200c}حسین"));
        assert_eq!(normalise("\u{200b} \u{0}"), None);
        assert_eq!(normalise(&"x".repeat(101)), None);
    }

    proptest! {
        #[test]
        fn a_normal_name_stays_as_it_is(typed in ".{0,40}") {
            if let Some(name) = normalise(&typed) {
                prop_assert_eq!(normalise(&name), Some(name.clone()));
            }
        }
    }
}
