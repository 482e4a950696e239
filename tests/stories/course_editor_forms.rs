//! The forms of questions of every kind: nobody needs to know how a bank is written.

use std::collections::BTreeMap;
use std::path::Path;

use assay::accounts::Role;
use assay::authoring::course_edit::bank;
use chrono::Duration;
use sqlx::PgPool;

use crate::app::{Actor, Seen, story};
use crate::course_editor::{begins, filled, sends};
use crate::course_editor_items::{changes, form_of};

const COURSE: &str = "/teach/courses/sums";
const ITEMS: &str = "/teach/courses/sums/modules/introduction/items";

/// A new question of a kind: its address, and its page.
async fn adds(actor: &Actor<'_>, kind: &str) -> (String, Seen) {
    let added = actor.post(ITEMS, &[("do", "add"), ("kind", kind)]).await;
    let address = added.location().split('?').next().unwrap().to_owned();
    let page = actor.get(&address).await;
    (address, page)
}

/// The page after its form was sent with some fields changed; the question is correct.
async fn saves(actor: &Actor<'_>, (address, page): (&str, &Seen), new: &[(&str, &str)]) -> Seen {
    changes(actor, address, page, new).await.location();
    let page = actor.get(address).await;
    assert!(page.all(".notice.warning li").is_empty(), "{}", page.text());
    page
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn numbers_are_asked_for_and_what_is_none_is_told_beside_its_field(pool: PgPool) {
    story(pool, async |app| {
        let ivy = app.person("Ivy", Role::Instructor).await;
        begins(&ivy).await;
        let (address, page) = adds(&ivy, "numeric").await;
        let new = [
            ("answer", "6"),
            ("tolerance", "2"),
            ("measure", "relative"),
            ("unit", "kB"),
            ("unit0_name", "MB"),
            ("unit0_size", "1000"),
            ("mistake0_answer", "600"),
            ("mistake0_why_en", "That is a hundred times as much."),
            ("mistake0_why_zh", "多了一百倍。"),
        ];
        let page = saves(&ivy, (&address, &page), &new).await;
        assert_eq!(page.attributes("#tolerance", "value"), ["2"], "percent");
        assert_eq!(page.attributes("#unit1_name", "value"), [""], "a free place comes after it");
        // What is no number, or has no name, is told beside its field; all that was typed stays.
        let new = [("tolerance", "two"), ("unit1_name", "MB"), ("unit1_size", "5"), ("parameter0_from", "3")];
        let refused = changes(&ivy, &address, &page, &new).await;
        assert_eq!((refused.status.as_u16(), refused.one("h1")), (422, "Question question-2".to_owned()));
        let links = refused.attributes("#error-summary li a", "href");
        assert_eq!(links, ["#parameter0_name", "#tolerance", "#unit1_name"], "{}", refused.text());
        for (field, typed) in [("tolerance", "two"), ("unit1_size", "5"), ("parameter0_from", "3"), ("unit", "kB")] {
            assert_eq!(refused.attributes(&format!("input[name={field}]"), "value"), [typed]);
        }
        assert!(refused.attributes("#tolerance", "aria-invalid") == ["true"] && refused.all("#toml").is_empty());
        let new = [("tolerance", "2"), ("unit1_name", "GB"), ("parameter0_from", "")];
        let page = saves(&ivy, (&address, &refused), &new).await;
        assert_eq!(page.attributes("#unit1_size", "value"), ["5"]);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn numbers_are_drawn_and_what_is_emptied_goes(pool: PgPool) {
    story(pool, async |app| {
        let ivy = app.person("Ivy", Role::Instructor).await;
        begins(&ivy).await;
        let (address, page) = adds(&ivy, "numeric").await;
        let new = [
            ("measure", "relative"),
            ("tolerance", "2.5"),
            ("unit", "kB"),
            ("unit0_name", "MB"),
            ("unit0_size", "1000"),
            ("unit1_name", "GB"),
            ("unit1_size", "1e6"),
            ("parameter0_name", "n"),
            ("parameter0_from", "3"),
            ("parameter0_to", "9"),
            ("value0_name", "answer"),
            ("value0_formula", "n * 60"),
            ("conditions", "n != 5\r\nn < 9"),
            ("answer", "answer"),
            ("mistake0_answer", "n"),
            ("mistake0_why_en", "It is 60 times as much."),
            ("mistake0_why_zh", "少乘了 60。"),
            ("stem_en", "What is {{n}} times 60?"),
            ("stem_zh", "{{n}} 乘以 60 等于多少？"),
            ("why_en", "It is {{answer}}."),
            ("why_zh", "等于 {{answer}}。"),
        ];
        saves(&ivy, (&address, &page), &new).await;
        let toml = ivy.get(&format!("{address}?as=toml")).await.one("#toml");
        for part in ["relative = 0.025", "MB = 1000", "parameters.n = { from = 3, to = 9 }", "[\"n != 5\", \"n < 9\"]"]
        {
            assert!(toml.contains(part), "{part}: {toml}");
        }
        // Emptied, it goes.
        let page = ivy.get(&address).await;
        let new = [
            ("mistake0_answer", ""),
            ("mistake0_why_en", ""),
            ("mistake0_why_zh", ""),
            ("unit0_name", ""),
            ("unit0_size", ""),
        ];
        saves(&ivy, (&address, &page), &new).await;
        let toml = ivy.get(&format!("{address}?as=toml")).await.one("#toml");
        assert!(!toml.contains("mistakes") && !toml.contains("MB") && toml.contains("GB"), "{toml}");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn texts_orders_and_pairs_have_forms(pool: PgPool) {
    story(pool, async |app| {
        let ivy = app.person("Ivy", Role::Instructor).await;
        begins(&ivy).await;
        let (address, page) = adds(&ivy, "text").await;
        let new = [
            ("accepted", "recall\r\n\r\n召回率"),
            ("mistake0_accepted", "precision\r\n精确率"),
            ("mistake0_why_en", "That divides by TP + FP."),
            ("mistake0_why_zh", "那是除以 TP + FP。"),
        ];
        let page = saves(&ivy, (&address, &page), &new).await;
        assert_eq!(page.all("#accepted"), ["recall 召回率"]);

        let (address, page) = adds(&ivy, "ordering").await;
        let new = [("entry2_place", "1"), ("entry3_en", "update"), ("entry3_zh", "更新"), ("entry3_place", "1.5")];
        let page = saves(&ivy, (&address, &page), &new).await;
        let entries: Vec<String> = page.all("textarea[lang=en]").into_iter().skip(1).take(4).collect();
        assert_eq!(entries, ["gradients", "forward pass", "update", "loss"]);
        // Without its texts an entry goes.
        let page = saves(&ivy, (&address, &page), &[("entry1_en", ""), ("entry1_zh", "")]).await;
        assert_eq!(page.all("textarea[lang=en]")[1..4], ["gradients", "update", "loss"]);

        let (address, page) = adds(&ivy, "matching").await;
        let new = [
            ("pair0_left_en", ""),
            ("pair0_left_zh", ""),
            ("pair0_right_en", ""),
            ("pair0_right_zh", ""),
            ("pair2_left_en", "step"),
            ("pair2_left_zh", "步"),
            ("pair2_right_en", "one update"),
            ("pair2_right_zh", "一次更新"),
            ("extra1_en", "no images"),
            ("extra1_zh", "没有图像"),
        ];
        let page = saves(&ivy, (&address, &page), &new).await;
        assert_eq!(page.all("#pair0_left_en, #pair1_left_en, #extra1_en"), ["batch", "step", "no images"]);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn gaps_take_options_texts_and_numbers(pool: PgPool) {
    story(pool, async |app| {
        let ivy = app.person("Ivy", Role::Instructor).await;
        begins(&ivy).await;
        let (address, page) = adds(&ivy, "blanks").await;
        let new = [
            ("gap0_right", "0"),
            ("gap1_kind", "number"),
            ("gap1_answer", "0.9"),
            ("gap1_tolerance", "0.05"),
            ("gap2_kind", "text"),
            ("gap2_accepted", "SGD"),
            ("gap2_why_en", "Stochastic."),
            ("gap2_why_zh", "随机。"),
            ("stem_en", "It holds [1], [2] and [3]."),
            ("stem_zh", "含有 [1]、[2] 和 [3]。"),
        ];
        let page = saves(&ivy, (&address, &page), &new).await;
        assert_eq!(
            page.attributes("input[type=radio][checked]", "value"),
            ["options", "0", "number", "text", "options"]
        );
        assert_eq!(ivy.get(COURSE).await.one("#problems"), "Problems (0)");
    })
    .await;
}

/// Two questions of each kind of the repository's courses, as a bank.
fn some_of_each_kind() -> String {
    let course = Path::new(env!("CARGO_MANIFEST_DIR")).join("courses/ai-foundation-models");
    let banks = ["digits", "algorithms", "mathematics"].map(|bank| format!("exams/mnist-practitioner/{bank}.toml"));
    let (mut taken, mut text) = (BTreeMap::<String, usize>::new(), String::new());
    for bank in banks {
        for entry in bank::read(&std::fs::read_to_string(course.join(bank)).unwrap()).unwrap() {
            let count = taken.entry(entry.kind).or_default();
            if *count < 2 {
                *count += 1;
                text.push_str(&entry.text);
                text.push('\n');
            }
        }
    }
    assert!(taken.len() == 8, "{taken:?}");
    text
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_form_that_is_saved_as_it_was_changes_nothing(pool: PgPool) {
    story(pool, async |app| {
        let ivy = app.person("Ivy", Role::Instructor).await;
        begins(&ivy).await;
        let file = format!("{COURSE}/file?path=01-introduction/items.toml");
        let kept = filled(&ivy.get(&file).await, &["path", "base", "next"]);
        let text = some_of_each_kind();
        sends(&ivy, &format!("{COURSE}/file"), &kept, &[("text", &text)]).await.location();
        let before = ivy.get(&file).await.attributes("input[name=base]", "value");
        let questions = ivy.get(ITEMS).await.attributes("tbody th a", "href");
        assert!(questions.len() >= 12, "{questions:?}");
        for address in questions {
            let page = ivy.get(&address).await;
            assert!(form_of(&page).len() > 10, "{address} has a form: {}", page.text());
            changes(&ivy, &address, &page, &[]).await.location();
            let after = ivy.get(&file).await.attributes("input[name=base]", "value");
            assert_eq!(after, before, "{address}: {}", ivy.get(&format!("{address}?as=toml")).await.text());
        }
    })
    .await;
}

/// A course whose certificate demands an exercise, as the form of its settings sends it.
const CERTIFIED: [(&str, &str); 18] = [
    ("title_en", "Sums"),
    ("title_zh", "加法"),
    ("summary_en", "S"),
    ("summary_zh", "概述"),
    ("level_en", "All"),
    ("level_zh", "零基础"),
    ("hours", "2"),
    ("edition", "1.0"),
    ("language", "en"),
    ("language", "zh"),
    ("certifies", "yes"),
    ("certificate_title_en", "Sums"),
    ("certificate_title_zh", "加法"),
    ("statement_en", "Can add."),
    ("statement_zh", "会加法。"),
    ("certificate_module", "introduction"),
    ("certificate_exercise", "mnist-digits"),
    ("valid_months", "36"),
];

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_certificate_names_only_exercises_in_which_its_publisher_has_a_part(pool: PgPool) {
    story(pool, async |app| {
        app.load_content().await;
        let (ivy, olga) = (app.person("Ivy", Role::Instructor).await, app.person("Olga", Role::Instructor).await);
        begins(&ivy).await;
        let settings = format!("{COURSE}/settings");
        let base = filled(&ivy.get(&settings).await, &["base"]);
        sends(&ivy, &settings, &base, &CERTIFIED).await.location();
        assert_eq!(ivy.get(COURSE).await.one("#problems"), "Problems (0)", "one from files is every instructor's");
        sqlx::query("UPDATE exercises SET course_slug = 'other' WHERE slug = 'mnist-digits'")
            .execute(&app.pool)
            .await
            .unwrap();
        let appoints = async |actor: &Actor<'_>, role: &str| {
            sqlx::query(
                "INSERT INTO course_staff (course_slug, person_id, role, added_at) VALUES ('other', $1, $2, now())",
            )
            .bind(actor.person.unwrap().0)
            .bind(role)
            .execute(&app.pool)
            .await
            .unwrap();
        };
        appoints(&olga, "owner").await;
        let draft = ivy.get(COURSE).await;
        assert_eq!(draft.one("#problems"), "Problems (1)");
        assert!(draft.text().contains("which belongs to another course"), "{}", draft.text());
        let publish = format!("{COURSE}/publish");
        assert!(ivy.post(&publish, &[("when", "now")]).await.location().ends_with("#problems"));
        let later = |at: &'static str| [("when", "schedule"), ("at", at)];
        ivy.post(&publish, &later("2026-11-24T09:00")).await.location();
        app.clock.advance(Duration::days(2));
        app.run_jobs().await;
        assert_eq!(app.stranger().get("/courses/sums").await.status, 404, "nor at a time that was set");
        // With a part in the other course it is published, in the name of whoever set the time.
        appoints(&ivy, "viewer").await;
        assert_eq!(ivy.get(COURSE).await.one("#problems"), "Problems (0)");
        ivy.post(&publish, &later("2026-11-27T09:00")).await.location();
        app.clock.advance(Duration::days(3));
        app.run_jobs().await;
        assert_eq!(app.stranger().get("/courses/sums").await.status, 200);
    })
    .await;
}
