//! What a new course, module, exam or question begins as: correct, so that it could be published as it is.

use crate::ids::Slug;
use crate::messages::Bilingual;

/// A kind of question that can be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One right option.
    Single,
    /// Several right options.
    Multiple,
    /// A statement.
    TrueFalse,
    /// A number.
    Numeric,
    /// A number, computed from others that each paper draws anew.
    Parameterised,
    /// A word or a few.
    Text,
    /// Entries to be put in order.
    Ordering,
    /// Sides to be matched.
    Matching,
    /// Gaps to be filled.
    Blanks,
}

impl Kind {
    /// Every kind, in the order of menus.
    pub const ALL: [Self; 9] = [
        Self::Single,
        Self::Multiple,
        Self::TrueFalse,
        Self::Numeric,
        Self::Parameterised,
        Self::Text,
        Self::Ordering,
        Self::Matching,
        Self::Blanks,
    ];

    /// Its name in forms.
    pub fn name(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Multiple => "multiple",
            Self::TrueFalse => "true_false",
            Self::Numeric => "numeric",
            Self::Parameterised => "parameterised",
            Self::Text => "text",
            Self::Ordering => "ordering",
            Self::Matching => "matching",
            Self::Blanks => "blanks",
        }
    }

    /// The kind called `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A question of a kind, alone in a bank.
pub fn item(kind: Kind, id: &str) -> String {
    let name = if kind == Kind::Parameterised { "numeric" } else { kind.name() };
    let head = format!(
        "[[items]]\nid = \"{id}\"\nkind = \"{name}\"\ndifficulty = \"medium\"\nneeds = \"understanding\"\n\
         tags = [\"basics\"]\nsource = \"the lesson of this module\"\n"
    );
    format!("{head}{}", body(kind))
}

fn body(kind: Kind) -> &'static str {
    match kind {
        Kind::Single => SINGLE,
        Kind::Multiple => MULTIPLE,
        Kind::TrueFalse => TRUE_FALSE,
        Kind::Numeric => NUMERIC,
        Kind::Parameterised => PARAMETERISED,
        Kind::Text => TEXT,
        Kind::Ordering => ORDERING,
        Kind::Matching => MATCHING,
        Kind::Blanks => BLANKS,
    }
}

const SINGLE: &str = r#"stem.en = "What is 2 + 2?"
stem.zh = "2 + 2 等于多少？"

[[items.options]]
text.en = "4"
text.zh = "4"
correct = true
why.en = "Two and two make four."
why.zh = "二加二等于四。"

[[items.options]]
text.en = "5"
text.zh = "5"
correct = false
why.en = "That is one too many."
why.zh = "多了一。"

[[items.options]]
text.en = "22"
text.zh = "22"
correct = false
why.en = "The digits are added, not written one after the other."
why.zh = "应相加，而不是把数字并排写出。"
"#;

const MULTIPLE: &str = r#"stem.en = "Which of these numbers are even?"
stem.zh = "下列哪些数是偶数？"

[[items.options]]
text.en = "2"
text.zh = "2"
correct = true
why.en = "2 is divisible by 2."
why.zh = "2 能被 2 整除。"

[[items.options]]
text.en = "4"
text.zh = "4"
correct = true
why.en = "4 is divisible by 2."
why.zh = "4 能被 2 整除。"

[[items.options]]
text.en = "5"
text.zh = "5"
correct = false
why.en = "5 leaves a remainder of 1."
why.zh = "5 除以 2 余 1。"
"#;

const TRUE_FALSE: &str = r#"stem.en = "The sum of two even numbers is even."
stem.zh = "两个偶数之和是偶数。"
why.en = "Each is twice a whole number, and so is their sum."
why.zh = "两个数都是某整数的两倍，它们的和也是。"
answer = true
"#;

const NUMERIC: &str = r#"stem.en = "How many steps has an epoch of 6,000 images in batches of 100?"
stem.zh = "6,000 张图像、批大小 100，一轮有多少步？"
why.en = "6,000 / 100 = 60."
why.zh = "6,000 / 100 = 60。"
answer = 60
tolerance = { absolute = 0.5 }
"#;

const PARAMETERISED: &str = r#"stem.en = "How many steps has an epoch of {{n}} images in batches of {{b}}?"
stem.zh = "{{n}} 张图像、批大小 {{b}}，一轮有多少步？"
why.en = "{{n}} / {{b}} = {{steps}}."
why.zh = "{{n}} / {{b}} = {{steps}}。"
parameters.n = { from = 12000, to = 60000, step = 12000 }
parameters.b = { one_of = [50, 100, 200] }
values.steps = "n / b"
answer = "steps"
tolerance = { absolute = 0.5 }
"#;

const TEXT: &str = r#"stem.en = "TP / (TP + FN) is called …"
stem.zh = "TP / (TP + FN) 称为……"
why.en = "It is the share of the positives that were found."
why.zh = "它是被找到的正例所占的比例。"
accepted = ["recall", "sensitivity", "召回率"]
"#;

const ORDERING: &str = r#"stem.en = "Put the steps of training in order."
stem.zh = "请排列训练一步的次序。"
why.en = "The loss needs outputs, and the gradients need the loss."
why.zh = "损失需要输出，梯度需要损失。"
entries = [
  { text = { en = "forward pass", zh = "前向计算" } },
  { text = { en = "loss", zh = "损失" } },
  { text = { en = "gradients", zh = "梯度" } },
]
"#;

const MATCHING: &str = r#"stem.en = "What belongs together?"
stem.zh = "请一一对应。"
why.en = "By their definitions."
why.zh = "由定义可得。"
pairs = [
  { left = { en = "epoch", zh = "轮次" }, right = { en = "all images once", zh = "全部图像一遍" } },
  { left = { en = "batch", zh = "小批量" }, right = { en = "some images", zh = "若干图像" } },
]
extra = [{ en = "one layer", zh = "一个层" }]
"#;

const BLANKS: &str = r#"stem.en = "A batch holds [1] images; the memory of earlier steps is called [2]."
stem.zh = "小批量含有 [1] 图像；对之前步骤的记忆称为 [2]。"
why.en = "By their definitions."
why.zh = "由定义可得。"

[[items.blanks]]
options = [{ en = "all", zh = "全部" }, { en = "some", zh = "部分" }]
answer = 1

[[items.blanks]]
accepted = ["momentum", "动量"]
"#;

/// The first texts of a lesson, in English and Chinese.
pub fn lessons(title: &Bilingual) -> [String; 2] {
    [
        format!("What this module is about, in two or three sentences.\n\n## {}\n\nWrite the lesson here.\n", title.en),
        format!("用两三句话说明本章内容。\n\n## {}\n\n在此撰写课文。\n", title.zh),
    ]
}

/// The files of a new course, with one module: paths and texts.
pub fn course(slug: &Slug, title: &Bilingual) -> Vec<(String, String)> {
    let quoted = |text: &str| toml_edit::Value::from(text).to_string();
    let (en, zh) = (quoted(&title.en), quoted(&title.zh));
    let manifest = format!(
        "slug = \"{slug}\"\nversion = \"1.0\"\ntitle.en = {en}\ntitle.zh = {zh}\nsummary.en = {en}\nsummary.zh = {zh}\n\
         level.en = \"Beginners\"\nlevel.zh = \"零基础\"\nhours = 1\nlanguages = [\"en\", \"zh\"]\n\n\
         [[modules]]\nslug = \"introduction\"\nfolder = \"01-introduction\"\n\
         title.en = \"Introduction\"\ntitle.zh = \"导论\"\n\
         summary.en = \"What the course is about.\"\nsummary.zh = \"课程内容简介。\"\n\
         minutes = 30\nquiz = {{ draw = 1, pass = 0.8 }}\n"
    );
    let module = Bilingual { en: "Introduction".to_owned(), zh: "导论".to_owned() };
    let mut files = vec![("course.toml".to_owned(), manifest)];
    files.extend(self::module("01-introduction", &module));
    files
}

/// The files of a new module.
pub fn module(folder: &str, title: &Bilingual) -> Vec<(String, String)> {
    let [en, zh] = lessons(title);
    vec![
        (format!("{folder}/en.md"), en),
        (format!("{folder}/zh.md"), zh),
        (format!("{folder}/items.toml"), item(Kind::Single, "question-1")),
    ]
}

/// The files of a new exam: one part of theory with one section.
pub fn exam(slug: &str, title: &Bilingual) -> Vec<(String, String)> {
    let quoted = |text: &str| toml_edit::Value::from(text).to_string();
    let (en, zh) = (quoted(&title.en), quoted(&title.zh));
    let manifest = format!(
        "slug = \"{slug}\"\nedition = \"1.0\"\ntitle.en = {en}\ntitle.zh = {zh}\nsummary.en = {en}\nsummary.zh = {zh}\n\
         attempts = 3\ncool_down_days = 1\n\n\
         [show]\nscores = \"at_once\"\nanswers = \"never\"\nkeys = \"never\"\n\n\
         [[parts]]\nkind = \"theory\"\ntitle.en = \"Theory\"\ntitle.zh = \"理论\"\nminutes = 30\npass = 0.7\n\n\
         [[parts.sections]]\nname = \"basics\"\ntitle.en = \"Basics\"\ntitle.zh = \"基础\"\nbanks = [\"basics\"]\ndraw = 1\n"
    );
    vec![
        (format!("exams/{slug}/exam.toml"), manifest),
        (format!("exams/{slug}/basics.toml"), item(Kind::TrueFalse, "question-1")),
    ]
}
