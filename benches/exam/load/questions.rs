//! Questions as a page shows them to a script: their fields, and answers that somebody may give.

use rand::{Rng, RngExt as _};

/// What a browser sends of one question: names and values of its fields.
pub type Fields = Vec<(String, String)>;

/// One question with its fields.
#[derive(Debug)]
pub struct Question {
    /// Its number in the paper, from 1.
    pub number: usize,
    controls: Vec<Control>,
}

#[derive(Debug)]
struct Control {
    name: String,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// One of these values: radio buttons, or a list.
    One(Vec<String>),
    /// Any of these values.
    Any(Vec<String>),
    /// A text.
    Text,
}

/// The questions in what `/attempts/{id}/questions` answers.
pub fn questions(page: &str) -> Vec<Question> {
    page.split("<section ").skip(1).filter_map(question).collect()
}

fn question(section: &str) -> Option<Question> {
    let number = attribute(section, "data-number")?.parse().ok()?;
    let mut controls: Vec<Control> = Vec::new();
    for tag in section.split('<').filter(|tag| tag.starts_with("input ") || tag.starts_with("select ")) {
        let (Some(name), value) = (attribute(tag, "name"), attribute(tag, "value").unwrap_or_default()) else {
            continue;
        };
        let known = controls.last_mut().filter(|control| control.name == name);
        match (known.map(|control| &mut control.kind), attribute(tag, "type")) {
            (Some(Kind::One(values) | Kind::Any(values)), _) => values.push(value.to_owned()),
            (_, Some("radio")) => controls.push(Control::new(name, Kind::One(vec![value.to_owned()]))),
            (_, Some("checkbox")) => controls.push(Control::new(name, Kind::Any(vec![value.to_owned()]))),
            (_, Some(_)) => controls.push(Control::new(name, Kind::Text)),
            (_, None) => controls.push(Control::new(name, Kind::One(offered(section, name)))),
        }
    }
    Some(Question { number, controls })
}

/// The values of the list called `name`, but for the empty one.
fn offered(section: &str, name: &str) -> Vec<String> {
    let list = section.split("<select ").find(|list| attribute(list, "name") == Some(name)).unwrap_or_default();
    let list = list.split("</select>").next().unwrap_or_default();
    let values = list.split("<option ").skip(1).filter_map(|option| attribute(option, "value"));
    values.filter(|value| !value.is_empty()).map(ToOwned::to_owned).collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let tag = tag.split('>').next()?;
    let (_, rest) = tag.split_once(&format!(" {name}=\"")).or_else(|| tag.split_once(&format!("{name}=\"")))?;
    rest.split('"').next()
}

impl Control {
    fn new(name: &str, kind: Kind) -> Self {
        Self { name: name.to_owned(), kind }
    }
}

impl Question {
    /// An answer that somebody may give, as the fields of a form.
    pub fn answer(&self, rng: &mut impl Rng) -> Fields {
        let mut fields = Fields::new();
        for control in &self.controls {
            match &control.kind {
                Kind::One(values) if values.is_empty() => {}
                Kind::One(values) => {
                    fields.extend(values.get(rng.random_range(0..values.len())).map(|value| control.field(value)));
                }
                Kind::Any(values) => {
                    fields.extend(values.iter().filter(|_| rng.random_bool(0.5)).map(|value| control.field(value)));
                }
                Kind::Text => fields.push(control.field(&format!("{:.3}", rng.random_range(0.0..100.0)))),
            }
        }
        fields
    }
}

impl Control {
    fn field(&self, value: &str) -> (String, String) {
        (self.name.clone(), value.to_owned())
    }
}
