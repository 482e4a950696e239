//! Weights in a second file: only the uploaded one, only inside it.

use super::*;

const WEIGHTS: Weights<'_> = Weights { name: "model.onnx.data", bytes: 100 };

fn entry(key: &str, value: impl AsRef<[u8]>) -> Vec<u8> {
    bytes(13, [bytes(1, key), bytes(2, value)].concat())
}

/// A tensor of 24 bytes somewhere else.
fn tensor(entries: &[u8]) -> Vec<u8> {
    [int(1, 2), int(1, 3), int(2, 1), bytes(8, "w"), entries.to_vec(), int(14, 1)].concat()
}

fn located(location: &str) -> Vec<u8> {
    tensor(&[entry("location", location), entry("offset", "64"), entry("length", "24")].concat())
}

fn with_weights(tensor: &[u8]) -> Result<ModelFacts, Refusal> {
    check(&model(bytes(5, tensor)), Some(&WEIGHTS), ROOM)
}

fn refused(tensor: &[u8]) -> Reason {
    with_weights(tensor).unwrap_err().reason
}

/// The tensor wherever one may stand.
fn places(tensor: &[u8]) -> [Vec<u8>; 5] {
    let constant = node("Constant", "", bytes(5, bytes(5, tensor)));
    let function = bytes(25, [bytes(1, "f"), bytes(10, "mine"), bytes(7, &constant[2..])].concat());
    [
        model(bytes(5, tensor)),
        model(&constant),
        model(node("Constant", "", bytes(5, bytes(10, tensor)))),
        model(node("If", "", subgraph(&[bytes(5, tensor), constant].concat()))),
        model_of(8, 17, b"", &function),
    ]
}

#[test]
fn the_uploaded_file_is_accepted_wherever_a_tensor_stands() {
    for model in places(&located("model.onnx.data")) {
        let facts = check(&model, Some(&WEIGHTS), ROOM).unwrap();
        assert!(facts.external && facts.parameters >= 6);
        assert_eq!(reason(&model), Reason::ExternalData);
    }
}

#[test]
fn another_name_is_refused_wherever_a_tensor_stands() {
    for model in places(&located("weights.bin")) {
        let refusal = check(&model, Some(&WEIGHTS), ROOM).unwrap_err();
        assert_eq!(refusal.reason, Reason::WeightsName);
        let args =
            [("found".to_owned(), "model.onnx.data".to_owned()), ("expected".to_owned(), "weights.bin".to_owned())];
        assert_eq!(refusal.args, args);
    }
}

#[test]
fn every_sign_of_a_second_file_counts() {
    assert_eq!(reason(&model(bytes(5, [int(1, 3), bytes(13, b"")].concat()))), Reason::ExternalData);
    assert_eq!(reason(&model(bytes(5, [int(1, 3), int(14, 1)].concat()))), Reason::ExternalData);
    let no_flag = [int(1, 6), int(2, 1), entry("location", "../labels")].concat();
    assert_eq!(refused(&no_flag), Reason::ExternalPath);
    assert_eq!(refused(&tensor(b"")), Reason::TensorData, "no location");
}

#[test]
fn only_plain_names_are_names() {
    let paths = ["../model.onnx.data", "/etc/passwd", "a/model.onnx.data", "a\\b", "model.onnx.data\0x", ".", "..", ""];
    for path in paths.iter().chain(&["*/_ORT_MEM_ADDR_/*", "./model.onnx.data", "_ORT_MEM_ADDR_"]) {
        assert_eq!(refused(&located(path)), Reason::ExternalPath, "{path}");
        let same = Weights { name: path, bytes: 100 };
        let refusal = check(&model(bytes(5, located(path))), Some(&same), ROOM).unwrap_err();
        assert_eq!(refusal.reason, Reason::ExternalPath, "{path}, uploaded under that name");
    }
}

#[test]
fn the_data_lie_inside_the_file() {
    let at = |offset: &str, length: &str| {
        tensor(&[entry("location", WEIGHTS.name), entry("offset", offset), entry("length", length)].concat())
    };
    assert!(with_weights(&at("76", "24")).is_ok());
    assert!(with_weights(&tensor(&entry("location", WEIGHTS.name))).is_ok());
    let refusal = with_weights(&at("77", "24")).unwrap_err();
    assert_eq!(refusal.reason, Reason::WeightsTooShort);
    assert_eq!(refusal.args.into_iter().map(|(_, value)| value).collect::<Vec<_>>(), ["w", "100", "101"]);
    assert_eq!(refused(&at("18446744073709551600", "24")), Reason::WeightsTooShort, "no overflow");
    for (offset, length) in
        [("0", "23"), ("0", "4611686018427387904"), ("-8", "24"), ("0x0", "24"), ("", "24"), ("+1", "24")]
    {
        assert_eq!(refused(&at(offset, length)), Reason::TensorData, "{offset}, {length}");
    }
    assert_eq!(refused(&at("184467440737095516160", "24")), Reason::TensorData);
}

#[test]
fn entries_are_known_and_given_once() {
    let right = [entry("location", WEIGHTS.name), entry("length", "24"), entry("checksum", "abc")].concat();
    assert!(with_weights(&tensor(&right)).is_ok());
    for wrong in
        [entry("basepath", "/etc"), entry("length", "24"), entry("location", WEIGHTS.name), entry("prepacked_0", "")]
    {
        assert_eq!(refused(&tensor(&[right.clone(), wrong].concat())), Reason::TensorData);
    }
    assert_eq!(refused(&tensor(&[right.clone(), bytes(9, [0; 24])].concat())), Reason::TensorData, "data here as well");
    let text = [int(1, 1), int(2, 8), right].concat();
    assert_eq!(refused(&text), Reason::TensorData, "text has no fixed size");
}

#[test]
fn a_second_file_that_is_not_needed_does_no_harm() {
    let facts = check(&model(node("Relu", "", b"")), Some(&WEIGHTS), ROOM).unwrap();
    assert!(!facts.external);
    let large = Weights { bytes: ROOM, ..WEIGHTS };
    assert_eq!(check(&model(b""), Some(&large), ROOM).unwrap_err().reason, Reason::TooLarge);
}
