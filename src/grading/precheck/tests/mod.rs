//! The static check against hand-written messages, the committed models, and whatever bytes there may be.

mod counting;
mod external;
pub mod files;
mod functions;
mod fuzz;
mod tensors;

use crate::grading::wire::build::{bytes, int, node, varint, wired};

use super::*;

/// Room for everything in these tests.
const ROOM: u64 = 10_000_000;

fn model_of(ir: u64, opset: u64, graph: &[u8], rest: &[u8]) -> Vec<u8> {
    [int(1, ir), bytes(2, "by hand"), bytes(8, int(2, opset)), bytes(7, graph), rest.to_vec()].concat()
}

fn model(graph: impl AsRef<[u8]>) -> Vec<u8> {
    model_of(8, 17, graph.as_ref(), b"")
}

/// An attribute with a graph.
fn subgraph(graph: &[u8]) -> Vec<u8> {
    bytes(5, [bytes(1, "body"), bytes(6, graph)].concat())
}

fn reason(file: &[u8]) -> Reason {
    check(file, None, ROOM).unwrap_err().reason
}

fn args(file: &[u8]) -> Vec<String> {
    check(file, None, ROOM).unwrap_err().args.into_iter().map(|(_, value)| value).collect()
}

fn accepted(file: &[u8]) -> ModelFacts {
    check(file, None, ROOM).unwrap()
}

#[test]
fn facts_are_read_from_an_honest_model() {
    let tensor = bytes(5, [int(1, 3), int(2, 1), bytes(9, [0; 12]), bytes(8, "w")].concat());
    let entry = |key, value| bytes(14, [bytes(1, key), bytes(2, value)].concat());
    let opset = bytes(8, [bytes(1, "ai.onnx.ml"), int(2, 3)].concat());
    let rest = [entry("author", "ada"), entry("assay.scale", " 0.1307,0.3081"), opset].concat();
    let facts = accepted(&model_of(8, 17, &[node("Relu", "", b""), tensor].concat(), &rest));
    let expected = ModelFacts {
        ir_version: 8,
        opset: 17,
        opset_ml: Some(3),
        producer: "by hand".into(),
        nodes: 1,
        parameters: 3,
        scale: Some("0.1307,0.3081".into()),
        ..facts.clone()
    };
    assert_eq!(facts, expected);
    let long = accepted(&model_of(8, 17, b"", &entry("assay.scale", &"1".repeat(65))));
    assert_eq!((long.scale, long.external, long.functions), (None, false, 0));
}

#[test]
fn files_of_other_kinds_are_named() {
    assert_eq!(reason(b""), Reason::EmptyFile);
    assert_eq!(reason(b"PK\x05\x06..."), Reason::FileIsZip);
    assert_eq!(reason(b"\x89HDF\r\n\x1a\n..."), Reason::FileIsHdf5);
    assert_eq!(reason(b"import torch\n"), Reason::FileIsPython);
    assert_eq!(reason(b"\x08\0\0\0TFL3"), Reason::FileIsTflite);
    assert_eq!(reason(b"one two three"), Reason::NotOnnx);
    assert_eq!(reason(&model(b"")[..9]), Reason::Truncated);
    let args = check(&[8; 11], None, 10).unwrap_err();
    assert_eq!((args.reason, args.args.len()), (Reason::TooLarge, 2));
}

#[test]
fn a_model_is_never_taken_for_another_file() {
    let producer = |name: &str| [int(1, 8), bytes(2, name), bytes(7, b"")].concat();
    assert!(check(&producer("TFL3"), None, ROOM).is_ok());
    // But ONNX Runtime itself would take this one for its own format.
    assert_eq!(reason(&producer("ORTM")), Reason::FileIsOrt);
}

#[test]
fn what_no_honest_model_has_is_refused() {
    assert_eq!(reason(&model_of(8, 17, b"", &bytes(7, b""))), Reason::NotOnnx);
    assert_eq!(reason(&model_of(8, 17, b"", &bytes(20, b""))), Reason::TrainingInfo);
    assert_eq!(reason(&model(bytes(15, b""))), Reason::SparseTensor);
    let two_graphs = bytes(5, [bytes(6, b""), bytes(6, b"")].concat());
    assert_eq!(reason(&model(node("If", "", two_graphs))), Reason::NotOnnx);
    assert_eq!(reason(&[int(1, 8), bytes(8, int(2, 17))].concat()), Reason::NotOnnx);
}

#[test]
fn versions_are_compared_with_the_newest_that_can_be_run() {
    accepted(&model_of(MAX_IR, MAX_OPSET, b"", b""));
    assert_eq!(reason(&model_of(MAX_IR + 1, 17, b"", b"")), Reason::IrTooNew);
    assert_eq!(args(&model_of(14, 17, b"", b"")), ["14", "13"]);
    assert_eq!(reason(&model_of(8, MAX_OPSET + 1, b"", b"")), Reason::OpsetTooNew);
    assert_eq!(args(&model_of(8, 27, b"", b"")), ["27", "26"]);
    assert_eq!(reason(&model_of(8, u64::MAX, b"", b"")), Reason::OpsetTooNew);
    let other = |domain: &str, version| bytes(8, [bytes(1, domain), int(2, version)].concat());
    accepted(&model_of(8, 17, b"", &other("ai.onnx.ml", 5)));
    assert_eq!(reason(&model_of(8, 17, b"", &other("ai.onnx.ml", 6))), Reason::DomainOpsetTooNew);
    assert_eq!(args(&model_of(8, 17, b"", &other("com.microsoft", 2))), ["com.microsoft", "2", "1"]);
    accepted(&model_of(8, 17, b"", &other("pkg.torch", 99)));
}

#[test]
fn operators_are_those_that_run_here_and_repeat() {
    for (operator, domain) in [
        ("If", ""),
        ("Loop", ""),
        ("Scan", "ai.onnx"),
        ("TreeEnsembleClassifier", "ai.onnx.ml"),
        ("Attention", "com.microsoft"),
        ("QLinearAdd", "com.microsoft"),
    ] {
        accepted(&model(node(operator, domain, b"")));
    }
    for (operator, domain) in [
        ("RandomNormal", ""),
        ("Bernoulli", "ai.onnx"),
        ("EPContext", "com.microsoft"),
        ("BeamSearch", "com.microsoft"),
    ] {
        assert_eq!(reason(&model(node(operator, domain, b""))), Reason::OperatorNotAllowed, "{operator}");
    }
    for (operator, domain) in
        [("Relu", "evil.domain"), ("Conv", "com.microsoft.nchwc"), ("LongformerAttention", "com.microsoft")]
    {
        assert_eq!(reason(&model(node(operator, domain, b""))), Reason::OperatorDomain, "{operator}");
    }
}

#[test]
fn training_mode_is_seen_where_it_is_a_constant() {
    let flag = |name: &str, value: u8| [int(2, 9), bytes(8, name), bytes(9, [value])].concat();
    let dropout = wired("Dropout", &["x", "ratio", "mode"], "y", b"");
    let stored = |value| model([dropout.clone(), bytes(5, flag("mode", value))].concat());
    assert_eq!(reason(&stored(1)), Reason::TrainingMode);
    accepted(&stored(0));
    let constant = |value| {
        let attribute = bytes(5, [bytes(1, "value"), bytes(5, flag("", value))].concat());
        model([wired("Constant", &[], "mode", &attribute), dropout.clone()].concat())
    };
    assert_eq!(reason(&constant(1)), Reason::TrainingMode);
    accepted(&constant(0));
    accepted(&model([wired("Dropout", &["x"], "y", b""), bytes(5, flag("", 1))].concat()));
    let norm =
        |mode| model(node("BatchNormalization", "", bytes(5, [bytes(1, "training_mode"), int(3, mode)].concat())));
    assert_eq!(args(&norm(1)), ["BatchNormalization"]);
    accepted(&norm(0));
}

#[test]
fn nesting_is_bounded() {
    let nested_graphs = |depth| (0..depth).fold(node("Relu", "", b""), |graph, _| node("If", "", subgraph(&graph)));
    accepted(&model(nested_graphs(MAX_DEPTH)));
    assert_eq!(reason(&model(nested_graphs(MAX_DEPTH + 1))), Reason::TooDeep);
    let nested_types = |depth| (0..depth).fold(Vec::new(), |inner, _| bytes(4, bytes(1, &inner)));
    let input = |depth| model(bytes(11, bytes(2, nested_types(depth))));
    accepted(&input(MAX_DEPTH));
    assert_eq!(reason(&input(MAX_DEPTH + 1)), Reason::TooDeep);
}

#[test]
fn nodes_are_counted_in_all_graphs() {
    let inner = node("Relu", "", b"").repeat(100);
    assert_eq!(accepted(&model(node("If", "", subgraph(&inner)).repeat(2))).nodes, 202);
    let many = node("Relu", "", b"").repeat(20_001);
    assert_eq!(reason(&model(&many)), Reason::TooManyNodes);
}

#[test]
fn untrusted_text_cannot_steer_a_terminal() {
    let shown = args(&model(node("\u{1b}[2Jclear\u{202e}\n", "evil", b"")));
    assert_eq!(shown[0], "\u{fffd}[2Jclear\u{fffd}\u{fffd}");
    let long = args(&model(node(&"ä".repeat(500), "evil", b"")));
    assert_eq!(long[0].chars().count(), 120);
}
