//! Bank files with questions of every kind: what is read, and what is refused with which words.

use std::path::Path;

use super::faults;
use super::marks::every_kind;
use crate::items::{Needs, Question, bank};
use crate::messages::{Lang, Tr};

const BANK: &str = include_str!("bank.toml");

/// The first fault of the bank with one edit.
fn fault(from: &str, to: &str) -> String {
    assert!(BANK.contains(from), "{from}");
    faults(&BANK.replacen(from, to, 1)).remove(0)
}

#[test]
fn every_kind_is_read() {
    let items = every_kind();
    assert_eq!(items.len(), 8);
    let steps = &items[1].item;
    assert_eq!((steps.needs, steps.family.as_ref().unwrap().as_str()), (Some(Needs::Calculation), "epochs"));
    let Question::Numeric { key, units, mistakes } = &steps.question else { panic!("{steps:?}") };
    assert_eq!((key.answer.source(), units.unit.as_deref(), mistakes.len()), ("steps", Some("steps"), 1));
    for found in items {
        let json = serde_json::to_value(&found.item).unwrap();
        assert_eq!(serde_json::from_value::<crate::items::Item>(json).unwrap(), found.item);
    }
}

#[test]
fn fields_belong_to_kinds() {
    assert!(fault("answer = false", "answer = \"no\"").ends_with("needs `answer = true` or `answer = false`"));
    assert!(
        fault("answer = false", "answer = false\nunit = \"s\"")
            .contains("has `unit`, which a question of kind `true_false` cannot have")
    );
    assert!(fault("tolerance = { absolute = 0.5 }\n", "").contains("needs `tolerance = { absolute = … }`"));
    assert!(
        fault("accepted = [\"precision\", \"精确率\"]", "answer = 2")
            .contains("number 1: a mistake of a text has `accepted`")
    );
    assert!(fault("answer = 1\nwhy", "why").contains("number 1: a blank has `options` and the place"));
    assert!(fault("why = { en = \"Accuracy counts", "#").contains("needs `why.en` and `why.zh`"));
}

#[test]
fn parts_are_counted() {
    assert!(
        fault("answer = 1\nwhy", "answer = 3\nwhy").contains("blank 1: `answer` is 3; it counts the options from 0")
    );
    assert!(fault("[3].", "three.").contains("stem has no `[3]` in `en`, where blank 3 belongs"));
    assert!(fault("accepted = [\"momentum\", \"动量\"]", "accepted = [\" \"]").contains("none that is empty"));
    let two = "  { text = { en = \"loss\", zh = \"损失\" } },\n  { text = { en = \"gradients\", zh = \"梯度\" } },\n";
    assert!(fault(two, "").contains("has 2 entries; it needs 3 to 6"));
    assert!(fault("en = \"some images\"", "en = \"a rate\"").contains("two right sides say the same in `en`"));
    assert!(fault("\"precision\", ", "\"Recall\", ").contains("mistake 1, `accepted` holds `Recall`, which is right"));
    assert!(fault("other_units = { k = 1000 }", "other_units = { k = 0 }").contains("must be above 0"));
    assert!(fault("{ absolute = 0.5 }", "{ absolute = -1 }").contains("`tolerance` is -1; it must be 0 or more"));
}

#[test]
fn numbers_must_exist_and_be_drawn() {
    let place = "m/items.toml, item `steps`: ";
    assert_eq!(
        fault("= {{steps}}.\"", "= {{stps}}.\""),
        format!("{place}why shows `{{{{stps}}}}` in `en`, which is no parameter or value")
    );
    assert!(fault("批大小 {{b}}", "批大小 100").contains("stem shows [\"b\", \"n\"] in `en` and [\"n\"] in `zh`"));
    assert!(fault("n > 100 * b", "n > 100000 * b").contains("`conditions` are met by none of 1000 draws"));
    assert!(
        fault("values.steps = \"n / b\"", "values.steps = \"n / c\"").contains("values `steps` cannot be computed")
    );
    assert!(
        fault("values.steps = \"n / b\"", "values.steps = \"ln(b - 100)\"").contains("no finite number where b = ")
    );
    let syntax = fault("values.steps = \"n / b\"", "values.steps = \"n / \"");
    assert!(syntax.contains("item `steps`: `n / `, character 5: a number, a name"), "{syntax}");
    assert!(
        fault("parameters.b = { one_of", "parameters.b = { one").contains("must be { from, to, step } or { one_of }")
    );
    assert!(
        fault("parameters.b = { one_of = [50, 100, 200] }", "parameters.b = { from = 3, to = 2 }")
            .contains("`from` must be below `to`")
    );
    assert!(
        fault("values.steps = \"n / b\"", "values.steps = \"n / b\"\nvalues.max = \"1\"")
            .contains("`max` cannot name a number")
    );
    assert!(fault("answer = \"steps\"", "answer = \"stps\"").contains("`stps` is no parameter or value"));
}

#[test]
fn draws_are_looked_at() {
    let near = fault("answer = \"n * b\"", "answer = \"n / b + min(1, 200 / b - 1)\"");
    assert!(near.contains("mistake 1 (`n / b + min(1, 200 / b - 1)`) meets the key"), "{near}");
    assert!(near.contains(" where b = "), "{near}");
    let raised = fault("= {{steps}}.\"", "= $10^{{b}}$, {{steps}}.\"");
    assert!(raised.contains("as an index or exponent in `en`: write `{ {{b}} }` there"), "{raised}");
    assert!(bank::parse(Path::new("b"), &BANK.replace("= {{steps}}.\"", "= $10^{ {{b}} }$, {{steps}}.\"")).is_ok());
}

#[test]
fn faults_are_in_the_readers_language() {
    let chinese = |from: &str, to: &str| {
        assert!(BANK.contains(from), "{from}");
        let faults = bank::parse(Path::new("m/items.toml"), &BANK.replacen(from, to, 1)).unwrap_err();
        faults[0].words(Tr::new(Lang::ZhCn))
    };
    let place = "m/items.toml，题目 `steps`：";
    // What serde says in words of ours is told like everything else.
    let shape = chinese("parameters.b = { one_of", "parameters.b = { one");
    assert!(shape.ends_with("题目 `steps`：参数须写作 `{ from, to, step }` 或 `{ one_of }`"), "{shape}");
    let shape = chinese("answer = false", "answer = [1]");
    assert!(shape.ends_with("`answer` 须为 true、false、数字，或写在引号中的公式"), "{shape}");
    assert_eq!(
        chinese("values.steps = \"n / b\"", "values.steps = \"n / \""),
        format!("{place}`n / ` 的第 5 个字符：此处应为数字、名称或 `(`")
    );
    assert_eq!(
        chinese("= {{steps}}.\"", "= {{stps}}.\""),
        format!("{place}解析的 `en` 文本用到 `{{{{stps}}}}`，但没有这个参数或计算值")
    );
    assert_eq!(
        chinese("values.steps = \"n / b\"", "values.steps = \"n / c\""),
        format!("{place}无法求出计算值 `steps`：它们互相引用，或引用了不存在的参数或计算值")
    );
    let infinite = chinese("values.steps = \"n / b\"", "values.steps = \"ln(b - 100)\"");
    assert!(infinite.contains("`ln(b - 100)` 的结果不是有限的数（此时 b = "), "{infinite}");
    let blank = chinese("answer = 1\nwhy", "answer = 3\nwhy");
    assert!(blank.ends_with("：第 1 空：`answer` 为 3，没有对应的选项；选项从 0 数起"), "{blank}");
    let same = chinese("en = \"some images\"", "en = \"a rate\"");
    assert!(same.ends_with("有两个右侧项的 `en` 文本相同"), "{same}");
}
