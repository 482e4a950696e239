//! One node as its operators' rules need it: names, and attributes by name.

use std::collections::HashSet;

use crate::grading::wire::{Value, fields};

use super::{are_single, bytes_of};

/// Most names and attributes of one node; more are written by no exporter.
const MAX_PARTS: usize = 4096;

/// A `NodeProto`: input 1, output 2, `op_type` 4, attribute 5, domain 7, overload 8.
pub struct Node<'a> {
    /// Names of inputs, empty where one is left out.
    pub inputs: Vec<&'a [u8]>,
    /// Names of outputs.
    pub outputs: Vec<&'a [u8]>,
    /// The operator.
    pub operator: &'a [u8],
    domain: &'a [u8],
    overload: &'a [u8],
    attributes: Vec<(&'a [u8], &'a [u8])>,
    /// Whether an attribute has the value of an attribute of the function around.
    pub borrows: bool,
}

/// The name of a domain that stands for all of its names: the default one has two.
pub fn one_name(domain: &[u8]) -> &[u8] {
    if domain == b"ai.onnx" { b"" } else { domain }
}

impl<'a> Node<'a> {
    /// Reads a node; `None` if it has too many parts, is unclear, or cannot be read.
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut node = Self {
            inputs: Vec::new(),
            outputs: Vec::new(),
            operator: b"",
            domain: b"",
            overload: b"",
            attributes: Vec::new(),
            borrows: false,
        };
        for field in fields(bytes) {
            let field = field.ok()?;
            let Value::Bytes(content) = field.value else { continue };
            match field.number {
                1 => node.inputs.push(content),
                2 => node.outputs.push(content),
                4 => node.operator = content,
                5 => node.attributes.push((bytes_of(content, 1).last().unwrap_or(b""), content)),
                7 => node.domain = one_name(content),
                8 => node.overload = content,
                _ => {}
            }
            if node.inputs.len() + node.outputs.len() + node.attributes.len() > MAX_PARTS {
                return None;
            }
        }
        let mut names = HashSet::new();
        let is_clear =
            |(name, content): &(&'a [u8], &[u8])| names.insert(*name) && are_single(content, &[1, 3, 4, 5, 6, 21]);
        if !are_single(bytes, &[4, 7, 8]) || !node.attributes.iter().all(is_clear) {
            return None;
        }
        // ref_attr_name is field 21.
        node.borrows = node.attributes.iter().any(|(_, content)| bytes_of(content, 21).next().is_some());
        Some(node)
    }

    /// Domain, operator and overload: the name of a function.
    pub fn key(&self) -> [&'a [u8]; 3] {
        [self.domain, self.operator, self.overload]
    }

    fn attribute(&self, name: &str) -> Option<&'a [u8]> {
        self.attributes.iter().find(|(own, _)| *own == name.as_bytes()).map(|(_, content)| *content)
    }

    /// An integer (field 3).
    pub fn int(&self, name: &str) -> Option<i64> {
        let mut numbers = fields(self.attribute(name)?).map_while(Result::ok);
        numbers.find_map(|field| match field.value {
            Value::Varint(value) if field.number == 3 => Some(value.cast_signed()),
            _ => None,
        })
    }

    /// A list of at most [`super::tensor::MAX_VALUES`] integers (field 8).
    pub fn ints(&self, name: &str) -> Option<Vec<i64>> {
        super::tensor::ints(self.attribute(name)?, 8)
    }

    /// The number of floats (field 7) in a list.
    pub fn count_floats(&self, name: &str) -> Option<u64> {
        let list = fields(self.attribute(name)?).map_while(Result::ok);
        Some(list.filter(|field| field.number == 7).map(|field| field.value.count_fixed(4)).sum())
    }

    /// The number of integers (field 8) in a list.
    pub fn count_ints(&self, name: &str) -> Option<u64> {
        let list = fields(self.attribute(name)?).map_while(Result::ok);
        Some(list.filter(|field| field.number == 8).map(|field| field.value.count_varints()).sum())
    }

    /// The largest integer (field 8) in a list of any length.
    pub fn largest(&self, name: &str) -> Option<i64> {
        each_int(self.attribute(name)?, 8).try_fold(None, |largest, value| Some(largest.max(Some(value?))))?
    }

    /// The number of texts (field 9) in a list.
    pub fn count_texts(&self, name: &str) -> Option<u64> {
        Some(bytes_of(self.attribute(name)?, 9).count() as u64)
    }

    /// A text (field 4).
    pub fn text(&self, name: &str) -> Option<&'a [u8]> {
        bytes_of(self.attribute(name)?, 4).last()
    }

    /// A tensor (field 5).
    pub fn tensor(&self, name: &str) -> Option<&'a [u8]> {
        bytes_of(self.attribute(name)?, 5).last()
    }

    /// All graphs (fields 6 and 11), in the order of the attributes.
    pub fn graphs(&self) -> impl Iterator<Item = &'a [u8]> + '_ {
        self.attributes.iter().flat_map(|(_, content)| bytes_of(content, 6).chain(bytes_of(content, 11)))
    }
}

/// Integers one by one and packed in a field; `None` where they are no integers, and above the limit.
pub fn packed_ints(message: &[u8], number: u64, limit: usize) -> Option<Vec<i64>> {
    let values: Vec<i64> = each_int(message, number).take(limit + 1).collect::<Option<_>>()?;
    (values.len() <= limit).then_some(values)
}

/// Integers one by one and packed in a field; `None` in place of what is no integer.
fn each_int(message: &[u8], number: u64) -> impl Iterator<Item = Option<i64>> {
    let listed = fields(message).map_while(Result::ok).filter(move |field| field.number == number);
    listed.flat_map(|field| field.value.varints()).map(|value| value.map(u64::cast_signed))
}
