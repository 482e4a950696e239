//! Questions, exams, history and previews of a course's draft.

use assay::accounts::Role;
use assay::courses::staff::StaffRole;
use scraper::{Html, Selector};
use sqlx::PgPool;

use crate::app::{Actor, Seen, story};
use crate::course_editor::{appoints, begins, filled, sends};

const COURSE: &str = "/teach/courses/sums";
const ITEMS: &str = "/teach/courses/sums/modules/introduction/items";
const EXAM: &str = "/teach/courses/sums/exams/sums-exam";

/// Every field of the form with a button to save, as a browser would send it.
pub fn form_of(seen: &Seen) -> Vec<(String, String)> {
    let page = Html::parse_document(&seen.text());
    let fields = Selector::parse("form.editor :is(input, textarea, select)").unwrap();
    let chosen = Selector::parse("option[selected]").unwrap();
    let mut sent = Vec::new();
    for field in page.select(&fields) {
        let Some(name) = field.attr("name") else { continue };
        let is_box = matches!(field.attr("type"), Some("radio" | "checkbox"));
        let value = match field.value().name() {
            "textarea" => field.text().collect(),
            "select" => field.select(&chosen).next().and_then(|option| option.attr("value")).unwrap_or("").to_owned(),
            _ => field.attr("value").unwrap_or("").to_owned(),
        };
        if !is_box || field.attr("checked").is_some() {
            sent.push((name.to_owned(), value));
        }
    }
    sent
}

/// Sends a page's form with some fields changed, or added.
pub async fn changes(actor: &Actor<'_>, path: &str, seen: &Seen, new: &[(&str, &str)]) -> Seen {
    let form = form_of(seen);
    let is_new = |name: &str| new.iter().any(|(other, _)| *other == name);
    let kept: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let kept: Vec<(&str, &str)> = kept.into_iter().filter(|(name, _)| !is_new(name)).collect();
    actor.post(path, &[&kept, new].concat()).await
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn questions_have_forms_and_are_shown_as_learners_meet_them(pool: PgPool) {
    story(pool, async |app| {
        let ivy = app.person("Ivy", Role::Instructor).await;
        begins(&ivy).await;
        let item = format!("{ITEMS}/question-1");
        let page = ivy.get(&item).await;
        assert!(page.one(".text-preview").contains("What is 2 + 2?"));
        let base = filled(&page, &["base"]);
        let new = [
            ("stem_en", "What is **3 + 3**?"),
            ("right", "1"),
            ("option0_en", ""),
            ("option0_zh", ""),
            ("option1_en", "6"),
            ("option1_why_en", "Three and three make six."),
            ("tags", "sums, basics"),
        ];
        let saved = changes(&ivy, &item, &page, &new).await;
        assert_eq!(saved.location(), format!("{item}?notice=saved#preview"));
        let page = ivy.get(&item).await;
        assert_eq!(page.all(".text-preview strong").first().unwrap(), "3 + 3");
        assert!(page.one(".text-preview").contains("Three and three make six."), "the reason stands with the key");
        assert_eq!(page.attributes("input[name=option1_en]", "value").len(), 0, "texts of options are areas");
        assert_eq!(page.all("textarea[name=option0_en]"), ["6"], "an option without text is left out");
        assert!(page.all(".notice.warning").is_empty(), "{}", page.text());
        // The form was filled before that: somebody else's would be lost, so both are shown.
        let late = sends(&ivy, &item, &base, &[("toml", "[[items]]\nid = \"question-1\"\nkind = \"single\"\n")]).await;
        assert_eq!(late.status.as_u16(), 409);
        // Two right options are kept as a draft, and told.
        changes(&ivy, &item, &page, &[("right", "0"), ("right", "1")]).await.location();
        let page = ivy.get(&item).await;
        assert!(!page.all(".notice.warning li").is_empty() && page.all(".text-preview").is_empty());
        assert!(!ivy.get(COURSE).await.one("#problems").contains("(0)"));
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn questions_are_edited_as_text_too_and_moved_copied_and_removed(pool: PgPool) {
    story(pool, async |app| {
        let (ivy, vera) = (app.person("Ivy", Role::Instructor).await, app.person("Vera", Role::Instructor).await);
        begins(&ivy).await;
        appoints(app, &vera, StaffRole::Viewer).await;
        for kind in ["parameterised", "ordering", "blanks", "true_false"] {
            let added = ivy.post(ITEMS, &[("do", "add"), ("kind", kind)]).await;
            let address = added.location().split('?').next().unwrap().to_owned();
            let page = ivy.get(&address).await;
            assert!(page.all(".notice.warning").is_empty(), "{kind}: {}", page.text());
            assert!(page.text().contains("With its key"), "{kind}");
            assert!(page.all("textarea[name=toml]").is_empty(), "{kind} has a form");
            assert_eq!(ivy.get(&format!("{address}?as=toml")).await.all("textarea[name=toml]").len(), 1, "{kind}");
        }
        let parameterised = format!("{ITEMS}/question-2");
        let page = ivy.get(&format!("{parameterised}?as=toml")).await;
        let base = filled(&page, &["base"]);
        let broken =
            sends(&ivy, &parameterised, &base, &[("toml", "[[items]]\nid = \"question-2\"\nkind = numeric\n")]).await;
        assert_eq!(broken.status.as_u16(), 422);
        assert!(broken.one("#error-summary").contains("Line 3"), "{}", broken.text());
        assert!(broken.one("#toml").contains("kind = numeric"), "what was typed stays");
        let taken = sends(&ivy, &parameterised, &base, &[("toml", "[[items]]\nid = \"question-1\"\n")]).await;
        assert!(taken.one("#error-summary").contains("question-1"));
        // The table: move, duplicate, remove.
        let ids = async || ivy.get(ITEMS).await.all("tbody th a");
        ivy.post(ITEMS, &[("do", "up question-5")]).await.location();
        ivy.post(ITEMS, &[("do", "copy question-5")]).await.location();
        ivy.post(ITEMS, &[("do", "remove question-1")]).await.location();
        assert_eq!(ids().await, ["question-2", "question-3", "question-5", "question-5-copy", "question-4"]);
        assert_eq!(ivy.get(COURSE).await.one("#problems"), "Problems (0)");
        assert_eq!(vera.post(ITEMS, &[("do", "remove question-2")]).await.status, 403);
        assert_eq!(vera.post(&parameterised, &[("toml", "")]).await.status, 403);
        assert!(vera.get(&parameterised).await.all("main button").is_empty());
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn an_exam_is_built_checked_and_published(pool: PgPool) {
    story(pool, async |app| {
        let (ivy, ada) = (app.person("Ivy", Role::Instructor).await, app.person("Ada", Role::Learner).await);
        begins(&ivy).await;
        let titles = [("slug", "sums-exam"), ("title_en", "Sums exam"), ("title_zh", "加法考试")];
        assert_eq!(ivy.post(&format!("{COURSE}/exams"), &titles).await.location(), format!("{EXAM}?notice=saved"));
        assert_eq!(ivy.post(&format!("{COURSE}/exams"), &titles).await.status, 409);
        ivy.post(&format!("{EXAM}/banks"), &[("name", "more")]).await.location();
        let page = ivy.get(EXAM).await;
        assert!(page.one("#check ~ .notice.success").contains("Every paper could be drawn"), "{}", page.text());
        assert_eq!(page.one("#check ~ dl dd:nth-of-type(4)"), "1,000");
        // A second section, drawn from the other bank; a window in the author's zone.
        changes(&ivy, EXAM, &page, &[("do", "add-section-0"), ("attempts", "2")]).await.location();
        let page = ivy.get(EXAM).await;
        assert_eq!(page.attributes("input[name=attempts]", "value"), ["2"], "what was typed is saved on the way");
        let new = [
            ("p0s1_banks", "more"),
            ("p0s1_name", "again"),
            ("p0s1_pass", "50"),
            ("p0_pass", "62.5"),
            ("opens", "2026-12-01T08:00"),
            ("closes", "2026-12-01T08:10"),
        ];
        changes(&ivy, EXAM, &page, &new).await.location();
        let page = ivy.get(EXAM).await;
        assert!(page.one("#check ~ .notice.warning").contains("shorter than the 30 minutes"), "{}", page.text());
        assert_eq!(page.attributes("input[name=p0_pass]", "value"), ["62.5"]);
        assert_eq!(changes(&ivy, EXAM, &page, &[("opens", "")]).await.status, 422, "half a window");
        changes(&ivy, EXAM, &page, &[("opens", ""), ("closes", "")]).await.location();
        let paper = ivy.get(&format!("{EXAM}/paper?seed=3")).await;
        assert_eq!(paper.all("main .column > ul li"), ["Basics: 1", "Section: 1"]);
        assert!(paper.text().contains("Each is twice a whole number"), "with its key");
        assert_eq!(ivy.get(&format!("{EXAM}/banks/more")).await.all("tbody th a"), ["more-1"]);
        assert_eq!(ada.get("/exams/sums-exam").await.status, 404);
        ivy.post(&format!("{COURSE}/publish"), &[("when", "now")]).await.location();
        assert_eq!(ada.get("/exams/sums-exam").await.one("h1"), "Sums exam");
        // A removed exam stays on offer until the course is published again.
        assert!(ivy.get(&format!("{EXAM}/remove")).await.one("h1").contains("sums-exam"));
        ivy.post(&format!("{EXAM}/remove"), &[]).await.location();
        assert_eq!(
            (ivy.get(EXAM).await.status.as_u16(), ada.get("/exams/sums-exam").await.status.as_u16()),
            (404, 200)
        );
        ivy.post(&format!("{COURSE}/publish"), &[("when", "now")]).await.location();
        assert_eq!(ada.get("/exams/sums-exam").await.status, 404);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn the_history_compares_and_restores(pool: PgPool) {
    story(pool, async |app| {
        let (ivy, vera) = (app.person("Ivy", Role::Instructor).await, app.person("Vera", Role::Instructor).await);
        begins(&ivy).await;
        appoints(app, &vera, StaffRole::Viewer).await;
        ivy.post(&format!("{COURSE}/publish"), &[("when", "now")]).await.location();
        let module = format!("{COURSE}/modules/introduction");
        let bases = filled(&ivy.get(&module).await, &["base_en"]);
        sends(&ivy, &module, &bases, &[("text_en", "Another <b>text</b>.\n")]).await.location();
        let history = format!("{COURSE}/history");
        let list = ivy.get(&history).await;
        let did = list.all("tbody td:nth-of-type(1)");
        assert_eq!(did, ["Wrote the lesson of introduction Newest", "Created Learners meet this one"]);
        let revisions = list.attributes("tbody th a", "href");
        let page = ivy.get(&revisions[0]).await;
        assert_eq!(page.all("#main ul li a"), ["01-introduction/en.md"]);
        let diff = ivy.get(&page.attributes("#main ul li a", "href")[0]).await;
        assert_eq!(diff.all(".diff ins"), ["Another <b>text</b>."]);
        assert!(diff.all(".diff del").contains(&"Write the lesson here.".to_owned()));
        let restore = format!("{}/restore", revisions[1]);
        assert_eq!(vera.post(&restore, &[]).await.status, 403);
        ivy.post(&restore, &[]).await.location();
        let list = ivy.get(&history).await;
        assert_eq!(list.one("tbody td"), "Restored revision 1 Newest");
        assert!(ivy.get(&module).await.one("#text_en").contains("Write the lesson here."));
        assert_eq!(app.count("SELECT count(*) FROM audit_log WHERE action = 'work.restore'").await, 1);
        // A revision of another work is none of this one.
        let titles = [("slug", "other"), ("title_en", "Other"), ("title_zh", "其他")];
        vera.post("/teach/courses", &titles).await.location();
        let id = revisions[0].rsplit('/').next().unwrap();
        assert_eq!(vera.get(&format!("/teach/courses/other/history/{id}")).await.status, 404);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_draft_is_previewed_as_a_learner_would_meet_it(pool: PgPool) {
    story(pool, async |app| {
        let (ivy, oscar) = (app.person("Ivy", Role::Instructor).await, app.person("Oscar", Role::Instructor).await);
        begins(&ivy).await;
        let preview = format!("{COURSE}/preview");
        let page = ivy.get(&preview).await;
        assert!(page.one(".notice.warning").starts_with("Preview: not published."));
        assert_eq!(page.all(".modules h3"), ["Introduction"]);
        let lesson = page.attributes(".modules h3 a", "href").remove(0);
        let page = ivy.get(&lesson).await;
        assert!(page.one("article.lesson").contains("Write the lesson here."));
        let quiz = page.attributes(".reader-end a", "href").remove(0);
        assert_eq!(quiz, format!("{preview}/introduction/quiz"));
        let paper = ivy.get(&quiz).await;
        let place = paper.all(".paper .choice").iter().position(|option| option == "4").unwrap();
        let value = paper.attributes(".paper .choice input", "value").remove(place);
        let name = paper.attributes(".paper .choice input", "name").remove(0);
        let marked = ivy.post(&quiz, &[("seed", "0"), (&name, &value)]).await;
        assert_eq!(marked.one(".notice.info"), "1 of 1 points", "{}", marked.text());
        assert!(marked.text().contains("Two and two make four."));
        assert_eq!(app.count("SELECT count(*) FROM quiz_attempts").await, 0, "nothing is kept");
        for path in [&preview, &lesson, &quiz] {
            assert_eq!(oscar.get(path).await.status, 404);
        }
    })
    .await;
}
