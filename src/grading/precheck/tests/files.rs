//! The committed models pass; of the committed hostile files those that must be refused here are, and no others.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::*;

/// Hostile files that only the run can judge, and honest ones among them.
const LEFT_TO_THE_RUN: [&str; 47] = [
    "00_ok_linear",
    "19_two_files_ok",
    "19_two_files_unused",
    "20_constofshape_2g_const",
    "20_constofshape_many_const",
    "21_constofshape_100g_run",
    "21_expand_overflow",
    "22_onehot_bomb",
    "22_pad_bomb",
    "22_resize_bomb",
    "22_tile_growing",
    "24_zero_size_dims",
    "30_loop_infinite_run",
    "30_loop_most_trips",
    "31_loop_scan_grow",
    "32_constfold_slow_matmul",
    "33_slow_run_matmul",
    "36_functions_ok",
    "40_nested_if_3",
    "51_bitflip_4",
    "51_bitflip_5",
    "52_opset_missing",
    "54_metadata_ort_config",
    "54_metadata_scale_long",
    "55_cycle",
    "55_duplicate_output",
    "56_tree_child_oob",
    "56_tree_cycle",
    "56_tree_feature_oob",
    "57_gathernd_oob_run",
    "58_input_name_ansi",
    "58_names_long",
    "58_names_not_utf8",
    "60_no_input",
    "60_string_input",
    "60_two_inputs",
    "61_fixed_batch1",
    "61_fixed_batch_huge",
    "62_huge_output",
    "62_nan_output",
    "62_no_outputs",
    "62_output_dims_negative",
    "62_output_missing",
    "62_seq_map_zipmap",
    "62_wrong_batch",
    "62_wrong_classes",
    "63_constant_predictor",
];

/// Why some of the others are refused.
const REASONS: [(&str, Reason); 36] = [
    ("10_ext_traversal_function", Reason::ExternalData),
    ("10_ext_traversal_subgraph", Reason::ExternalData),
    ("18_ext_empty", Reason::ExternalData),
    ("19_two_files_absolute", Reason::ExternalPath),
    ("19_two_files_basepath", Reason::TensorData),
    ("19_two_files_case", Reason::WeightsName),
    ("19_two_files_dims_huge", Reason::TensorTooLarge),
    ("19_two_files_dot_slash", Reason::ExternalPath),
    ("19_two_files_length_huge", Reason::TensorData),
    ("19_two_files_memaddr", Reason::ExternalPath),
    ("19_two_files_nul", Reason::ExternalPath),
    ("19_two_files_offset_neg", Reason::TensorData),
    ("19_two_files_offset_overflow", Reason::WeightsTooShort),
    ("19_two_files_one_outside", Reason::ExternalPath),
    ("19_two_files_other_name", Reason::WeightsName),
    ("19_two_files_too_short", Reason::WeightsTooShort),
    ("23_init_dims_negative", Reason::TensorTooLarge),
    ("23_init_int4_mismatch", Reason::TensorData),
    ("35_function_bomb_2p30", Reason::TooManyNodes),
    ("35_function_long_chain", Reason::LocalFunctions),
    ("35_function_mutual", Reason::LocalFunctions),
    ("40_nested_if_10", Reason::TooDeep),
    ("41_nested_type_2000", Reason::TooDeep),
    ("50_html_page", Reason::FileIsHtml),
    ("50_length_2p63", Reason::Truncated),
    ("50_ortm_in_producer", Reason::FileIsOrt),
    ("50_random_bytes", Reason::NotOnnx),
    ("50_zip_lengths", Reason::FileIsZip),
    ("52_ir_9999", Reason::IrTooNew),
    ("52_opset_next", Reason::OpsetTooNew),
    ("53_custom_domain", Reason::OperatorDomain),
    ("53_dropout_training", Reason::TrainingMode),
    ("53_ep_context", Reason::OperatorNotAllowed),
    ("53_random_normal", Reason::OperatorNotAllowed),
    ("55_two_graphs", Reason::NotOnnx),
    ("58_names_ansi", Reason::OperatorDomain),
];

pub fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// All `.onnx` files in a folder, with their names.
pub fn models(path: &str) -> Vec<(String, Vec<u8>)> {
    let mut paths: Vec<_> = fs::read_dir(folder(path)).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "onnx"));
    paths.sort();
    paths.iter().map(|path| (path.file_stem().unwrap().to_string_lossy().into(), fs::read(path).unwrap())).collect()
}

#[test]
fn honest_models_pass() {
    let folders = ["exercises/mnist-digits/right", "exercises/mnist-digits/wrong", "tests/models"];
    let mut passed = 0;
    for (name, file) in folders.into_iter().flat_map(models) {
        let weights = Weights { name: "torch_default.onnx.data", bytes: 372_352 };
        let outcome = check(&file, Some(&weights), ROOM);
        match name.as_str() {
            "50_truncated_half" => assert_eq!(outcome.unwrap_err().reason, Reason::Truncated),
            "external_torch_default" => {
                assert!(outcome.unwrap().external);
                assert_eq!(reason(&file), Reason::ExternalData);
            }
            _ => {
                let facts = outcome.unwrap_or_else(|refusal| panic!("{name}: {refusal:?}"));
                assert!(facts.nodes > 0 && facts.parameters > 0, "{name}: {facts:?}");
                passed += 1;
            }
        }
    }
    assert!(passed >= 28, "{passed}");
}

#[test]
fn hostile_files_are_refused_where_they_must_be() {
    let index = fs::read_to_string(folder("tests/hostile/index.tsv")).unwrap();
    let mut seen = Vec::new();
    for row in index.lines().skip(1) {
        let mut columns = row.split('\t');
        let (file, allowed) = (columns.next().unwrap(), columns.next().unwrap());
        let content = fs::read(folder("tests/hostile").join(file)).unwrap();
        let bytes = |name| fs::metadata(folder("tests/hostile").join(name)).unwrap().len();
        let weights = columns.next().map(|name| Weights { name, bytes: bytes(name) });
        let name = file.strip_suffix(".onnx").unwrap();
        let outcome = check(&content, weights.as_ref(), ROOM);
        assert_eq!(outcome.is_ok(), LEFT_TO_THE_RUN.contains(&name), "{name}: {outcome:?}");
        if let Err(refusal) = outcome {
            let verdict = refusal.reason.verdict().as_str();
            assert!(allowed.split('|').any(|allowed| allowed == verdict), "{name}: {verdict}");
            let expected = REASONS.iter().find(|(other, _)| *other == name);
            assert!(expected.is_none_or(|(_, reason)| *reason == refusal.reason), "{name}: {refusal:?}");
            let shown = refusal.args.iter().all(|(_, value)| value.chars().count() <= 120 && !value.contains('\u{1b}'));
            assert!(shown, "{name}: {refusal:?}");
        }
        seen.push(name.to_owned());
    }
    assert!(seen.len() >= 100, "{}", seen.len());
    assert!(
        LEFT_TO_THE_RUN
            .iter()
            .chain(REASONS.iter().map(|(name, _)| name))
            .all(|name| seen.iter().any(|seen| seen == name))
    );
    let on_disk: Vec<_> = models("tests/hostile").into_iter().map(|(name, _)| name).collect();
    seen.sort();
    assert_eq!(seen, on_disk, "the index lists all files, and no others");
}
