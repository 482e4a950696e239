//! Multiply-adds of a model for one sample, from the shapes that can be known before the run.
//!
//! Counted are the products of convolutions, matrices, recurrent cells, linear models and support vectors; everything
//! else, such as sums, activations and trees, counts as nothing. Shapes go forward from the inputs, whose first
//! dimension is the batch, and from what is stored. What a file says about the shapes in between is not believed, since
//! ONNX Runtime runs it all the same when it is wrong. Where a shape that is needed depends on values, there is no
//! number. Assumes a file that passed the static check, and looks at no more than a bounded number of names.

mod node;
mod products;
mod rearrange;
mod shapes;
mod sizes;
mod tensor;
#[cfg(test)]
pub mod tests;

use std::collections::{HashMap, HashSet, VecDeque};

use crate::grading::{
    adapt::given_shape,
    contract::{Contract, InputSpec},
    wire::{Value as Wire, fields},
};

use node::Node;
pub use node::one_name;
use tensor::Tensor;

/// Names of inputs and outputs, of nodes and of graphs, looked at in one model.
const MAX_NAMES: usize = 200_000;
/// Bytes of functions looked at, counted again for each call.
const MAX_CALLED: usize = 64 << 20;
/// Nesting of graphs and calls.
const MAX_DEPTH: u32 = 48;

/// Multiply-adds for one sample of the exercise, rounded up; `None` where a shape is not known.
pub fn multiply_adds(model: &[u8], contract: &Contract) -> Option<u64> {
    let messages = |wanted| bytes_of(model, wanted);
    let mut count = Count { functions: HashMap::new(), names: 0, called: 0 };
    for function in messages(25) {
        if !are_single(function, &[1, 10, 13]) {
            return None;
        }
        let text = |number| bytes_of(function, number).last().unwrap_or(b"");
        count.functions.insert([one_name(text(10)), text(1), text(13)], function);
    }
    let graph = messages(7).next()?;
    let mut batch = 1_u64;
    let mut scope = Scope::default();
    count.store(graph, &mut scope)?;
    for input in bytes_of(graph, 11) {
        let (name, declared) = tensor::value_info(input)?;
        // What is stored is a default that is never replaced.
        if !scope.known.contains_key(name) {
            count.take_names(1)?;
            let named = |spec: &&InputSpec| contract.inputs.len() == 1 || spec.name.as_bytes() == name;
            let (size, given) = given_shape(contract.inputs.iter().find(named)?, &declared)?;
            let shape = given.into_iter().map(|size| size as u64).collect();
            // A batch of nothing is never run, so it has no cost of a sample.
            batch = u64::try_from(size).ok().filter(|size| *size > 0)?;
            scope.define(name, Tensor { shape: Some(shape), ..Tensor::default() })?;
        }
    }
    Some(count.nodes(bytes_of(graph, 1), &mut scope, 0)?.div_ceil(batch))
}

/// The contents of all fields of a number, as far as the message can be read.
fn bytes_of(message: &[u8], number: u64) -> impl Iterator<Item = &[u8]> {
    fields(message).map_while(Result::ok).filter_map(move |field| match field.value {
        Wire::Bytes(content) if field.number == number => Some(content),
        _ => None,
    })
}

/// Whether none of these fields, of which a message has one, is there twice: readers differ in which they take then.
fn are_single(message: &[u8], numbers: &[u64]) -> bool {
    let mut seen = HashSet::new();
    let mut listed = fields(message).map_while(Result::ok).filter(|field| numbers.contains(&field.number));
    listed.all(|field| seen.insert(field.number))
}

/// The nodes in an order in which each comes after those that it takes from, as a file should have them but need not:
/// converters append theirs. `None` if they go round in a circle.
fn in_order<'n, 'a>(nodes: &'n [Node<'a>]) -> Option<Vec<&'n Node<'a>>> {
    let made = |(index, node): (usize, &'n Node<'a>)| node.outputs.iter().map(move |name| (*name, index));
    let makers: HashMap<&[u8], usize> = nodes.iter().enumerate().flat_map(made).collect();
    let mut takers = vec![Vec::new(); nodes.len()];
    let mut missing = vec![0_usize; nodes.len()];
    for (index, (node, missing)) in nodes.iter().zip(&mut missing).enumerate() {
        for maker in node.inputs.iter().filter(|name| !name.is_empty()).filter_map(|name| makers.get(name)) {
            takers.get_mut(*maker)?.push(index);
            *missing += 1;
        }
    }
    let mut ready: VecDeque<usize> = (0..nodes.len()).filter(|index| missing.get(*index) == Some(&0)).collect();
    let mut ordered = Vec::with_capacity(nodes.len());
    while let Some(index) = ready.pop_front() {
        ordered.push(nodes.get(index)?);
        for &taker in takers.get(index)? {
            let missing = missing.get_mut(taker)?;
            *missing -= 1;
            if *missing == 0 {
                ready.push_back(taker);
            }
        }
    }
    (ordered.len() == nodes.len()).then_some(ordered)
}

/// What is known of the tensors of one graph, and of those around it.
#[derive(Default)]
struct Scope<'a, 's> {
    known: HashMap<&'a [u8], Tensor>,
    outer: Option<&'s Scope<'a, 's>>,
}

impl<'a> Scope<'a, '_> {
    fn get(&self, name: &[u8]) -> Tensor {
        match self.known.get(name) {
            Some(tensor) => tensor.clone(),
            None => self.outer.map_or_else(Tensor::default, |outer| outer.get(name)),
        }
    }

    /// `None` if the name stands for something already.
    fn define(&mut self, name: &'a [u8], tensor: Tensor) -> Option<()> {
        self.known.insert(name, tensor).is_none().then_some(())
    }
}

/// The counting of one model.
struct Count<'a> {
    functions: HashMap<[&'a [u8]; 3], &'a [u8]>,
    names: usize,
    called: usize,
}

impl<'a> Count<'a> {
    /// Takes in what a graph stores.
    fn store(&mut self, graph: &'a [u8], scope: &mut Scope<'a, '_>) -> Option<()> {
        for stored in bytes_of(graph, 5) {
            self.take_names(1)?;
            scope.define(bytes_of(stored, 8).last().unwrap_or(b""), tensor::stored(stored)?)?;
        }
        Some(())
    }

    /// Multiply-adds of a graph without inputs inside another, and what is known of its outputs.
    fn graph(&mut self, graph: &'a [u8], outer: &Scope<'a, '_>, depth: u32) -> Option<(u64, Vec<Tensor>)> {
        if depth > MAX_DEPTH {
            return None;
        }
        let mut scope = Scope { known: HashMap::new(), outer: Some(outer) };
        self.store(graph, &mut scope)?;
        let cost = self.nodes(bytes_of(graph, 1), &mut scope, depth)?;
        let output = |output| Some(scope.get(tensor::value_info(output)?.0));
        let outputs = bytes_of(graph, 12).map(output).collect::<Option<_>>()?;
        Some((cost, outputs))
    }

    fn take_names(&mut self, number: usize) -> Option<()> {
        self.names += number;
        (self.names <= MAX_NAMES).then_some(())
    }

    fn nodes(&mut self, nodes: impl Iterator<Item = &'a [u8]>, scope: &mut Scope<'a, '_>, depth: u32) -> Option<u64> {
        let mut read = Vec::new();
        for bytes in nodes {
            let node = Node::read(bytes)?;
            self.take_names(node.inputs.len() + node.outputs.len())?;
            read.push(node);
        }
        let mut total = 0_u64;
        for node in in_order(&read)? {
            let inputs: Vec<Tensor> = node.inputs.iter().map(|name| scope.get(name)).collect();
            let (cost, outputs) = self.node(node, &inputs, scope, depth)?;
            total = total.checked_add(cost)?;
            let mut outputs = outputs.into_iter();
            for name in &node.outputs {
                let output = outputs.next().unwrap_or_default();
                if !name.is_empty() {
                    scope.define(name, output)?;
                }
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
        let mut scope = Scope::default();
        for (name, input) in bytes_of(function, 4).zip(inputs) {
            scope.define(name, input.clone())?;
        }
        let cost = self.nodes(bytes_of(function, 7), &mut scope, depth + 1)?;
        Some((cost, bytes_of(function, 5).map(|name| scope.get(name)).collect()))
    }

    /// The dearer branch; shapes where both agree.
    fn branches(&mut self, node: &Node<'a>, scope: &Scope<'a, '_>, depth: u32) -> Option<(u64, Vec<Tensor>)> {
        let mut result: Option<(u64, Vec<Tensor>)> = None;
        for graph in node.graphs() {
            let (cost, outputs) = self.graph(graph, scope, depth + 1)?;
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
