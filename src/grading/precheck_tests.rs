//! The static check against hand-written messages and against arbitrary bytes.

use super::*;

/// Encodes fields; lengths and numbers stay below 128 bytes or use two-byte varints.
fn bytes_field(number: u8, content: &[u8]) -> Vec<u8> {
    let mut field = vec![number << 3 | 2];
    if number >= 16 {
        field = vec![(number & 15) << 3 | 2 | 0x80, number >> 4];
    }
    let (low, high) = (u8::try_from(content.len() & 0x7f).unwrap(), u8::try_from(content.len() >> 7).unwrap());
    field.extend(if high == 0 { vec![low] } else { vec![low | 0x80, high] });
    field.extend_from_slice(content);
    field
}

fn varint_field(number: u8, value: u8) -> Vec<u8> {
    vec![number << 3, value]
}

fn model(graph: &[u8]) -> Vec<u8> {
    let opset = bytes_field(8, &varint_field(2, 17));
    [varint_field(1, 8), bytes_field(2, b"by hand"), opset, bytes_field(7, graph)].concat()
}

fn node(operator: &[u8], domain: &[u8], attributes: &[u8]) -> Vec<u8> {
    bytes_field(1, &[bytes_field(4, operator), bytes_field(7, domain), attributes.to_vec()].concat())
}

fn reason(file: &[u8]) -> Reason {
    check(file, 1_000_000).unwrap_err().reason
}

#[test]
fn facts_are_read_from_an_honest_model() {
    let tensor = bytes_field(5, &[varint_field(1, 3), bytes_field(9, &[0; 12]), bytes_field(8, b"w")].concat());
    let facts = check(&model(&[node(b"Relu", b"", b""), tensor].concat()), 1_000_000).unwrap();
    let expected = ModelFacts { ir_version: 8, opset: 17, producer: "by hand".into(), nodes: 1, parameters: 3 };
    assert_eq!(facts, expected);
}

#[test]
fn other_files_are_named() {
    assert_eq!(reason(b""), Reason::EmptyFile);
    assert_eq!(reason(b"PK\x03\x04..."), Reason::FileIsZip);
    assert_eq!(reason(b"\x89HDF\r\n\x1a\n..."), Reason::FileIsHdf5);
    assert_eq!(reason(b"\x80\x04\x95..."), Reason::FileIsPickle);
    assert_eq!(reason(b"\n <!DOCTYPE html>"), Reason::FileIsHtml);
    assert_eq!(reason(b"....ORTM...."), Reason::FileIsOrt);
    assert_eq!(reason(b"import torch\n"), Reason::NotOnnx);
    assert_eq!(reason(&model(b"")[..9]), Reason::Truncated);
    assert_eq!(check(&[8; 11], 10).unwrap_err().reason, Reason::TooLarge);
}

#[test]
fn what_no_honest_model_needs_is_refused() {
    assert_eq!(reason(&[model(b""), bytes_field(7, b"")].concat()), Reason::NotOnnx);
    assert_eq!(reason(&[model(b""), bytes_field(25, b"")].concat()), Reason::LocalFunctions);
    assert_eq!(reason(&[model(b""), bytes_field(20, b"")].concat()), Reason::TrainingInfo);
    assert_eq!(reason(&model(&bytes_field(15, b""))), Reason::SparseTensor);
    assert_eq!(reason(&model(&node(b"Loop", b"", b""))), Reason::OperatorNotAllowed);
    assert_eq!(reason(&model(&node(b"Attention", b"com.microsoft", b""))), Reason::OperatorNotAllowed);
    assert_eq!(reason(&model(&node(b"Relu", b"evil.domain", b""))), Reason::OperatorDomain);
    assert!(check(&model(&node(b"QLinearAdd", b"com.microsoft", b"")), 1000).is_ok());
}

#[test]
fn external_data_are_found_wherever_a_tensor_may_stand() {
    let tensor = [varint_field(1, 3), bytes_field(13, b"x")].concat();
    let located = [varint_field(1, 3), varint_field(14, 1)].concat();
    assert_eq!(reason(&model(&bytes_field(5, &tensor))), Reason::ExternalData);
    assert_eq!(reason(&model(&bytes_field(5, &located))), Reason::ExternalData);
    let constant = node(b"Constant", b"", &bytes_field(5, &bytes_field(5, &tensor)));
    assert_eq!(reason(&model(&constant)), Reason::ExternalData);
    let subgraph = node(b"Scan", b"", &bytes_field(5, &bytes_field(6, &constant)));
    assert_eq!(reason(&model(&subgraph)), Reason::ExternalData);
}

#[test]
fn tensors_have_the_data_that_they_declare() {
    let packed =
        |dims: &[u8], data: &[u8]| model(&bytes_field(5, &[bytes_field(1, dims), bytes_field(9, data)].concat()));
    assert!(check(&packed(&[2, 3], &[0; 24]), 1000).is_ok());
    assert_eq!(reason(&packed(&[100, 100], &[0; 4])), Reason::TensorData);
    let huge = [0xff, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0x7f];
    assert_eq!(reason(&packed(&huge, &[0; 4])), Reason::TensorTooLarge);
}

#[test]
fn nesting_is_bounded() {
    let mut graph = node(b"Relu", b"", b"");
    for _ in 0..9 {
        graph = node(b"Scan", b"", &bytes_field(5, &bytes_field(6, &graph)));
    }
    assert_eq!(reason(&model(&graph)), Reason::TooDeep);
    let mut nested = Vec::new();
    for _ in 0..10 {
        nested = bytes_field(4, &bytes_field(1, &nested));
    }
    assert_eq!(reason(&model(&bytes_field(11, &bytes_field(2, &nested)))), Reason::TooDeep);
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>) {
        let _ = check(&bytes, 1_000_000);
        let _ = check(&model(&bytes), 1_000_000);
    }
}
