//! Models as every exporter writes them are read without help and score what Python's ONNX Runtime counts.

use assay::grading::{Weights, report::Report};

use super::{correct, hello, read, report, report_of_two, repository};

/// The rows of an index: its header is skipped.
pub fn rows(path: &str) -> Vec<Vec<String>> {
    let index = String::from_utf8(read(path)).unwrap();
    let row = |line: &str| line.split('\t').map(str::to_owned).collect();
    index.lines().skip(1).map(row).collect()
}

fn graded(row: &[String]) -> Report {
    let [file, scale, weights, ..] = row else { panic!("a row of the index: {row:?}") };
    let model = read(&format!("tests/models/zoo/{file}"));
    let scale = (!scale.is_empty()).then(|| scale.parse().unwrap());
    if weights.is_empty() {
        return report(&hello().1, &model, scale);
    }
    let folder = repository("tests/models/zoo").join(file);
    let path = folder.with_file_name(weights.rsplit('/').next().unwrap());
    let bytes = std::fs::read(path).unwrap();
    report_of_two(&hello().1, &model, Weights { name: weights.rsplit('/').next().unwrap(), bytes: &bytes }, scale)
}

#[test]
fn every_honest_form_is_read_and_scored_as_elsewhere() {
    let rows = rows("tests/models/zoo/index.tsv");
    assert!(rows.len() >= 100, "{}", rows.len());
    let mut faults = Vec::new();
    for row in rows {
        let report = graded(&row);
        let expected: u32 = row[3].parse().unwrap();
        let found = report.evaluation.as_ref().and_then(|scored| scored.correct);
        // Kernels differ between processors in the last digits; a tie may fall to either side.
        if found.is_none_or(|found| found.abs_diff(expected) > 1) {
            faults.push(format!("{}: {found:?} of {expected}, {} {:?}", row[0], report.reason, report.diagnostic));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn what_was_done_is_said_and_probabilities_are_preferred() {
    let said = |file: &str| {
        let row = rows("tests/models/zoo/index.tsv").into_iter().find(|row| row[0] == file).unwrap();
        let report = graded(&row);
        assert!(correct(&report) > 300, "{file}");
        let codes: Vec<&str> = report.adapted.iter().map(|code| code.as_str()).collect();
        (codes.join(" "), report.output.unwrap())
    };
    for (file, code) in EXPECTED {
        let (codes, output) = said(file);
        assert!(codes.contains(code), "{file}: {codes} ({output})");
    }
    let one_place = said("output_logits_then_scores.onnx").1;
    assert_eq!(one_place, said("output_scores_then_logits.onnx").1, "whichever comes first");
}

/// A file of the zoo, and one of the adaptations that it needs.
const EXPECTED: &[(&str, &str)] = &[
    ("batch_7.onnx", "batch_fixed"),
    ("layout_no_batch.onnx", "batch_none"),
    ("layout_flat.onnx", "layout_flat"),
    ("layout_nchw.onnx", "layout_channels_first"),
    ("layout_hw.onnx", "layout_no_channel"),
    ("layout_28_1_28.onnx", "layout_singletons"),
    ("layout_three_nchw.onnx", "layout_three_channels"),
    ("type_float16.onnx", "input_float16"),
    ("type_int8.onnx", "input_shifted"),
    ("scale_signed_in_metadata.onnx", "scale_from_metadata"),
    ("output_zipmap_only.onnx", "output_maps"),
    ("output_columns.onnx", "output_columns"),
    ("output_labels_string.onnx", "output_text_labels"),
    ("output_labels_int64.onnx", "output_labels"),
    ("output_one_hot_bool.onnx", "output_one_hot"),
    ("output_n_10_1_1.onnx", "output_singletons"),
    ("output_logits_then_scores.onnx", "output_chosen"),
];
