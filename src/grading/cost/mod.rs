//! Multiply-adds of a model for one sample, from the shapes that can be known before the run.
//!
//! Counted are the products of convolutions, matrices, recurrent cells, linear models and support vectors; everything
//! else, such as sums, activations and trees, counts as nothing. Shapes go forward from the inputs, whose first
//! dimension is the batch. Where a shape that is needed depends on values, there is no number. Assumes a file that
//! passed the static check, and looks at no more than a bounded number of names.

mod node;
mod products;
mod rearrange;
mod shapes;
mod sizes;
mod tensor;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use crate::grading::wire::{Value as Wire, fields};

use node::Node;
pub use node::one_name;
use tensor::Tensor;

/// Names of inputs and outputs, of nodes and of graphs, looked at in one model.
const MAX_NAMES: usize = 200_000;
/// Bytes of functions looked at, counted again for each call.
const MAX_CALLED: usize = 64 << 20;
/// Nesting of graphs and calls.
const MAX_DEPTH: u32 = 48;

/// Multiply-adds for one sample, rounded up; `None` where a shape is not known.
pub fn multiply_adds(model: &[u8]) -> Option<u64> {
    let messages = |wanted| bytes_of(model, wanted);
    let mut count = Count { functions: HashMap::new(), names: 0, called: 0, batch: 1, batch_name: b"" };
    for function in messages(25) {
        let text = |number| bytes_of(function, number).last().unwrap_or(b"");
        count.functions.insert([one_name(text(10)), text(1), text(13)], function);
    }
    let graph = messages(7).next()?;
    count.find_batch(graph);
    let (cost, _) = count.graph(graph, None, 0)?;
    Some(cost.div_ceil(count.batch))
}

/// The contents of all fields of a number, as far as the message can be read.
fn bytes_of(message: &[u8], number: u64) -> impl Iterator<Item = &[u8]> {
    fields(message).map_while(Result::ok).filter_map(move |field| match field.value {
        Wire::Bytes(content) if field.number == number => Some(content),
        _ => None,
    })
}

/// Whether an output may have so many rows; a model for one sample, without a batch, has none that does.
fn may_answer(graph: &[u8], batch: u64) -> bool {
    let rows = |output| tensor::value_info(output).1.and_then(|dims| dims.first().copied());
    let differs = |output| matches!(rows(output), Some(tensor::Dim::Size(size)) if size > 0 && size != batch);
    let mut outputs = bytes_of(graph, 12).peekable();
    outputs.peek().is_none() || !outputs.all(differs)
}

/// What is known of the tensors of one graph, and of those around it.
struct Scope<'a, 's> {
    known: HashMap<&'a [u8], Tensor>,
    /// Shapes that the file itself states, for tensors whose shape cannot be followed.
    stated: HashMap<&'a [u8], Tensor>,
    outer: Option<&'s Scope<'a, 's>>,
}

impl<'a> Scope<'a, '_> {
    fn get(&self, name: &[u8]) -> Tensor {
        match self.known.get(name) {
            Some(tensor) => tensor.clone(),
            None => self.outer.map_or_else(Tensor::default, |outer| outer.get(name)),
        }
    }

    fn set(&mut self, name: &'a [u8], mut tensor: Tensor) {
        if tensor.shape.is_none() {
            tensor.shape = self.stated.get(name).and_then(|stated| stated.shape.clone());
        }
        self.known.insert(name, tensor);
    }
}

/// The counting of one model.
struct Count<'a> {
    functions: HashMap<[&'a [u8]; 3], &'a [u8]>,
    names: usize,
    called: usize,
    /// Samples in a batch: 1 unless the model fixes another number.
    batch: u64,
    /// The name of the batch dimension, where it has one.
    batch_name: &'a [u8],
}

impl<'a> Count<'a> {
    /// Looks for the batch in the first dimension of the first input that is not stored.
    fn find_batch(&mut self, graph: &'a [u8]) {
        let names = bytes_of(graph, 5).take(MAX_NAMES).filter_map(|tensor| bytes_of(tensor, 8).last());
        let stored: HashSet<&[u8]> = names.collect();
        let mut inputs = bytes_of(graph, 11).map(tensor::value_info);
        if let Some((_, dims)) = inputs.find(|(name, _)| !stored.contains(name)) {
            match dims.as_deref().and_then(|dims| dims.first().copied()) {
                Some(tensor::Dim::Size(size)) if size > 0 && may_answer(graph, size) => self.batch = size,
                Some(tensor::Dim::Name(name)) => self.batch_name = name,
                Some(tensor::Dim::Size(_)) | None => {}
            }
        }
    }

    /// Multiply-adds of a graph, and what is known of its outputs.
    fn graph(&mut self, graph: &'a [u8], outer: Option<&Scope<'a, '_>>, depth: u32) -> Option<(u64, Vec<Tensor>)> {
        if depth > MAX_DEPTH {
            return None;
        }
        let mut scope = Scope { known: HashMap::new(), stated: HashMap::new(), outer };
        for value in bytes_of(graph, 12).chain(bytes_of(graph, 13)) {
            let (name, dims) = tensor::value_info(value);
            self.take_names(1)?;
            // A list of unknown length may be anything.
            let shape = dims.and_then(|dims| self.shape(&dims, dims.len() != 1));
            scope.stated.insert(name, Tensor { shape, ..Tensor::default() });
        }
        for value in bytes_of(graph, 11) {
            let (name, dims) = tensor::value_info(value);
            self.take_names(1)?;
            let shape = dims.and_then(|dims| self.shape(&dims, true));
            scope.set(name, Tensor { shape, ..Tensor::default() });
        }
        for stored in bytes_of(graph, 5) {
            self.take_names(1)?;
            scope.set(bytes_of(stored, 8).last().unwrap_or(b""), tensor::stored(stored));
        }
        let cost = self.nodes(bytes_of(graph, 1), &mut scope, depth)?;
        let outputs = bytes_of(graph, 12).map(|output| scope.get(tensor::value_info(output).0)).collect();
        Some((cost, outputs))
    }

    /// A stated shape as numbers: an unknown first size is the batch, if it may be, every other one is a number.
    fn shape(&self, dims: &[tensor::Dim<'a>], batched: bool) -> Option<Vec<u64>> {
        let size = |(index, dim)| match dim {
            tensor::Dim::Size(size) if size > 0 => Some(size),
            tensor::Dim::Name(name) if !name.is_empty() && name == self.batch_name => Some(self.batch),
            tensor::Dim::Size(_) | tensor::Dim::Name(_) => (index == 0 && batched).then_some(self.batch),
        };
        dims.iter().copied().enumerate().map(size).collect()
    }

    fn take_names(&mut self, number: usize) -> Option<()> {
        self.names += number;
        (self.names <= MAX_NAMES).then_some(())
    }

    fn nodes(&mut self, nodes: impl Iterator<Item = &'a [u8]>, scope: &mut Scope<'a, '_>, depth: u32) -> Option<u64> {
        let mut total = 0_u64;
        for bytes in nodes {
            let node = Node::read(bytes)?;
            self.take_names(node.inputs.len() + node.outputs.len())?;
            let inputs: Vec<Tensor> = node.inputs.iter().map(|name| scope.get(name)).collect();
            let (cost, outputs) = self.node(&node, &inputs, scope, depth)?;
            total = total.checked_add(cost)?;
            let mut outputs = outputs.into_iter();
            for name in &node.outputs {
                scope.set(name, outputs.next().unwrap_or_default());
            }
        }
        Some(total)
    }

    fn node(
        &mut self,
        node: &Node<'a>,
        inputs: &[Tensor],
        scope: &Scope<'a, '_>,
        depth: u32,
    ) -> Option<(u64, Vec<Tensor>)> {
        if let Some(function) = self.functions.get(&node.key()).copied() {
            return self.call(function, inputs, depth);
        }
        match node.operator {
            b"If" => self.branches(node, scope, depth),
            b"Loop" | b"Scan" | b"SequenceMap" => {
                let free = node.graphs().all(|graph| self.is_free(graph, depth));
                free.then(|| (0, Vec::new()))
            }
            _ => {
                // What depends on stored values only is computed once, when the model is loaded.
                let stored = node.inputs.iter().zip(inputs).all(|(name, tensor)| name.is_empty() || tensor.stored);
                let (cost, outputs) = match products::multiply_adds(node, inputs) {
                    Some((cost, shapes)) => (if stored { Some(0) } else { cost }, sizes::of_shapes(shapes)),
                    None => (Some(0), shapes::outputs(node, inputs)),
                };
                let marked = outputs.into_iter().map(|tensor| Tensor { stored: stored && cost.is_some(), ..tensor });
                Some((cost?, marked.collect()))
            }
        }
    }

    /// `FunctionProto`: input 4, output 5, node 7.
    fn call(&mut self, function: &'a [u8], inputs: &[Tensor], depth: u32) -> Option<(u64, Vec<Tensor>)> {
        self.called = self.called.saturating_add(function.len());
        if depth > MAX_DEPTH || self.called > MAX_CALLED {
            return None;
        }
        let known = bytes_of(function, 4).zip(inputs.iter().cloned()).collect();
        let mut scope = Scope { known, stated: HashMap::new(), outer: None };
        let cost = self.nodes(bytes_of(function, 7), &mut scope, depth + 1)?;
        Some((cost, bytes_of(function, 5).map(|name| scope.get(name)).collect()))
    }

    /// The dearer branch; shapes where both agree.
    fn branches(&mut self, node: &Node<'a>, scope: &Scope<'a, '_>, depth: u32) -> Option<(u64, Vec<Tensor>)> {
        let mut result: Option<(u64, Vec<Tensor>)> = None;
        for graph in node.graphs() {
            let (cost, outputs) = self.graph(graph, Some(scope), depth + 1)?;
            result = Some(match result {
                None => (cost, outputs),
                Some((other, before)) => {
                    let agree = |(a, b): (Tensor, Tensor)| if a.shape == b.shape { a } else { Tensor::default() };
                    let outputs = before.into_iter().zip(outputs).map(agree);
                    (cost.max(other), outputs.map(|tensor| Tensor { stored: false, ints: None, ..tensor }).collect())
                }
            });
        }
        result
    }

    /// Whether a graph has nothing that is counted, however often it is run.
    fn is_free(&self, graph: &'a [u8], depth: u32) -> bool {
        depth <= MAX_DEPTH
            && bytes_of(graph, 1).all(|bytes| {
                let Some(node) = Node::read(bytes) else { return false };
                products::multiply_adds(&node, &[]).is_none()
                    && !self.functions.contains_key(&node.key())
                    && node.graphs().all(|graph| self.is_free(graph, depth + 1))
            })
    }
}
