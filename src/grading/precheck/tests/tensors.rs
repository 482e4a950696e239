//! Tensors have exactly the data that they declare.

use super::*;

/// A model with one tensor.
fn stored(dims: &[u64], data_type: u64, data: impl AsRef<[u8]>) -> Vec<u8> {
    let dims: Vec<u8> = dims.iter().flat_map(|size| varint(*size)).collect();
    model(bytes(5, [bytes(1, dims), int(2, data_type), bytes(8, "w"), data.as_ref().to_vec()].concat()))
}

fn raw(length: usize) -> Vec<u8> {
    bytes(9, vec![0; length])
}

#[test]
fn raw_data_have_the_length_of_the_type() {
    // Element type and bytes for ten elements.
    for (data_type, length) in [(1, 40), (2, 10), (7, 80), (9, 10), (10, 20), (11, 80), (15, 160), (21, 5), (25, 3)] {
        assert_eq!(accepted(&stored(&[2, 5], data_type, raw(length))).parameters, 10, "type {data_type}");
        assert_eq!(reason(&stored(&[2, 5], data_type, raw(length - 1))), Reason::TensorData, "type {data_type}");
        assert_eq!(reason(&stored(&[2, 5], data_type, raw(length + 1))), Reason::TensorData, "type {data_type}");
    }
    assert_eq!(reason(&stored(&[1], 8, raw(1))), Reason::TensorData, "text is never raw");
    assert_eq!(reason(&stored(&[1], 27, raw(1))), Reason::TensorData, "no such type");
    assert_eq!(reason(&stored(&[1], 0, raw(1))), Reason::TensorData, "no type");
}

#[test]
fn typed_data_are_counted() {
    let packed = |field, length: usize| bytes(field, vec![0; length]);
    for (data_type, data) in [
        (1, packed(4, 40)),
        (1, [varint(4 << 3 | 5), vec![0; 4]].concat().repeat(10)),
        (14, packed(4, 80)),
        (6, packed(5, 10)),
        (10, packed(5, 10)),
        (22, packed(5, 5)),
        (7, packed(7, 10)),
        (7, bytes(7, varint(300).repeat(10))),
        (7, int(7, 1).repeat(10)),
        (8, bytes(6, b"word").repeat(10)),
        (11, packed(10, 80)),
        (15, packed(10, 160)),
        (13, packed(11, 10)),
    ] {
        assert_eq!(accepted(&stored(&[10], data_type, &data)).parameters, 10, "type {data_type}");
        assert_eq!(reason(&stored(&[11], data_type, &data)), Reason::TensorData, "type {data_type}");
    }
}

#[test]
fn data_come_in_one_way_and_in_the_right_field() {
    assert_eq!(reason(&stored(&[2], 1, bytes(5, [0, 0]))), Reason::TensorData);
    assert_eq!(reason(&stored(&[2], 1, [bytes(4, [0; 8]), raw(8)].concat())), Reason::TensorData);
    assert_eq!(reason(&stored(&[2], 1, [raw(8), raw(8)].concat())), Reason::TensorData);
    assert_eq!(reason(&stored(&[2], 7, bytes(7, [0, 0x80]))), Reason::TensorData, "ends inside a number");
    assert_eq!(reason(&stored(&[2], 1, [raw(8), bytes(3, b"")].concat())), Reason::TensorData, "a segment");
    assert_eq!(reason(&stored(&[100, 100], 1, b"")), Reason::TensorData);
}

#[test]
fn shapes_are_possible() {
    assert_eq!(accepted(&stored(&[], 1, raw(4))).parameters, 1);
    assert_eq!(accepted(&stored(&[0, 512], 1, b"")).parameters, 0);
    assert_eq!(accepted(&stored(&[512, 0], 1, raw(0))).parameters, 0);
    let negative = u64::MAX;
    for dims in
        [&[negative, 4][..], &[0, negative], &[1 << 33, 1 << 33], &[1 << 26, 2], &[0, 1 << 20, 1 << 20], &[1; 65]]
    {
        assert_eq!(reason(&stored(dims, 1, raw(4))), Reason::TensorTooLarge, "{dims:?}");
    }
    assert_eq!(args(&stored(&[negative], 1, b"")), ["w"]);
}
