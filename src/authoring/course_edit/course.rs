//! The file `course.toml` as forms show and change it.

use toml_edit::{DocumentMut, InlineTable, Item, Table, TableLike, Value};

use super::{Broken, Way, doc, free_name, parse, slug_of};
use crate::courses::{CertificateRule, Course, Module as CourseModule, QuizRule, Signatory};
use crate::ids::Slug;
use crate::messages::{Bilingual, Lang};

/// A course as its draft has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// What is said of the whole.
    pub settings: Settings,
    /// Its modules, in order.
    pub modules: Vec<Module>,
}

/// What is said of a course as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The author's own version.
    pub edition: String,
    /// Title.
    pub title: Bilingual,
    /// What it is about.
    pub summary: Bilingual,
    /// For whom it is.
    pub level: Bilingual,
    /// Hours that it takes.
    pub hours: u32,
    /// Languages of its lessons.
    pub languages: Vec<Lang>,
    /// What its certificate demands and says.
    pub certificate: Option<Certificate>,
}

/// What the certificate of a draft demands and says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Title on the certificate.
    pub title: Bilingual,
    /// What it says of its holder.
    pub statement: Bilingual,
    /// Modules whose quiz must be passed.
    pub modules: Vec<String>,
    /// Exercises that must be passed.
    pub exercises: Vec<String>,
    /// Months for which it is valid.
    pub valid_months: u32,
    /// Who answers for it in person; nobody, where nothing is said of them.
    pub signatory: Option<Signatory>,
}

/// A module as its draft has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Module {
    /// Name in addresses.
    pub slug: String,
    /// The folder of its files.
    pub folder: String,
    /// Title.
    pub title: Bilingual,
    /// What it is about.
    pub summary: Bilingual,
    /// Minutes that it takes.
    pub minutes: u32,
    /// Questions drawn for its quiz.
    pub draw: u32,
    /// Share of the points that passes.
    pub pass: f64,
}

impl Module {
    /// Path of its lesson in one language.
    pub fn lesson(&self, lang: Lang) -> String {
        format!("{}/{}.md", self.folder, lang.code())
    }

    /// Path of its bank of questions.
    pub fn bank(&self) -> String {
        format!("{}/items.toml", self.folder)
    }
}

impl Draft {
    /// The module called `slug`.
    pub fn module(&self, slug: &str) -> Option<&Module> {
        self.modules.iter().find(|module| module.slug == slug)
    }

    /// The course as learners would meet it, without modules whose name is none.
    pub fn course(&self, slug: &Slug) -> Course {
        let settings = self.settings.clone();
        let slugs = |names: &[String]| names.iter().filter_map(|name| name.parse().ok()).collect();
        Course {
            slug: slug.clone(),
            edition: settings.edition,
            title: settings.title,
            summary: settings.summary,
            level: settings.level,
            hours: settings.hours,
            languages: settings.languages,
            modules: self.modules.iter().filter_map(course_module).collect(),
            certificate: settings.certificate.map(|rule| CertificateRule {
                title: rule.title,
                statement: rule.statement,
                modules: slugs(&rule.modules),
                exercises: slugs(&rule.exercises),
                valid_months: rule.valid_months,
                signatory: rule.signatory,
            }),
        }
    }
}

fn course_module(module: &Module) -> Option<CourseModule> {
    Some(CourseModule {
        slug: module.slug.parse().ok()?,
        title: module.title.clone(),
        summary: module.summary.clone(),
        minutes: module.minutes,
        quiz: QuizRule { draw: usize::try_from(module.draw).unwrap_or_default(), pass: module.pass },
    })
}

/// Reads a course file, whatever it lacks.
pub fn read(text: &str) -> Result<Draft, Broken> {
    let doc = parse(text)?;
    let table = doc.as_table();
    let certificate = table.get("certificate").and_then(Item::as_table_like).map(|rule| Certificate {
        title: doc::bilingual(rule, "title"),
        statement: doc::bilingual(rule, "statement"),
        modules: doc::texts(rule, &["modules"]),
        exercises: doc::texts(rule, &["exercises"]),
        valid_months: doc::whole(rule, &["valid_months"]),
        signatory: rule
            .get("signatory")
            .and_then(Item::as_table_like)
            .map(|who| Signatory { name: doc::text(who, &["name"]), role: doc::bilingual(who, "role") }),
    });
    let settings = Settings {
        edition: doc::text(table, &["version"]),
        title: doc::bilingual(table, "title"),
        summary: doc::bilingual(table, "summary"),
        level: doc::bilingual(table, "level"),
        hours: doc::whole(table, &["hours"]),
        languages: doc::texts(table, &["languages"]).iter().filter_map(|code| Lang::parse(code)).collect(),
        certificate,
    };
    let modules = doc::tables(table, "modules").into_iter().map(module).collect();
    Ok(Draft { settings, modules })
}

fn module(table: &dyn TableLike) -> Module {
    Module {
        slug: doc::text(table, &["slug"]),
        folder: doc::text(table, &["folder"]),
        title: doc::bilingual(table, "title"),
        summary: doc::bilingual(table, "summary"),
        minutes: doc::whole(table, &["minutes"]),
        draw: doc::whole(table, &["quiz", "draw"]),
        pass: doc::number(table, &["quiz", "pass"]).unwrap_or_default(),
    }
}

/// Writes what is said of the whole.
pub fn with_settings(text: &str, settings: &Settings) -> Result<String, Broken> {
    let mut doc = parse(text)?;
    let table = doc.as_table_mut();
    doc::put(table, &["version"], settings.edition.as_str());
    doc::put_bilingual(table, "title", &settings.title);
    doc::put_bilingual(table, "summary", &settings.summary);
    doc::put_bilingual(table, "level", &settings.level);
    doc::put(table, &["hours"], i64::from(settings.hours));
    let codes: Vec<String> = settings.languages.iter().map(|lang| lang.code().to_owned()).collect();
    doc::put(table, &["languages"], doc::list(&codes));
    match &settings.certificate {
        Some(rule) => {
            let is_new = table.get("certificate").is_none();
            let item = table.entry("certificate").or_insert_with(|| Item::Table(Table::new()));
            if let (true, Some(new)) = (is_new, item.as_table_mut()) {
                new.decor_mut().set_prefix("\n");
            }
            if let Some(below) = item.as_table_like_mut() {
                put_certificate(below, rule);
            }
        }
        None => {
            table.remove("certificate");
        }
    }
    Ok(doc::written(doc))
}

fn put_certificate(table: &mut dyn TableLike, rule: &Certificate) {
    doc::put_bilingual(table, "title", &rule.title);
    doc::put_bilingual(table, "statement", &rule.statement);
    doc::put(table, &["modules"], doc::list(&rule.modules));
    doc::put(table, &["exercises"], doc::list(&rule.exercises));
    doc::put(table, &["valid_months"], i64::from(rule.valid_months));
    match &rule.signatory {
        Some(who) => {
            doc::put(table, &["signatory", "name"], who.name.as_str());
            doc::put(table, &["signatory", "role", "en"], who.role.en.as_str());
            doc::put(table, &["signatory", "role", "zh"], who.role.zh.as_str());
        }
        None => {
            table.remove("signatory");
        }
    }
}

/// Writes what is said of one module; its name and folder stay.
pub fn with_module(text: &str, module: &Module) -> Result<String, Broken> {
    let mut doc = parse(text)?;
    if let Some(table) = module_mut(&mut doc, &module.slug) {
        put_module(table, module);
    }
    Ok(doc::written(doc))
}

fn module_mut<'a>(doc: &'a mut DocumentMut, slug: &str) -> Option<&'a mut Table> {
    let tables = doc::tables_mut(doc.as_table_mut(), "modules")?;
    tables.iter_mut().find(|table| doc::text(*table, &["slug"]) == slug)
}

fn put_module(table: &mut Table, module: &Module) {
    doc::put(table, &["slug"], module.slug.as_str());
    doc::put(table, &["folder"], module.folder.as_str());
    doc::put_bilingual(table, "title", &module.title);
    doc::put_bilingual(table, "summary", &module.summary);
    doc::put(table, &["minutes"], i64::from(module.minutes));
    if table.get("quiz").is_none_or(|quiz| quiz.as_table_like().is_none()) {
        table.insert("quiz", Item::Value(Value::InlineTable(InlineTable::new())));
    }
    doc::put(table, &["quiz", "draw"], i64::from(module.draw));
    doc::put(table, &["quiz", "pass"], module.pass);
}

/// Adds a module at the end; returns the text and the module with the name and folder that it got.
pub fn with_new_module(text: &str, title: &Bilingual) -> Result<(String, Module), Broken> {
    let draft = read(text)?;
    let slugs: Vec<String> = draft.modules.iter().map(|module| module.slug.clone()).collect();
    // A course has addresses of these names.
    let taken = [slugs, ["enrol", "quiz"].map(String::from).to_vec()].concat();
    let slug = free_name(&slug_of(&title.en), &format!("module-{}", draft.modules.len() + 1), &taken);
    let folders: Vec<String> = draft.modules.iter().map(|module| module.folder.clone()).collect();
    let folder = free_name(&format!("{:02}-{slug}", draft.modules.len() + 1), &slug, &folders);
    let summary = Bilingual { en: title.en.clone(), zh: title.zh.clone() };
    let module = Module { slug, folder, title: title.clone(), summary, minutes: 30, draw: 1, pass: 0.8 };
    let mut doc = parse(text)?;
    let mut table = Table::new();
    table.decor_mut().set_prefix("\n");
    put_module(&mut table, &module);
    if let Some(tables) = doc::tables_mut(doc.as_table_mut(), "modules") {
        tables.push(table);
    }
    Ok((doc::written(doc), module))
}

/// Takes a module out, and out of what the certificate demands.
pub fn without_module(text: &str, slug: &str) -> Result<String, Broken> {
    let mut doc = parse(text)?;
    if let Some(tables) = doc::tables_mut(doc.as_table_mut(), "modules") {
        tables.retain(|table| doc::text(table, &["slug"]) != slug);
    }
    if let Some(rule) = doc.get_mut("certificate").and_then(Item::as_table_like_mut) {
        let kept: Vec<String> = doc::texts(rule, &["modules"]).into_iter().filter(|module| module != slug).collect();
        doc::put(rule, &["modules"], doc::list(&kept));
    }
    Ok(doc::written(doc))
}

/// Moves a module by one place; at the end of the list it stays.
pub fn with_moved_module(text: &str, slug: &str, way: Way) -> Result<String, Broken> {
    let mut doc = parse(text)?;
    if let Some(tables) = doc::tables_mut(doc.as_table_mut(), "modules")
        && let Some(place) = doc::place(tables, "slug", slug)
        && let Some(other) = way.from(place, tables.len())
    {
        doc::swap(tables, place, other);
    }
    Ok(doc::written(doc))
}
