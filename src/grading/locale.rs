//! Gives the text operator `StringNormalizer` a locale that is there.
//!
//! Where a model names none, ONNX Runtime asks the system for `en_US`, which servers often lack and which a locked-down
//! process could not load anyway. The child loads `C.UTF-8` beforehand, which changes case for all scripts alike.

use std::iter;

use super::wire::{Field, Value, WireError, fields};

/// The locale that is there.
const LOCALE: &[u8] = b"C.UTF-8";
const OPERATOR: &[u8] = b"StringNormalizer";
/// Locales that need no file, or that the child loads beforehand.
const KNOWN: [&[u8]; 3] = [b"C", b"POSIX", LOCALE];

/// The model with that locale in every such operator of its main graph; `None` where nothing is to be changed.
///
/// Field numbers are those of onnx.proto: graph 7 of `ModelProto`, node 1 of `GraphProto`.
pub(super) fn with_known_locale(model: &[u8]) -> Option<Vec<u8>> {
    if !model.windows(OPERATOR.len()).any(|window| window == OPERATOR) {
        return None;
    }
    let mut changed = false;
    let mut node = |bytes: &[u8]| {
        let new = normaliser(bytes).transpose()?;
        changed = true;
        Some(new)
    };
    let mut graph = |bytes: &[u8]| Some(rewritten(bytes, 1, &mut node));
    let model = rewritten(model, 7, &mut graph).ok()?;
    changed.then_some(model)
}

type Rewrite<'a> = dyn FnMut(&[u8]) -> Option<Result<Vec<u8>, WireError>> + 'a;

/// Copies a message; each field of this number is replaced where `rewrite` has something else for it.
fn rewritten(message: &[u8], number: u64, rewrite: &mut Rewrite<'_>) -> Result<Vec<u8>, WireError> {
    let mut out = Vec::with_capacity(message.len() + 64);
    for field in with_bytes(message) {
        let (field, raw) = field?;
        let new = match field.value {
            Value::Bytes(bytes) if field.number == number => rewrite(bytes),
            Value::Bytes(_) | Value::Varint(_) | Value::Fixed(_) => None,
        };
        match new {
            Some(new) => put_bytes(&mut out, number, &new?),
            None => out.extend_from_slice(raw),
        }
    }
    Ok(out)
}

/// The fields of a message, each with the bytes that it was read from.
fn with_bytes(message: &[u8]) -> impl Iterator<Item = Result<(Field<'_>, &[u8]), WireError>> {
    let mut rest = fields(message);
    iter::from_fn(move || {
        let before = rest.left();
        let field = rest.next()?;
        let raw = before.get(..before.len() - rest.left().len()).unwrap_or_default();
        Some(field.map(|field| (field, raw)))
    })
}

/// `NodeProto`: `op_type` 4, attribute 5. `None` inside where the node is another one or its locale is known.
fn normaliser(node: &[u8]) -> Result<Option<Vec<u8>>, WireError> {
    let (mut is_one, mut is_known, mut out) = (false, false, Vec::with_capacity(node.len() + 32));
    for field in with_bytes(node) {
        let (field, raw) = field?;
        match (field.number, field.value) {
            (4, Value::Bytes(name)) => is_one = name == OPERATOR,
            (5, Value::Bytes(attribute)) => {
                if let Some(locale) = locale_of(attribute)? {
                    is_known = KNOWN.contains(&locale);
                    continue;
                }
            }
            (_, _) => {}
        }
        out.extend_from_slice(raw);
    }
    if !is_one || is_known {
        return Ok(None);
    }
    put_bytes(&mut out, 5, &locale_attribute());
    Ok(Some(out))
}

/// `AttributeProto`: name 1, s 4.
fn locale_of(attribute: &[u8]) -> Result<Option<&[u8]>, WireError> {
    let (mut is_locale, mut text) = (false, &b""[..]);
    for field in fields(attribute) {
        let field = field?;
        match (field.number, field.value) {
            (1, Value::Bytes(name)) => is_locale = name == b"locale",
            (4, Value::Bytes(value)) => text = value,
            (_, _) => {}
        }
    }
    Ok(is_locale.then_some(text))
}

/// The attribute `locale`, of type STRING (3, in field 20).
fn locale_attribute() -> Vec<u8> {
    let mut attribute = Vec::new();
    put_bytes(&mut attribute, 1, b"locale");
    put_bytes(&mut attribute, 4, LOCALE);
    put_varint(&mut attribute, 20 << 3);
    attribute.push(3);
    attribute
}

fn put_bytes(out: &mut Vec<u8>, number: u64, bytes: &[u8]) {
    put_varint(out, number << 3 | 2);
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(u8::try_from(value & 0x7f).unwrap_or(0) | 0x80);
        value >>= 7;
    }
    out.push(u8::try_from(value).unwrap_or(0));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(parts: &[(u64, &[u8])]) -> Vec<u8> {
        let mut out = Vec::new();
        for (number, bytes) in parts {
            put_bytes(&mut out, *number, bytes);
        }
        out
    }

    fn model(node: &[u8]) -> Vec<u8> {
        let graph = message(&[(1, &message(&[(4, b"Relu")])), (1, node), (2, b"graph")]);
        [vec![8, 9], message(&[(7, &graph), (2, b"exporter")])].concat()
    }

    #[test]
    fn a_missing_or_strange_locale_is_replaced_and_all_else_stays() {
        let strange = message(&[(1, b"locale"), (4, b"de_DE")]);
        let case = message(&[(1, b"case_change_action"), (4, b"LOWER")]);
        for attributes in [vec![(5, case.as_slice())], vec![(5, strange.as_slice()), (5, case.as_slice())]] {
            let node = message(&[&[(4, OPERATOR)][..], &attributes].concat());
            let expected = model(&message(&[(4, OPERATOR), (5, &case), (5, &locale_attribute())]));
            assert_eq!(with_known_locale(&model(&node)), Some(expected));
        }
    }

    #[test]
    fn a_known_locale_and_another_operator_are_left_alone() {
        let known = message(&[(1, b"locale"), (4, b"C")]);
        assert_eq!(with_known_locale(&model(&message(&[(4, OPERATOR), (5, &known)]))), None);
        assert_eq!(with_known_locale(&model(&message(&[(4, b"Tokenizer"), (1, OPERATOR)]))), None);
        assert_eq!(with_known_locale(&[&model(b"")[..], OPERATOR].concat()), None, "broken bytes stay as they are");
    }
}
