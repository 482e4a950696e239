//! Who signs: the signatory in a course's settings, on the preview, and on the certificate; and the preview of an exam's.

use assay::accounts::Role;
use assay::certificates::Requirements;
use assay::certificates::credential::Signatory;
use assay::certificates::issue::issue_if_earned;
use assay::certificates::register;
use assay::clock::Clock as _;
use sqlx::PgPool;

use crate::app::{Actor, story};
use crate::certificates_rows::{both, confirms_name, course, is_graded, issuer, loaded, passes_quiz};
use crate::certificates_verify::{result, verifies};

const SETTINGS: &str = "/teach/courses/my-course/settings";
const PREVIEW: &str = "/teach/courses/my-course/certificate";

/// Saves the settings of the draft with this signatory.
async fn names(who: &Actor<'_>, signatory: [&str; 3]) {
    let page = who.get(SETTINGS).await;
    let base = page.attributes("input[name=base]", "value").remove(0);
    let [name, en, zh] = signatory;
    let form = [
        ("base", base.as_str()),
        ("title_en", "My course"),
        ("title_zh", "我的课程"),
        ("summary_en", "S"),
        ("summary_zh", "概述"),
        ("level_en", "All"),
        ("level_zh", "零基础"),
        ("hours", "2"),
        ("edition", "1.0"),
        ("language", "en"),
        ("certifies", "yes"),
        ("certificate_title_en", "My course: completion"),
        ("certificate_title_zh", "我的课程：结业证书"),
        ("statement_en", "Can do it."),
        ("statement_zh", "能做到。"),
        ("valid_months", "24"),
        ("certificate_module", "background"),
        ("signatory", name),
        ("signatory_role_en", en),
        ("signatory_role_zh", zh),
    ];
    who.post(SETTINGS, &form).await.location();
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn a_signatory_is_named_in_the_settings_and_previewed_in_both_languages(pool: PgPool) {
    story(pool, async |app| {
        app.load_content().await;
        let ines = app.person("Ines", Role::Instructor).await;
        ines.post("/teach/courses/ai-foundation-models/fork", &[("slug", "my-course")]).await.location();
        let page = ines.get(SETTINGS).await;
        assert!(page.text().contains("The certificate names Assay as its issuer"), "who signs is said");
        names(&ines, ["Li Ming", "Course lead", ""]).await;
        let outline = ines.get("/teach/courses/my-course").await;
        assert!(outline.text().contains("`signatory` needs a `name` and a `role`"), "half of one: {}", outline.text());
        assert_eq!(ines.get(SETTINGS).await.attributes("#signatory", "value"), ["Li Ming"], "what was typed is kept");
        names(&ines, ["Li Ming", "Course lead", "课程负责人"]).await;
        assert!(!ines.get("/teach/courses/my-course").await.text().contains("`signatory` needs"));
        let preview = ines.get(&format!("{PREVIEW}?name=Wu")).await;
        let sheets = preview.all("article.certificate");
        assert!(
            sheets[0].contains("Li Ming, Course lead") && sheets[1].contains("Li Ming（课程负责人）"),
            "{sheets:?}"
        );
        assert!(preview.one("h2 + ul").contains("Pass the quiz of \"Background"), "{}", preview.text());
        names(&ines, ["", "", ""]).await;
        assert!(!ines.get(PREVIEW).await.text().contains("Signatory"));
        let file = ines.get("/teach/courses/my-course/file?path=course.toml").await;
        assert!(!file.text().contains("signatory"), "nothing is left in the file");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn what_an_exam_certifies_is_previewed_for_its_editors(pool: PgPool) {
    story(pool, async |app| {
        app.load_content().await;
        let ines = app.person("Ines", Role::Instructor).await;
        ines.post("/teach/courses/ai-foundation-models/fork", &[("slug", "my-course")]).await.location();
        let editor = "/teach/courses/my-course/exams/my-course-mnist-practitioner";
        let link = format!("{editor}/certificate");
        assert!(ines.get(editor).await.attributes("main a", "href").contains(&link));
        let preview = ines.get(&link).await;
        let sheets = preview.all("article.certificate");
        assert_eq!(
            (sheets.len(), preview.attributes("article.certificate", "lang")),
            (2, vec!["en".into(), "zh-Hans".into()])
        );
        for (sheet, facts) in
            sheets.iter().zip([["Double-Barrelled Surname", "Nobody watched"], ["很长的复姓", "无人监考"]])
        {
            assert!(facts.iter().all(|fact| sheet.contains(fact)), "{sheet}");
        }
        let demands = preview.all("h2 + ul li");
        assert_eq!(demands.len(), 2, "{demands:?}");
        assert!(demands[0].contains("pass mark") && demands[1].contains("mnist-train"), "{demands:?}");
        assert_eq!(ines.get(&format!("{link}?name=Wu")).await.all(".certificate-name"), ["Wu", "Wu"]);
        assert_eq!(ines.get("/teach/courses/my-course/exams/nothing/certificate").await.status, 404);
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn the_signatory_is_signed_and_shown_wherever_it_is_verified(pool: PgPool) {
    story(pool, async |app| {
        loaded(app).await;
        let (ada, now) = (app.person("Ada", Role::Learner).await, app.clock.now());
        let mut conn = app.pool.acquire().await.unwrap();
        for module in ["learning", "digits"] {
            passes_quiz(&mut conn, &ada, module, now).await;
        }
        is_graded(&mut conn, &ada, "passed", 0.98, now).await;
        confirms_name(&mut conn, &ada, "Ada Lovelace", now).await;
        let signatory = Some(Signatory { name: "Li Ming".to_owned(), role: both("Course lead", "课程负责人") });
        let course = Requirements { signatory, ..course("v1") };
        let (keys, person) = (&app.state.keys, ada.person.unwrap());
        let id = issue_if_earned(&mut conn, keys, &issuer(app), person, &course, now).await.unwrap().unwrap();
        let stored = register::by_id(&app.pool, id).await.unwrap().unwrap();

        assert!(ada.get(&format!("/certificates/{id}")).await.one("article").contains("Li Ming, Course lead"));
        let page = format!("/verify/{}", stored.code);
        let seen = app.stranger().get(&page).await;
        assert_eq!(seen.one("h1"), "Valid");
        assert!(seen.one("article").contains("Li Ming, Course lead"));
        assert!(seen.one(".signed").contains("Named by the issuer, with whose key the certificate is signed."));
        assert!(app.stranger().in_chinese().get(&page).await.one("article").contains("签署人Li Ming（课程负责人）"));
        let json = app.stranger().get(&format!("{page}.json")).await.json();
        assert_eq!(json["certificate"]["format"], "assay-certificate-3");
        assert_eq!(json["certificate"]["achievement"]["signatory"]["role"]["zh"], "课程负责人");
        let file = app.stranger().get(&format!("{page}/certificate.json")).await.text();
        let valid = verifies(&file, &keys.public().to_string(), None, now);
        assert_eq!(
            (result(&valid), &valid.result.as_ref().unwrap()["signatory"]["name"]),
            ((0, "valid"), &"Li Ming".into())
        );
        let forged = file.replace("Li Ming", "Li Wang");
        assert_eq!(result(&verifies(&forged, &keys.public().to_string(), None, now)), (1, "does-not-match"));
    })
    .await;
}
