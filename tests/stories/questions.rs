//! Questions of every kind in a quiz: asked, kept, handed in, explained.

use std::fs;

use assay::accounts::Role;
use assay::courses::quiz;
use assay::items::paper::Form;
use assay::items::{self, Drawn, Item, Question};
use sqlx::PgPool;

use crate::app::{Actor, story};
use crate::courses::install;
use crate::courses_content::content;

const BANK: &str = include_str!("../../src/items/tests/bank.toml");
const QUIZ: &str = "/courses/sums/first/quiz";

/// What to type or choose for a right answer, by the name of the field.
fn right(place: usize, drawn: &Drawn, item: &Item) -> Vec<(String, String)> {
    let name = format!("q{}", place + 1);
    let shown = |order: &[usize], own: usize| order.iter().position(|place| *place == own).unwrap().to_string();
    let parts = |values: Vec<String>| {
        values.into_iter().enumerate().map(|(part, value)| (format!("{name}-{part}"), value)).collect()
    };
    match (&item.question, &drawn.form) {
        (Question::TrueFalse { answer }, _) => vec![(name, answer.to_string())],
        (Question::Numeric { key, .. }, _) => {
            vec![(name, format!("{} steps", key.answer.value(&drawn.numbers).unwrap()))]
        }
        (Question::Text { .. }, _) => vec![(name, "ＲＥＣＡＬＬ".to_owned())],
        (_, Form::Entries { order }) => parts(order.iter().map(|own| (own + 1).to_string()).collect()),
        (_, Form::Pairs { lefts, rights }) => parts((0..*lefts).map(|left| shown(rights, left)).collect()),
        (_, Form::Blanks { orders }) => parts(vec![shown(&orders[0], 1), "动量".to_owned(), "0.9".to_owned()]),
        (_, _) => panic!("not in the bank: {item:?}"),
    }
}

impl Actor<'_> {
    /// A form that answers every question of the paper at `attempt` rightly, by question.
    async fn answers_rightly(&self, attempt: &str) -> Vec<(Item, Vec<(String, String)>)> {
        let id = attempt.rsplit('/').next().unwrap().parse().unwrap();
        let attempt = quiz::find(&self.app.pool, self.person.unwrap(), id).await.unwrap().unwrap();
        let items = items::by_version(&self.app.pool, &attempt.versions()).await.unwrap();
        let questions = attempt.paper.with_items(&items);
        questions.map(|(place, drawn, item)| (item.clone(), right(place, drawn, item))).collect()
    }
}

#[sqlx::test(migrator = "assay::db::MIGRATOR")]
async fn every_kind_of_question_is_answered_and_explained(pool: PgPool) {
    story(pool, async |app| {
        let folder = content("Text.");
        let course = folder.path().join("courses/sums");
        fs::write(course.join("01-first/items.toml"), BANK).unwrap();
        let rules = fs::read_to_string(course.join("course.toml")).unwrap();
        fs::write(course.join("course.toml"), rules.replace("draw = 1", "draw = 6")).unwrap();
        install(app, folder.path()).await;
        let ada = app.person("Ada", Role::Learner).await;
        let attempt = ada.starts(QUIZ).await;
        let answers = ada.answers_rightly(&attempt).await;
        let paper = ada.get(&attempt).await;
        assert_eq!(paper.all("form.paper > fieldset").len(), 6);
        assert!(!paper.text().contains("{{") && !paper.text().contains("召回率"), "no raw number, no key");

        let unread = |form: &mut Vec<(String, String)>, item: &Item| match &item.question {
            Question::Numeric { .. } => form[0].1 = "a few".to_owned(),
            Question::Ordering { .. } => form.truncate(2),
            _ => {}
        };
        let mut partly = answers.clone();
        for (item, form) in &mut partly {
            unread(form, item);
        }
        let form: Vec<_> = partly.into_iter().flat_map(|(_, form)| form).collect();
        let back = ada.hands_in(&attempt, &form).await;
        assert_eq!((back.status.as_u16(), back.all("#error-summary li").len()), (422, 2));
        assert!(back.all(".fault").iter().any(|fault| fault.contains("cannot be read as a number")));
        assert!(back.all(".fault").iter().any(|fault| fault.contains("is not answered completely")));
        assert!(back.attributes(".paper input[type=text]", "value").contains(&"a few".to_owned()), "kept as typed");
        for link in back.attributes("#error-summary a", "href") {
            assert_eq!(back.all(&link).len(), 1, "{link} is on the page");
        }

        let form: Vec<_> = answers.into_iter().flat_map(|(_, form)| form).collect();
        let result = ada.hands_in(&attempt, &form).await;
        assert!(result.one("main .notice").starts_with("Passed. You reached 6 of 6 points (100 %)."));
        assert_eq!(result.all(".marked > .why").len(), 6, "each has its reason");
    })
    .await;
}
