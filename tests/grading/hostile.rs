//! Files that misuse the format end in a named verdict, quickly, and harm nothing.

use assay::grading::{contract::Limits, verdict::Verdict};

use super::{digits, load, read, report};

#[test]
fn every_hostile_file_ends_in_an_acceptable_verdict() {
    let (_, mut evaluation) = load("mnist-digits");
    evaluation.limits = Limits { wall_seconds: 4, cpu_seconds: 4, memory_mb: 1024, ..Limits::default() };
    let index = String::from_utf8(read("tests/hostile/index.tsv")).unwrap();
    let rows: Vec<(&str, &str)> = index.lines().skip(1).map(|line| line.split_once('\t').unwrap()).collect();
    assert!(rows.len() >= 30);
    for (file, allowed) in rows {
        let report = report(&evaluation, &read(&format!("tests/hostile/{file}")), None);
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
fn a_file_above_the_limit_is_refused_unread() {
    let (_, mut evaluation) = load("hello-onnx");
    evaluation.limits.max_model_bytes = 1000;
    let report = report(&evaluation, &read("exercises/hello-onnx/starter/hello.onnx"), None);
    assert_eq!((report.verdict, report.reason.as_str()), (Verdict::InvalidModel, "too_large"));
    assert_eq!(report.message_args().len(), 2);
}
