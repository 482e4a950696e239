//! Walks over the messages of a model: once for what the whole model declares, once for its graphs and functions.

use crate::grading::{
    adapt::Refusal,
    report::ModelFacts,
    verdict::Reason,
    wire::{Value, fields},
};

use super::{
    MAX_DEPTH, MAX_IR, MAX_NODES, MAX_OPSET, MAX_OPSET_MICROSOFT, MAX_OPSET_ML, Weights, entry,
    functions::{Body, Functions, expanded},
    operators::check_operator,
    read, refuse,
    tensor::check_tensor,
    text,
    training::Switches,
};

/// Longest value of `assay.scale`.
const MAX_SCALE: usize = 64;

/// Checks a `ModelProto`: `ir_version` 1, `producer_name` 2, graph 7, `opset_import` 8, `metadata_props` 14,
/// `training_info` 20, functions 25. `facts` are filled in as far as the reading comes.
pub fn model(bytes: &[u8], weights: Option<&Weights<'_>>, facts: &mut ModelFacts) -> Result<(), Refusal> {
    let (mut graph, mut functions) = (None, Functions::default());
    for field in fields(bytes) {
        match read(field)? {
            (1, Value::Varint(version)) => facts.ir_version = version,
            (2, Value::Bytes(name)) => facts.producer = text(name),
            (7, Value::Bytes(_)) if graph.is_some() => return refuse(Reason::NotOnnx),
            (7, Value::Bytes(content)) => graph = Some(content),
            (8, Value::Bytes(import)) => opset(import, facts)?,
            (14, Value::Bytes(entry)) => metadata(entry, facts)?,
            (20, _) => return refuse(Reason::TrainingInfo),
            (25, Value::Bytes(function)) => functions.define(function)?,
            _ => {}
        }
    }
    let Some(graph) = graph else { return refuse(Reason::NotOnnx) };
    if facts.ir_version == 0 {
        return refuse(Reason::NotOnnx);
    }
    if facts.ir_version > MAX_IR {
        return Err(Refusal::new(Reason::IrTooNew, &[("found", &facts.ir_version), ("limit", &MAX_IR)]));
    }
    graphs(graph, &functions, weights, facts)
}

/// Checks the bodies of all functions, then the main graph.
fn graphs<'a>(
    graph: &'a [u8],
    functions: &Functions<'a>,
    weights: Option<&Weights<'_>>,
    facts: &mut ModelFacts,
) -> Result<(), Refusal> {
    let mut walk = Walk { facts, weights, functions, body: Body::default(), switches: Switches::default(), nodes: 0 };
    let mut bodies = Vec::new();
    for function in functions.contents() {
        walk.function(function)?;
        bodies.push(walk.end_of_body()?);
    }
    walk.graph(graph, 0)?;
    let main = walk.end_of_body()?;
    facts.functions = bodies.len() as u64;
    facts.nodes = expanded(&bodies, &main)?;
    Ok(())
}

/// `OperatorSetIdProto`: domain 1, version 2.
fn opset(bytes: &[u8], facts: &mut ModelFacts) -> Result<(), Refusal> {
    let (mut domain, mut version) = (&b""[..], 0);
    for field in fields(bytes) {
        match read(field)? {
            (1, Value::Bytes(name)) => domain = name,
            (2, Value::Varint(number)) => version = number,
            _ => {}
        }
    }
    let limit = match domain {
        b"" | b"ai.onnx" => {
            facts.opset = facts.opset.max(version);
            if version > MAX_OPSET {
                return Err(Refusal::new(Reason::OpsetTooNew, &[("opset", &version), ("limit", &MAX_OPSET)]));
            }
            return Ok(());
        }
        b"ai.onnx.ml" => {
            facts.opset_ml = facts.opset_ml.max(Some(version));
            MAX_OPSET_ML
        }
        b"com.microsoft" => MAX_OPSET_MICROSOFT,
        // Nothing of another domain can be run unless the model defines it.
        _ => return Ok(()),
    };
    if version > limit {
        let args: [(&str, &dyn ToString); 3] = [("domain", &text(domain)), ("opset", &version), ("limit", &limit)];
        return Err(Refusal::new(Reason::DomainOpsetTooNew, &args));
    }
    Ok(())
}

fn metadata(bytes: &[u8], facts: &mut ModelFacts) -> Result<(), Refusal> {
    let (key, value) = entry(bytes)?;
    if key == b"assay.scale" && value.len() <= MAX_SCALE {
        facts.scale = Some(text(value).trim().to_owned());
    }
    Ok(())
}

/// One pass over the graph and the bodies of the functions.
struct Walk<'a, 'b> {
    facts: &'b mut ModelFacts,
    weights: Option<&'b Weights<'b>>,
    functions: &'b Functions<'a>,
    /// What the body that is being read contains.
    body: Body,
    switches: Switches<'a>,
    /// Nodes in the whole file.
    nodes: u64,
}

/// What a node's attributes are about, as far as the rules care.
#[derive(Default)]
struct Attributes {
    graph: bool,
    training_mode: bool,
    /// A value that is the single boolean true.
    yes: bool,
}

impl<'a> Walk<'a, '_> {
    fn end_of_body(&mut self) -> Result<Body, Refusal> {
        std::mem::take(&mut self.switches).check()?;
        Ok(std::mem::take(&mut self.body))
    }

    /// `FunctionProto`: node 7, `opset_import` 9, `attribute_proto` 11, `value_info` 12.
    fn function(&mut self, bytes: &'a [u8]) -> Result<(), Refusal> {
        for field in fields(bytes) {
            match read(field)? {
                (7, Value::Bytes(node)) => self.node(node, 0)?,
                (9, Value::Bytes(import)) => opset(import, &mut ModelFacts::default())?,
                (11, Value::Bytes(default)) => self.attribute(default, 0, &mut Attributes::default())?,
                (12, Value::Bytes(value)) => value_info(value)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// `GraphProto`: node 1, initializer 5, input 11, output 12, `value_info` 13, `sparse_initializer` 15.
    fn graph(&mut self, bytes: &'a [u8], depth: u32) -> Result<(), Refusal> {
        if depth > MAX_DEPTH {
            return refuse(Reason::TooDeep);
        }
        for field in fields(bytes) {
            match read(field)? {
                (1, Value::Bytes(node)) => self.node(node, depth)?,
                (5, Value::Bytes(tensor)) => {
                    let tensor = check_tensor(tensor, self.weights, self.facts)?;
                    if tensor.yes {
                        self.switches.is_on(tensor.name);
                    }
                }
                (11..=13, Value::Bytes(value)) => value_info(value)?,
                (15, _) => return refuse(Reason::SparseTensor),
                _ => {}
            }
        }
        Ok(())
    }

    /// `NodeProto`: input 1, output 2, `op_type` 4, attribute 5, domain 7, overload 8.
    fn node(&mut self, bytes: &'a [u8], depth: u32) -> Result<(), Refusal> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(Refusal::new(Reason::TooManyNodes, &[("limit", &MAX_NODES)]));
        }
        let (mut operator, mut domain, mut overload) = (&b""[..], &b""[..], &b""[..]);
        let (mut inputs, mut switch, mut output) = (0, &b""[..], &b""[..]);
        let mut attributes = Attributes::default();
        for field in fields(bytes) {
            match read(field)? {
                (1, Value::Bytes(name)) => {
                    inputs += 1;
                    // Dropout's third input is its training mode.
                    if inputs == 3 {
                        switch = name;
                    }
                }
                (2, Value::Bytes(name)) => output = name,
                (4, Value::Bytes(name)) => operator = name,
                (5, Value::Bytes(attribute)) => self.attribute(attribute, depth, &mut attributes)?,
                (7, Value::Bytes(name)) => domain = name,
                (8, Value::Bytes(name)) => overload = name,
                _ => {}
            }
        }
        self.body.nodes += 1;
        let function = self.functions.find(domain, operator, overload);
        check_operator(domain, operator, function.is_some())?;
        if let Some(function) = function {
            // A graph handed to a function could be repeated by it; no exporter writes this.
            if attributes.graph {
                return refuse(Reason::LocalFunctions);
            }
            self.body.calls.push(function);
        }
        match operator {
            b"Constant" if attributes.yes => self.switches.is_on(output),
            b"Dropout" => self.switches.asked_by_dropout(switch),
            b"BatchNormalization" if attributes.training_mode => {
                return Err(Refusal::new(Reason::TrainingMode, &[("op", &"BatchNormalization")]));
            }
            _ => {}
        }
        Ok(())
    }

    /// `AttributeProto`: name 1, i 3, t 5, g 6, floats 7, ints 8, tensors 10, graphs 11, tp 14, `type_protos` 15,
    /// `sparse_tensor` 22, `sparse_tensors` 23.
    fn attribute(&mut self, bytes: &'a [u8], depth: u32, seen: &mut Attributes) -> Result<(), Refusal> {
        let (mut name, mut number, mut tensors, mut graphs, mut ints) = (&b""[..], 0, 0, 0, 0);
        for field in fields(bytes) {
            match read(field)? {
                (1, Value::Bytes(text)) => name = text,
                (3, Value::Varint(value)) => number = value,
                (kind @ (5 | 10), Value::Bytes(tensor)) => {
                    tensors += u32::from(kind == 5);
                    seen.yes |= check_tensor(tensor, self.weights, self.facts)?.yes;
                }
                (kind @ (6 | 11), Value::Bytes(graph)) => {
                    graphs += u32::from(kind == 6);
                    seen.graph = true;
                    self.graph(graph, depth + 1)?;
                }
                // Linear models, support vectors and trees keep their numbers here.
                (7, value) => self.facts.parameters += value.count_fixed(4),
                (8, value) => ints += value.count_varints(),
                (14 | 15, Value::Bytes(value_type)) => type_depth(value_type, 0)?,
                (22 | 23, _) => return refuse(Reason::SparseTensor),
                _ => {}
            }
        }
        // Two messages where one belongs would be merged by other readers into a third that nobody checked.
        if tensors > 1 || graphs > 1 {
            return refuse(Reason::NotOnnx);
        }
        if name == b"value_ints" {
            self.facts.parameters += ints;
        }
        seen.training_mode |= name == b"training_mode" && number == 1;
        Ok(())
    }
}

/// `ValueInfoProto`: type 2.
fn value_info(bytes: &[u8]) -> Result<(), Refusal> {
    for field in fields(bytes) {
        if let (2, Value::Bytes(value_type)) = read(field)? {
            type_depth(value_type, 0)?;
        }
    }
    Ok(())
}

/// `TypeProto`: sequence 4 and optional 9 with their element in 1, map 5 with its value in 2.
fn type_depth(bytes: &[u8], depth: u32) -> Result<(), Refusal> {
    if depth > MAX_DEPTH {
        return refuse(Reason::TooDeep);
    }
    for field in fields(bytes) {
        let (outer, Value::Bytes(container)) = read(field)? else { continue };
        let inner = match outer {
            4 | 9 => 1,
            5 => 2,
            _ => continue,
        };
        for field in fields(container) {
            let (number, value) = read(field)?;
            if let (true, Value::Bytes(element)) = (number == inner, value) {
                type_depth(element, depth + 1)?;
            }
        }
    }
    Ok(())
}
