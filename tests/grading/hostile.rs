//! Files that misuse the format end in a named verdict, quickly, and harm nothing.

use assay::{
    grading::{Weights, contract::Limits, verdict::Verdict},
    results::attempts,
};

use super::{digits, load, read, report, report_of_two};

#[test]
fn every_hostile_file_ends_in_an_acceptable_verdict() {
    let (_, mut evaluation) = load("mnist-digits");
    evaluation.limits = Limits { wall_seconds: 4, cpu_seconds: 4, memory_mb: 1024, ..Limits::default() };
    let index = String::from_utf8(read("tests/hostile/index.tsv")).unwrap();
    let rows: Vec<Vec<&str>> = index.lines().skip(1).map(|line| line.split('\t').collect()).collect();
    assert!(rows.len() >= 100);
    for row in rows {
        let (file, allowed) = (row[0], row[1]);
        let model = read(&format!("tests/hostile/{file}"));
        let report = match row.get(2).filter(|name| !name.is_empty()) {
            Some(name) => {
                let weights = read(&format!("tests/hostile/{name}"));
                report_of_two(&evaluation, &model, Weights { name, bytes: &weights }, None)
            }
            None => report(&evaluation, &model, None),
        };
        let verdict = report.verdict.as_str();
        assert!(allowed.split('|').any(|allowed| allowed == verdict), "{file}: {verdict}, {report:?}");
        assert!(report.peak_memory_bytes < 1 << 30, "{file} took {} bytes", report.peak_memory_bytes);
        assert!(report.timings_ms.total < 20_000.0, "{file} took {} ms", report.timings_ms.total);
    }
}

#[test]
fn what_onnx_runtime_says_about_hidden_samples_carries_no_numbers() {
    let report = report(&digits().1, &read("tests/hostile/57_gathernd_oob_run.onnx"), None);
    assert_eq!(report.verdict, Verdict::InvalidModel);
    let said = report.diagnostic.unwrap();
    assert!(said.contains("out of data bounds") && !said.contains(|c: char| c.is_numeric()), "{said}");
}

#[test]
fn without_a_practice_sample_nothing_is_told_for_nothing() {
    let (_, mut evaluation) = load("hello-onnx");
    evaluation.practice = None;
    let failed = report(&evaluation, &read("tests/hostile/57_gathernd_oob_run.onnx"), None);
    let said = failed.diagnostic.as_deref().unwrap();
    assert!(said.contains("Gather node") && !said.contains("bounds"), "{said}");
    let refused = report(&evaluation, &read("tests/hostile/62_wrong_batch.onnx"), None);
    assert!(refused.args.values().all(|value| !value.contains(char::is_numeric)), "{:?}", refused.args);
    assert_eq!((failed.verdict, refused.verdict), (Verdict::InvalidModel, Verdict::WrongOutput));
    assert!(attempts::uses_one(&failed) && attempts::uses_one(&refused));
}

#[test]
fn a_file_above_the_limit_is_refused_unread() {
    let (_, mut evaluation) = load("hello-onnx");
    evaluation.limits.max_model_bytes = 1000;
    let report = report(&evaluation, &read("exercises/hello-onnx/starter/hello.onnx"), None);
    assert_eq!((report.verdict, report.reason.as_str()), (Verdict::InvalidModel, "too_large"));
    assert_eq!(report.message_args().len(), 2);
}
