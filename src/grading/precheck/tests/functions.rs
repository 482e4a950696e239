//! Functions that a model defines: honest ones are expanded on paper, bombs and circles are refused.

use super::*;

/// The message of a function in the domain `mine`; nodes as [`node`] makes them for a graph.
fn function(name: &str, nodes: &[Vec<u8>]) -> Vec<u8> {
    // In a function a node is field 7, in a graph field 1.
    let nodes: Vec<u8> = nodes.iter().flat_map(|node| [&[7 << 3 | 2], &node[1..]].concat()).collect();
    bytes(25, [bytes(1, name), bytes(10, "mine"), nodes].concat())
}

fn call(name: &str) -> Vec<u8> {
    node(name, "mine", b"")
}

fn with(graph: &[u8], functions: &[Vec<u8>]) -> Vec<u8> {
    model_of(8, 17, graph, &functions.concat())
}

/// Each function calls the next twice.
fn bomb(height: u32) -> Vec<Vec<u8>> {
    let name = |level: u32| format!("f{level}");
    let mut functions: Vec<_> =
        (0..height).map(|level| function(&name(level), &[call(&name(level + 1)), call(&name(level + 1))])).collect();
    functions.push(function(&name(height), &[node("Relu", "", b"")]));
    functions
}

#[test]
fn honest_functions_are_counted_where_they_are_called() {
    let gelu = function("gelu", &[node("Erf", "", b""), node("Mul", "", b"")]);
    let block = function("block", &[call("gelu"), node("If", "", subgraph(&call("gelu")))]);
    let facts = accepted(&with(&[call("block"), call("block"), call("gelu")].concat(), &[block, gelu]));
    assert_eq!((facts.functions, facts.nodes), (2, 19));
}

#[test]
fn a_bomb_is_refused_without_being_expanded() {
    assert_eq!(reason(&with(&call("f0"), &bomb(30))), Reason::TooManyNodes);
    assert_eq!(accepted(&with(&call("f0"), &bomb(10))).nodes, 1024 + 2 * 1023 + 1);
    accepted(&with(b"", &bomb(30)));
}

#[test]
fn circles_and_long_chains_are_refused() {
    assert_eq!(reason(&with(b"", &[function("f", &[call("f")])])), Reason::LocalFunctions);
    let circle = [function("f", &[call("g")]), function("g", &[node("If", "", subgraph(&call("f")))])];
    assert_eq!(reason(&with(b"", &circle)), Reason::LocalFunctions);
    let chain = |length: usize| -> Vec<_> {
        let mut chain: Vec<_> =
            (0..length).map(|i| function(&format!("f{i}"), &[call(&format!("f{}", i + 1))])).collect();
        chain.push(function(&format!("f{length}"), &[]));
        chain
    };
    accepted(&with(&call("f0"), &chain(20)));
    assert_eq!(reason(&with(&call("f0"), &chain(40))), Reason::LocalFunctions);
    let mut backwards = chain(5000);
    backwards.reverse();
    assert_eq!(reason(&with(&call("f0"), &backwards)), Reason::LocalFunctions);
}

#[test]
fn bodies_follow_the_rules_of_graphs() {
    assert_eq!(reason(&with(b"", &[function("f", &[node("RandomNormal", "", b"")])])), Reason::OperatorNotAllowed);
    assert_eq!(reason(&with(b"", &[function("f", &[node("g", "mine", b"")])])), Reason::OperatorDomain);
    let twice = [function("f", &[]), function("f", &[])];
    assert_eq!(reason(&with(b"", &twice)), Reason::LocalFunctions);
    let graph = node("f", "mine", subgraph(b""));
    assert_eq!(reason(&with(&graph, &[function("f", &[])])), Reason::LocalFunctions);
    let many = vec![node("Relu", "", b""); 20_001];
    assert_eq!(reason(&with(b"", &[function("f", &many)])), Reason::TooManyNodes);
}

#[test]
fn a_function_cannot_stand_in_for_a_denied_operator() {
    let named = bytes(25, [bytes(1, "RandomNormal"), bytes(10, "")].concat());
    assert_eq!(reason(&with(&node("RandomNormal", "ai.onnx", b""), &[named])), Reason::OperatorNotAllowed);
}

#[test]
fn overloads_are_functions_of_their_own() {
    let overload = |node: Vec<u8>, name: &str| {
        let body = if node.is_empty() { node } else { bytes(7, &node[2..]) };
        bytes(25, [bytes(1, "f"), bytes(10, "mine"), body, bytes(13, name)].concat())
    };
    let two = [overload(Vec::new(), "a"), overload(node("Relu", "", b""), "b")];
    let calls = [node("f", "mine", bytes(8, "a")), node("f", "mine", bytes(8, "b"))].concat();
    assert_eq!(accepted(&with(&calls, &two)).nodes, 3);
    assert_eq!(reason(&with(&call("f"), &two)), Reason::OperatorDomain);
}
