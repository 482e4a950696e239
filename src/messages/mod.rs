//! Every sentence shown to people, in both languages, and the forms of numbers and times in each.

use std::borrow::{Borrow, Cow};
use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Datelike, Offset, TimeZone, Utc};
use chrono_tz::Tz;
use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, langid, static_loader};
use serde::{Deserialize, Serialize};

pub mod bounds;
pub mod fault;
mod said;

pub use fault::Fault;
pub(crate) use said::said;
pub use said::{Piece, Said, Word};

static_loader! {
    static LOCALES = {
        locales: "./templates/messages",
        fallback_language: "en",
        // Without this, invisible isolation marks appear around every argument.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static EN: LanguageIdentifier = langid!("en");
static ZH_CN: LanguageIdentifier = langid!("zh-CN");

/// A language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, sqlx::Type)]
#[sqlx(type_name = "TEXT")]
pub enum Lang {
    /// English.
    #[default]
    #[serde(rename = "en")]
    #[sqlx(rename = "en")]
    En,
    /// Chinese, simplified characters.
    #[serde(rename = "zh")]
    #[sqlx(rename = "zh")]
    ZhCn,
}

impl Lang {
    /// Both languages.
    pub const ALL: [Self; 2] = [Self::En, Self::ZhCn];

    /// Short code in settings, content and addresses: `en` or `zh`.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::ZhCn => "zh",
        }
    }

    /// Value for HTML's `lang`.
    pub fn html(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::ZhCn => "zh-Hans",
        }
    }

    /// The language of a code or tag such as `zh-CN`, if it is one of ours.
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_', ';', '.']).next()?;
        match primary.to_ascii_lowercase().as_str() {
            "en" => Some(Self::En),
            "zh" => Some(Self::ZhCn),
            _ => None,
        }
    }

    /// The first of ours in an `Accept-Language` header (RFC 9110 §12.5.4), by quality, then by order.
    pub fn negotiate(header: &str) -> Option<Self> {
        let mut choices: Vec<(f32, Self)> = Vec::new();
        for part in header.split(',').take(20) {
            let mut fields = part.split(';');
            let Some(lang) = fields.next().and_then(Self::parse) else { continue };
            let quality = fields.find_map(|f| f.trim().strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
            choices.push((quality, lang));
        }
        choices.sort_by(|a, b| b.0.total_cmp(&a.0));
        choices.first().filter(|(quality, _)| *quality > 0.0).map(|(_, lang)| *lang)
    }

    fn id(self) -> &'static LanguageIdentifier {
        match self {
            Self::En => &EN,
            Self::ZhCn => &ZH_CN,
        }
    }
}

/// A text that authored content gives in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    /// The English text.
    pub en: String,
    /// The Chinese text.
    pub zh: String,
}

impl Bilingual {
    /// The text in one language.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::ZhCn => &self.zh,
        }
    }
}

/// The message `key` in `lang`, with its named arguments filled in; an unknown key shows itself.
pub fn text(lang: Lang, key: &str, args: &[(&'static str, String)]) -> String {
    lookup(
        lang,
        key,
        &args.iter().map(|(name, value)| (Cow::Borrowed(*name), FluentValue::from(value.clone()))).collect(),
    )
}

/// The message `key` in `lang`, with arguments that come with a stored report.
pub fn filled(lang: Lang, key: &str, args: &BTreeMap<String, String>) -> String {
    let args = args.iter().map(|(name, value)| (Cow::Owned(name.clone()), FluentValue::from(value.clone())));
    lookup(lang, key, &args.collect())
}

/// Whether `key` exists in `lang` itself, not by falling back.
pub fn exists(lang: Lang, key: &str) -> bool {
    let found = LOCALES.lookup_single_language(lang.id(), key, None::<&HashMap<Cow<'static, str>, FluentValue<'_>>>);
    // A message that only lacks its arguments exists; the library's error type is private, its words are not.
    found.map_or_else(|error| error.to_string().starts_with("Fluent errors"), |_| true)
}

fn lookup(lang: Lang, key: &str, args: &HashMap<Cow<'static, str>, FluentValue<'_>>) -> String {
    LOCALES.try_lookup_complete(lang.id(), key, Some(args)).unwrap_or_else(|| key.to_owned())
}

/// A value that a message can carry; numbers keep their plural forms.
pub trait Argument {
    /// The value as Fluent takes it.
    fn argument(&self) -> FluentValue<'static>;
}

macro_rules! text_arguments { ($($kind:ty),*) => { $(impl Argument for $kind {
    fn argument(&self) -> FluentValue<'static> { FluentValue::from(self.to_string()) }
})* } }
macro_rules! number_arguments { ($($kind:ty),*) => { $(impl Argument for $kind {
    fn argument(&self) -> FluentValue<'static> { FluentValue::from(*self) }
})* } }
text_arguments!(str, String, Cow<'_, str>, crate::ids::Slug);
number_arguments!(u8, u16, u32, u64, usize, i32, i64);

impl<T: Argument + ?Sized> Argument for &T {
    fn argument(&self) -> FluentValue<'static> {
        (**self).argument()
    }
}

/// A whole number of any width; templates hand them over by reference.
pub trait Whole {
    /// The number; what does not fit is as large as can be shown.
    fn whole(&self) -> i64;
}

macro_rules! whole_numbers { ($($kind:ty),*) => { $(impl Whole for $kind {
    fn whole(&self) -> i64 { i64::try_from(*self).unwrap_or(i64::MAX) }
})* } }
whole_numbers!(u8, u16, u32, u64, usize, i32, i64);

impl<T: Whole + ?Sized> Whole for &T {
    fn whole(&self) -> i64 {
        (**self).whole()
    }
}

/// A reader's language and time zone: what turns keys, numbers and times into text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tr {
    /// The reader's language.
    pub lang: Lang,
    /// The reader's time zone.
    pub zone: Tz,
}

impl Tr {
    /// For readers of whom nothing is known but the language: times in UTC.
    pub fn new(lang: Lang) -> Self {
        Self { lang, zone: Tz::UTC }
    }

    /// A message without arguments.
    pub fn s(&self, key: &str) -> String {
        lookup(self.lang, key, &HashMap::new())
    }

    /// A message with one argument.
    pub fn s1(&self, key: &str, name: &'static str, value: impl Argument) -> String {
        lookup(self.lang, key, &[(Cow::Borrowed(name), value.argument())].into())
    }

    /// A message with two arguments.
    pub fn s2(&self, key: &str, n1: &'static str, v1: impl Argument, n2: &'static str, v2: impl Argument) -> String {
        lookup(self.lang, key, &[(Cow::Borrowed(n1), v1.argument()), (Cow::Borrowed(n2), v2.argument())].into())
    }

    /// A message with any number of text arguments.
    pub fn with(&self, key: &str, args: &[(&'static str, String)]) -> String {
        text(self.lang, key, args)
    }

    /// The reader's side of a bilingual text.
    pub fn pick<'a>(&self, text: &'a Bilingual) -> &'a str {
        text.get(self.lang)
    }

    /// A whole number with grouped thousands: `10,000`.
    pub fn int(&self, number: impl Whole) -> String {
        let number = number.whole();
        let digits = number.unsigned_abs().to_string();
        let mut grouped = String::new();
        for (position, digit) in digits.chars().enumerate() {
            if position > 0 && (digits.len() - position).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        if number < 0 { format!("−{grouped}") } else { grouped }
    }

    /// A share as a percentage with two decimals: `98.59 %` in English, `98.59%` in Chinese.
    pub fn percent(&self, share: impl Borrow<f64>) -> String {
        let share = share.borrow();
        match self.lang {
            Lang::En => format!("{:.2} %", share * 100.0),
            Lang::ZhCn => format!("{:.2}%", share * 100.0),
        }
    }

    /// A value of a metric: shares as percentages, other numbers with four decimals.
    pub fn score(&self, is_share: bool, value: impl Borrow<f64>) -> String {
        if is_share { self.percent(value) } else { format!("{:.4}", value.borrow()) }
    }

    /// A day in the reader's zone: `25 Sep 2026` or `2026年9月25日`.
    pub fn date(&self, at: &DateTime<Utc>) -> String {
        let local = at.with_timezone(&self.zone);
        match self.lang {
            Lang::En => local.format("%-d %b %Y").to_string(),
            Lang::ZhCn => format!("{}年{}月{}日", local.year(), local.month(), local.day()),
        }
    }

    /// A moment in the reader's zone, the zone named: `25 Sep 2026 14:03 (UTC+8)`.
    pub fn time(&self, at: &DateTime<Utc>) -> String {
        let local = at.with_timezone(&self.zone);
        let zone = zone_name(local.offset().fix().local_minus_utc());
        match self.lang {
            Lang::En => format!("{} {} ({zone})", self.date(at), local.format("%H:%M")),
            Lang::ZhCn => format!("{} {}（{zone}）", self.date(at), local.format("%H:%M")),
        }
    }

    /// The machine-readable form of a moment, for `<time datetime>`.
    pub fn iso(&self, at: &DateTime<Utc>) -> String {
        Utc.from_utc_datetime(&at.naive_utc()).format("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// A size in bytes in the unit people use for files: `1.2 MB`.
    pub fn size(&self, bytes: impl Whole) -> String {
        let bytes = bytes.whole().unsigned_abs();
        match bytes {
            0..1_000 => format!("{bytes} B"),
            1_000..1_000_000 => format!("{}.{} kB", bytes / 1_000, bytes % 1_000 / 100),
            1_000_000..1_000_000_000 => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
            _ => format!("{}.{} GB", bytes / 1_000_000_000, bytes % 1_000_000_000 / 100_000_000),
        }
    }
}

fn zone_name(offset_seconds: i32) -> String {
    let sign = if offset_seconds < 0 { '−' } else { '+' };
    let minutes = offset_seconds.abs() / 60;
    match (minutes / 60, minutes % 60) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, rest) => format!("UTC{sign}{hours}:{rest:02}"),
    }
}

#[cfg(test)]
mod tests;
