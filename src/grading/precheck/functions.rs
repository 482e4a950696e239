//! Functions that a model defines: how many nodes are run when all calls are expanded, without expanding any.

use std::collections::HashMap;

use crate::grading::{
    adapt::Refusal,
    cost::one_name,
    verdict::Reason,
    wire::{Value, fields},
};

use super::{MAX_NODES, read, refuse};

/// Longest chain of calls.
const MAX_CALLS: u32 = 32;

/// Domain, name and overload.
type Key<'a> = [&'a [u8]; 3];

/// The functions of a model, in the order of the file.
#[derive(Default)]
pub struct Functions<'a> {
    contents: Vec<&'a [u8]>,
    by_name: HashMap<Key<'a>, usize>,
}

/// What the body of a function, or the main graph, contains.
#[derive(Debug, Default)]
pub struct Body {
    /// Number of nodes, subgraphs included.
    pub nodes: u64,
    /// The functions called, once per call, by their position.
    pub calls: Vec<usize>,
}

/// How far the counting of one function is.
#[derive(Clone, Copy)]
enum Count {
    New,
    Active,
    Done { nodes: u64, height: u32 },
}

impl<'a> Functions<'a> {
    /// Adds a `FunctionProto`: name 1, domain 10, overload 13.
    pub fn define(&mut self, bytes: &'a [u8]) -> Result<(), Refusal> {
        if self.contents.len() as u64 >= MAX_NODES {
            return Err(Refusal::new(Reason::TooManyNodes, &[("limit", &MAX_NODES)]));
        }
        let (mut domain, mut name, mut overload) = (&b""[..], &b""[..], &b""[..]);
        for field in fields(bytes) {
            match read(field)? {
                (1, Value::Bytes(text)) => name = text,
                (10, Value::Bytes(text)) => domain = text,
                (13, Value::Bytes(text)) => overload = text,
                _ => {}
            }
        }
        if self.by_name.insert(key(domain, name, overload), self.contents.len()).is_some() {
            return refuse(Reason::LocalFunctions);
        }
        self.contents.push(bytes);
        Ok(())
    }

    /// The position of the function that a node calls.
    pub fn find(&self, domain: &'a [u8], name: &'a [u8], overload: &'a [u8]) -> Option<usize> {
        self.by_name.get(&key(domain, name, overload)).copied()
    }

    /// The functions themselves.
    pub fn contents(&self) -> impl Iterator<Item = &'a [u8]> + '_ {
        self.contents.iter().copied()
    }
}

/// The nodes of the main graph with all calls expanded; refuses recursion, long chains and large numbers.
///
/// `bodies` are those of [`Functions::contents`], in that order.
pub fn expanded(bodies: &[Body], main: &Body) -> Result<u64, Refusal> {
    let mut counts = vec![Count::New; bodies.len()];
    for position in 0..bodies.len() {
        count(position, bodies, &mut counts, 0)?;
    }
    let (nodes, _) = sum(main, bodies, &mut counts, 0)?;
    if nodes > MAX_NODES {
        return Err(Refusal::new(Reason::TooManyNodes, &[("limit", &MAX_NODES)]));
    }
    Ok(nodes)
}

fn key<'a>(domain: &'a [u8], name: &'a [u8], overload: &'a [u8]) -> Key<'a> {
    [one_name(domain), name, overload]
}

/// Nodes and longest chain of calls of one function; each function is looked into once.
fn count(position: usize, bodies: &[Body], counts: &mut [Count], depth: u32) -> Result<(u64, u32), Refusal> {
    match counts.get(position) {
        Some(Count::Done { nodes, height }) => return Ok((*nodes, *height)),
        Some(Count::Active) | None => return refuse(Reason::LocalFunctions),
        Some(Count::New) => {}
    }
    let Some(body) = bodies.get(position) else { return refuse(Reason::LocalFunctions) };
    set(counts, position, Count::Active);
    let (nodes, height) = sum(body, bodies, counts, depth + 1)?;
    set(counts, position, Count::Done { nodes, height });
    Ok((nodes, height))
}

fn set(counts: &mut [Count], position: usize, count: Count) {
    if let Some(place) = counts.get_mut(position) {
        *place = count;
    }
}

fn sum(body: &Body, bodies: &[Body], counts: &mut [Count], depth: u32) -> Result<(u64, u32), Refusal> {
    if depth > MAX_CALLS {
        return refuse(Reason::LocalFunctions);
    }
    let (mut nodes, mut height) = (body.nodes, 0);
    for callee in &body.calls {
        let (inner, below) = count(*callee, bodies, counts, depth)?;
        nodes = nodes.saturating_add(inner);
        height = height.max(below + 1);
    }
    if height > MAX_CALLS { refuse(Reason::LocalFunctions) } else { Ok((nodes, height)) }
}
