//! Writes messages of ONNX by hand, for tests.

/// A variable-length integer.
pub fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(u8::try_from(value & 0x7f).unwrap() | 0x80);
        value >>= 7;
    }
    bytes.push(u8::try_from(value).unwrap());
    bytes
}

/// A field with bytes: text, a message, packed numbers.
pub fn bytes(number: u64, content: impl AsRef<[u8]>) -> Vec<u8> {
    let content = content.as_ref();
    [varint(number << 3 | 2), varint(content.len() as u64), content.to_vec()].concat()
}

/// A field with a number.
pub fn int(number: u64, value: u64) -> Vec<u8> {
    [varint(number << 3), varint(value)].concat()
}

/// A node of a graph; `rest` are more fields of the node.
pub fn node(operator: &str, domain: &str, rest: impl AsRef<[u8]>) -> Vec<u8> {
    bytes(1, [bytes(4, operator), bytes(7, domain), rest.as_ref().to_vec()].concat())
}

/// A node with names for inputs and outputs.
pub fn wired(operator: &str, inputs: &[&str], output: &str, rest: &[u8]) -> Vec<u8> {
    let inputs: Vec<u8> = inputs.iter().flat_map(|name| bytes(1, name)).collect();
    node(operator, "", [inputs, bytes(2, output), rest.to_vec()].concat())
}

/// An attribute: its name and the field of its value.
pub fn attribute(name: &str, value: impl AsRef<[u8]>) -> Vec<u8> {
    bytes(5, [bytes(1, name), value.as_ref().to_vec()].concat())
}

/// An attribute with one integer.
pub fn number(name: &str, value: i64) -> Vec<u8> {
    attribute(name, int(3, value.cast_unsigned()))
}

/// An attribute with integers.
pub fn numbers(name: &str, values: &[i64]) -> Vec<u8> {
    attribute(name, values.iter().flat_map(|value| int(8, value.cast_unsigned())).collect::<Vec<_>>())
}

/// A `TensorProto` of float32 zeros.
pub fn weights(name: &str, shape: &[u64]) -> Vec<u8> {
    let dims: Vec<u8> = shape.iter().flat_map(|size| int(1, *size)).collect();
    let data = vec![0; usize::try_from(4 * shape.iter().product::<u64>()).unwrap()];
    [dims, int(2, 1), bytes(8, name), bytes(9, data)].concat()
}

/// A `TensorProto` of int64.
pub fn list(name: &str, values: &[i64]) -> Vec<u8> {
    let data: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    [int(1, values.len() as u64), int(2, 7), bytes(8, name), bytes(9, data)].concat()
}

/// A `ValueInfoProto` of float32; a size of 0 is written as the name `N`.
pub fn value(name: &str, shape: &[u64]) -> Vec<u8> {
    let dim = |size: &u64| bytes(1, if *size == 0 { bytes(2, "N") } else { int(1, *size) });
    let shape: Vec<u8> = shape.iter().flat_map(dim).collect();
    [bytes(1, name), bytes(2, bytes(1, [int(1, 1), bytes(2, shape)].concat()))].concat()
}
