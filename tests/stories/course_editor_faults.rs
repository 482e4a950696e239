//! What is wrong with a draft, in the language of whoever reads it.

use assay::accounts::Role;
use assay::courses::staff::StaffRole;
use chrono::Duration;
use sqlx::PgPool;

use crate::app::{Actor, TestApp, story};
use crate::course_editor::{appoints, begins, filled, sends};
use crate::exercise_editor::archive;

const COURSE: &str = "/teach/courses/sums";
const MODULE: &str = "/teach/courses/sums/modules/introduction";
const ITEM: &str = "/teach/courses/sums/modules/introduction/items/question-1";
const EXAM: &str = "/teach/courses/sums/exams/sums-exam";

/// Two right options, no skill, and no reason of the second option in Chinese.
const QUESTION: &str = r#"[[items]]
id = "question-1"
kind = "single"
difficulty = "easy"
tags = []
source = "arithmetic"
stem = { en = "What is 1 + 1?", zh = "1 + 1 等于多少？" }
options = [
  { text = { en = "2", zh = "2" }, correct = true, why = { en = "Count.", zh = "数一数。" } },
  { text = { en = "3", zh = "3" }, correct = true, why = { en = "One too many.", zh = "" } },
]
"#;

/// Nobody may take it, and its bank has one question.
const RULES: &str = r#"slug = "sums-exam"
edition = "1.0"
title = { en = "Sums exam", zh = "加法考试" }
summary = { en = "Sums", zh = "加法" }
attempts = 0
cool_down_days = 1
show = { scores = "at_once", answers = "never", keys = "never" }
[[parts]]
kind = "theory"
title = { en = "Theory", zh = "理论" }
minutes = 0
pass = 0.7
[[parts.sections]]
name = "basics"
title = { en = "Basics", zh = "基础" }
banks = ["basics"]
draw = 5
"#;

/// An instructor whose browser and settings ask for Chinese: pages about errors do not know who reads them.
async fn in_chinese(app: &TestApp) -> Actor<'_> {
    let lin = app.person("Lin", Role::Instructor).await.in_chinese();
    let person = lin.person.unwrap().0;
    sqlx::query("UPDATE people SET lang = 'zh' WHERE id = $1").bind(person).execute(&app.pool).await.unwrap();
    lin
}

/// Replaces a file of the draft.
async fn writes(actor: &Actor<'_>, path: &str, text: &str) {
    let kept = filled(&actor.get(&format!("{COURSE}/file?path={path}")).await, &["path", "base", "next"]);
    sends(actor, &format!("{COURSE}/file"), &kept, &[("text", text)]).await.location();
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn faults_of_questions_and_lessons_are_in_the_readers_language(pool: PgPool) {
    story(pool, async |app| {
        let ivy = app.person("Ivy", Role::Instructor).await;
        let lin = in_chinese(app).await;
        begins(&ivy).await;
        appoints(app, &lin, StaffRole::Author).await;
        let base = filled(&lin.get(ITEM).await, &["base"]);
        sends(&lin, ITEM, &base, &[("toml", QUESTION)]).await.location();
        assert_eq!(
            lin.get(ITEM).await.all(".notice.warning li"),
            [
                "题目 `question-1`：`tags` 至少须填写一项技能，每项由小写字母、数字和连字符组成",
                "题目 `question-1`：选项 2 的理由缺少 `zh` 文本",
                "题目 `question-1`：是 `single` 题型，却有 2 个正确选项；正确选项须恰好有 1 个",
            ]
        );
        let english = ivy.get(ITEM).await.all(".notice.warning li");
        assert_eq!(english[2], "item `question-1`: is of kind `single` and has 2 right options; it needs exactly 1");
        let outline = lin.get(COURSE).await;
        assert_eq!(outline.one("#problems"), "问题（3）");
        let problem = outline.one("section[aria-labelledby=problems] li");
        assert!(problem.starts_with("01-introduction/items.toml，题目 `question-1`：`tags` "), "{problem}");
        // A field too few: the parser says so, in the reader's language where it says it often.
        let base = filled(&lin.get(ITEM).await, &["base"]);
        let without = QUESTION.replace("source = \"arithmetic\"\n", "");
        sends(&lin, ITEM, &base, &[("toml", &without)]).await.location();
        let told = lin.get(ITEM).await.one(".notice.warning li");
        assert!(told.ends_with("：缺少字段 `source`") && told.starts_with("第 "), "{told}");
        // Texts: the words of the converter of formulas stay English, and are marked.
        let bases = filled(&lin.get(MODULE).await, &["base_en", "base_zh"]);
        let texts = [("text_en", "[There](#there)"), ("text_zh", "## 开始\n\n公式 $\\nonsense$，见[这里](#那里)。")];
        sends(&lin, MODULE, &bases, &texts).await.location();
        let page = lin.get(MODULE).await;
        let told = page.all("#preview-zh .notice li");
        assert!(told[0].starts_with("第 3 行： 公式 `\\nonsense`："), "{told:?}");
        assert!(told[1].contains("没有目标：本文没有标题使用这个 id"), "{told:?}");
        assert_eq!(page.all("#preview-zh .notice li [lang=en]").len(), 1, "{}", page.text());
        let told = ivy.get(MODULE).await.one("#preview-en .notice li");
        assert_eq!(told, "Line 1: the link to `#there` leads nowhere: no heading here has that id");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn faults_of_exams_and_failed_publications_are_in_the_readers_language(pool: PgPool) {
    story(pool, async |app| {
        let ivy = app.person("Ivy", Role::Instructor).await;
        let lin = in_chinese(app).await;
        begins(&ivy).await;
        appoints(app, &lin, StaffRole::Author).await;
        let titles = [("slug", "sums-exam"), ("title_en", "Sums exam"), ("title_zh", "加法考试")];
        ivy.post(&format!("{COURSE}/exams"), &titles).await.location();
        writes(&lin, "exams/sums-exam/exam.toml", RULES).await;
        let file = "exams/sums-exam/exam.toml";
        assert_eq!(
            lin.get(EXAM).await.all("#check ~ .notice.warning li"),
            [format!("{file}，`attempts`：为 0，无人能够参加考试"), format!("{file}，“理论”部分：`minutes` 为 0"),]
        );
        assert_eq!(
            ivy.get(EXAM).await.all("#check ~ .notice.warning li"),
            [
                format!("{file}, attempts: is 0; nobody could take the exam"),
                format!("{file}, part `Theory`: `minutes` is 0"),
            ]
        );
        writes(&lin, file, &RULES.replace("= 0\n", "= 30\n")).await;
        let told = "小节 `basics`：需要 5 道题目，但其题库中只有 1 道（同一题组只计一道）";
        assert_eq!(lin.get(EXAM).await.all("#check ~ .notice.warning li"), [format!("exams/sums-exam：{told}")]);
        let paper = lin.get(&format!("{EXAM}/paper")).await;
        assert_eq!(paper.status.as_u16(), 422);
        assert!(paper.text().contains(&format!("无法组卷：{told}")), "{}", paper.text());
        // A publication that fails while nobody looks tells each author in their language.
        let publish = [("when", "schedule"), ("at", "2026-11-24T10:00")];
        ivy.post(&format!("{COURSE}/publish"), &publish).await.location();
        app.clock.advance(Duration::hours(26));
        app.run_jobs().await;
        assert_eq!(lin.get(COURSE).await.all(".notice.danger li"), [format!("exams/sums-exam：{told}")]);
        let english = ivy.get(COURSE).await.one(".notice.danger li");
        assert!(english.starts_with("exams/sums-exam: section `basics`: needs 5 questions"), "{english}");
        // What an older version noted is shown as it is.
        sqlx::query("UPDATE works SET publish_error = 'the data have faults'").execute(&app.pool).await.unwrap();
        assert_eq!(lin.get(COURSE).await.one(".notice.danger li [lang=en]"), "the data have faults");
    })
    .await;
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn faults_of_exercises_and_imports_are_in_the_readers_language(pool: PgPool) {
    story(pool, async |app| {
        let (ivy, lin) = (app.person("Ivy", Role::Instructor).await, in_chinese(app).await);
        begins(&ivy).await;
        appoints(app, &lin, StaffRole::Author).await;
        let new = [("slug", "wine"), ("title_en", "Wine"), ("title_zh", "葡萄酒"), ("task", "classification")];
        lin.post("/teach/courses/sums/exercises/new", &new).await.location();
        let edit = "/teach/exercises/wine/edit";
        assert_eq!(lin.get(edit).await.one(".notice.warning li"), "exercise.toml，第 16 行：缺少字段 `classes`");
        assert_eq!(ivy.get(edit).await.one(".notice.warning li"), "exercise.toml, line 16: missing field `classes`");
        let files: [(&str, &[u8]); 2] = [
            ("courses/more/course.toml", b"slug = \"more\"\nhuors = 1\n"),
            ("exercises/new-one/exercise.toml", b"format = 1\nearns = 3\n"),
        ];
        let sent = lin.uploads("/teach/import", ("x.zip", &archive(&files)), &[]).await;
        let report = lin.get(sent.location()).await;
        let told = report.all(".notice.warning li");
        assert!(told[0].starts_with("course.toml，第 2 行：没有名为 `huors` 的字段；可用字段：`slug`、"), "{told:?}");
        assert!(told[1].starts_with("exercise.toml，第 2 行：文件格式有误：invalid type: "), "{told:?}");
        assert!(report.one(".notice.warning li [lang=en]").starts_with("invalid type: "));
        // What keeps an exercise from being tried stands on a page of its own.
        let refused = lin.post("/teach/exercises/wine/publish", &[]).await;
        assert_eq!(refused.status.as_u16(), 422);
        assert!(refused.text().contains("目前无法发布：exercise.toml，第 16 行：缺少字段"), "{}", refused.text());
    })
    .await;
}
