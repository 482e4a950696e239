//! The form of an exam: its fields, as a page shows them and as a browser sends them.

use chrono_tz::Tz;

use super::fields::{Fields, local, percent};
use crate::authoring::course_edit::exam::{Content, Draft, Part, Section};
use crate::messages::Bilingual;
use crate::web::WebError;

/// A part in the form.
pub(super) struct PartFields {
    /// Beginning of the names of its fields: `p0`.
    pub(super) name: String,
    pub(super) place: usize,
    pub(super) title: Bilingual,
    pub(super) minutes: u32,
    pub(super) pass: String,
    pub(super) sections: Vec<SectionFields>,
    pub(super) practice: Option<PracticeFields>,
}

/// What a part with a submission says.
pub(super) struct PracticeFields {
    pub(super) exercise: String,
    pub(super) attempts: u32,
    pub(super) counts: String,
    pub(super) mark: String,
    pub(super) sealed_mark: String,
}

/// A section in the form.
pub(super) struct SectionFields {
    /// Beginning of the names of its fields: `p0s1`.
    pub(super) name: String,
    /// Places of its part and of itself, as buttons name them: `0-1`.
    pub(super) place: String,
    pub(super) section: Section,
    pub(super) banks: String,
    pub(super) pass: String,
    pub(super) tags: String,
}

/// The parts as the form shows them.
pub(super) fn parts(draft: &Draft) -> Vec<PartFields> {
    draft.parts.iter().enumerate().map(|(place, part)| part_fields(place, part)).collect()
}

fn part_fields(place: usize, part: &Part) -> PartFields {
    let optional = |number: &Option<f64>| number.map(percent).unwrap_or_default();
    let (pass, sections, practice) = match &part.content {
        Content::Theory { pass, sections } => (percent(*pass), sections.as_slice(), None),
        Content::Practice { exercise, attempts, counts, mark, sealed_mark } => {
            let practice = PracticeFields {
                exercise: exercise.clone(),
                attempts: *attempts,
                counts: counts.clone(),
                mark: optional(mark),
                sealed_mark: optional(sealed_mark),
            };
            (String::new(), &[][..], Some(practice))
        }
    };
    let section = |(at, section): (usize, &Section)| SectionFields {
        name: format!("p{place}s{at}"),
        place: format!("{place}-{at}"),
        banks: section.banks.join(", "),
        pass: percent(section.pass),
        tags: section.tags.iter().map(|(tag, least)| format!("{tag} = {least}")).collect::<Vec<_>>().join(", "),
        section: section.clone(),
    };
    PartFields {
        name: format!("p{place}"),
        place,
        title: part.title.clone(),
        minutes: part.minutes,
        sections: sections.iter().enumerate().map(section).collect(),
        pass,
        practice,
    }
}

/// The window as fields show it; empty where the exam can always be taken.
pub(super) fn window(draft: &Draft, zone: Tz) -> (String, String) {
    draft.window.map(|(opens, closes)| (local(opens, zone), local(closes, zone))).unwrap_or_default()
}

/// What the form says.
pub(super) fn read(fields: &Fields, zone: Tz) -> Result<Draft, WebError> {
    let window = match (fields.moment("opens", zone)?, fields.moment("closes", zone)?) {
        (Some(opens), Some(closes)) => Some((opens, closes)),
        (None, None) => None,
        (Some(_), None) | (None, Some(_)) => return Err(WebError::Invalid("course-exam-half-window", Vec::new())),
    };
    let certificate = (fields.both("certificate_title"), fields.both("statement"), fields.whole("valid_months")?);
    let mut parts = Vec::new();
    while fields.has(&format!("p{}_minutes", parts.len())) {
        parts.push(part(fields, &format!("p{}", parts.len()))?);
    }
    Ok(Draft {
        edition: fields.one("edition"),
        title: fields.both("title"),
        summary: fields.both("summary"),
        attempts: fields.whole("attempts")?,
        cool_down_days: fields.whole("cool_down_days")?,
        rest_minutes: fields.whole("rest_minutes")?,
        window,
        show: ["scores", "answers", "keys"].map(|name| fields.one(&format!("show_{name}"))),
        parts,
        certificate: Some(certificate).filter(|_| fields.has("certifies")),
    })
}

fn part(fields: &Fields, name: &str) -> Result<Part, WebError> {
    let field = |rest: &str| format!("{name}_{rest}");
    let content = if fields.has(&field("exercise")) {
        let mark = |rest: &str| Ok::<_, WebError>(fields.number(&field(rest))?.map(|percent| percent / 100.0));
        Content::Practice {
            exercise: fields.one(&field("exercise")),
            attempts: fields.whole(&field("attempts"))?,
            counts: fields.one(&field("counts")),
            mark: mark("mark")?,
            sealed_mark: mark("sealed_mark")?,
        }
    } else {
        let mut sections = Vec::new();
        while fields.has(&format!("{name}s{}_name", sections.len())) {
            sections.push(section(fields, &format!("{name}s{}", sections.len()))?);
        }
        Content::Theory { pass: fields.share(&field("pass"))?, sections }
    };
    Ok(Part { title: fields.both(&field("title")), minutes: fields.whole(&field("minutes"))?, content })
}

fn section(fields: &Fields, name: &str) -> Result<Section, WebError> {
    let field = |rest: &str| format!("{name}_{rest}");
    Ok(Section {
        name: fields.one(&field("name")),
        title: fields.both(&field("title")),
        module: fields.one(&field("module")),
        banks: fields.words(&field("banks")),
        draw: fields.whole(&field("draw"))?,
        points: fields.number(&field("points"))?.unwrap_or(1.0),
        pass: fields.share(&field("pass"))?,
        hard: fields.whole(&field("hard"))?,
        tags: tags(&fields.one(&field("tags")))?,
    })
}

/// Tags with the least number of each: `gradient = 2, softmax = 1`.
fn tags(text: &str) -> Result<Vec<(String, u32)>, WebError> {
    let pairs = text.split([',', '，', '\n']).map(str::trim).filter(|pair| !pair.is_empty());
    let read = |pair: &str| {
        let (tag, least) = pair.split_once('=')?;
        Some((tag.trim().to_owned(), least.trim().parse().ok()?))
    };
    let wrong = |pair: &str| WebError::Invalid("course-exam-bad-tags", vec![("text", pair.chars().take(40).collect())]);
    pairs.map(|pair| read(pair).ok_or_else(|| wrong(pair))).collect()
}

#[cfg(test)]
mod tests {
    use actix_web::web;

    use super::*;
    use crate::authoring::course_edit::exam;

    #[test]
    fn the_form_of_an_exam_says_what_the_exam_says() {
        let path =
            concat!(env!("CARGO_MANIFEST_DIR"), "/courses/ai-foundation-models/exams/mnist-practitioner/exam.toml");
        let draft = exam::read(&std::fs::read_to_string(path).unwrap()).unwrap();
        let mut sent: Vec<(String, String)> = Vec::new();
        let mut add = |name: String, value: &str| sent.push((name, value.to_owned()));
        for part in parts(&draft) {
            let name = &part.name;
            add(format!("{name}_minutes"), &part.minutes.to_string());
            add(format!("{name}_title_en"), &part.title.en);
            add(format!("{name}_title_zh"), &part.title.zh);
            add(format!("{name}_pass"), &part.pass);
            for section in &part.sections {
                let name = &section.name;
                add(format!("{name}_name"), &section.section.name);
                add(format!("{name}_title_en"), &section.section.title.en);
                add(format!("{name}_title_zh"), &section.section.title.zh);
                add(format!("{name}_module"), &section.section.module);
                add(format!("{name}_banks"), &section.banks);
                add(format!("{name}_draw"), &section.section.draw.to_string());
                add(format!("{name}_points"), &section.section.points.to_string());
                add(format!("{name}_pass"), &section.pass);
                add(format!("{name}_hard"), &section.section.hard.to_string());
                add(format!("{name}_tags"), &section.tags);
            }
            if let Some(practice) = &part.practice {
                add(format!("{name}_exercise"), &practice.exercise);
                add(format!("{name}_attempts"), &practice.attempts.to_string());
                add(format!("{name}_counts"), &practice.counts);
                add(format!("{name}_mark"), &practice.mark);
                add(format!("{name}_sealed_mark"), &practice.sealed_mark);
            }
        }
        let read = read(&Fields::from(web::Form(sent)), Tz::Asia__Shanghai).unwrap();
        assert_eq!(read.parts, draft.parts);
        assert!(tags("gradient").is_err());
    }
}
