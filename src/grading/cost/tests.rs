//! Multiply-adds of single operators, of small graphs by hand, and of committed models.

use crate::grading::{
    contract::{Dtype, InputKind, Target},
    precheck::tests::files::models,
    wire::build::{attribute, bytes, int, list, node, number, numbers, value, weights, wired},
};

use super::*;

fn shapes(shapes: &[&[u64]]) -> Vec<Tensor> {
    shapes.iter().map(|shape| Tensor { shape: Some(shape.to_vec()), ..Tensor::default() }).collect()
}

/// Cost and first shape of one operator with products.
fn price(operator: &str, attributes: &[u8], inputs: &[&[u64]]) -> Option<(u64, Vec<u64>)> {
    let field = wired(operator, &[], "y", attributes);
    let node = Node::read(bytes_of(&field, 1).next().unwrap()).unwrap();
    let (cost, outputs) = products::multiply_adds(&node, &shapes(inputs)).unwrap();
    Some((cost?, outputs.into_iter().next()??))
}

/// First output of one operator without products; the inputs have names, so that none seems to be left out.
fn shape_of(operator: &str, attributes: &[u8], inputs: &[Tensor]) -> Option<Vec<u64>> {
    let node_bytes = wired(operator, &["a", "b", "c", "d", "e"][..inputs.len()], "y", attributes);
    let content = bytes_of(&node_bytes, 1).next().unwrap();
    shapes::outputs(&Node::read(content).unwrap(), inputs).into_iter().next()?.shape
}

fn tensor(shape: &[u64]) -> Tensor {
    Tensor { shape: Some(shape.to_vec()), ..Tensor::default() }
}

fn values(ints: &[i64]) -> Tensor {
    Tensor { shape: Some(vec![ints.len() as u64]), ints: Some(ints.to_vec()), stored: true, rows: None }
}

/// A model with one input `x`.
fn model(input: &[u64], parts: &[Vec<u8>]) -> Vec<u8> {
    bytes(7, [parts.concat(), bytes(11, value("x", input))].concat())
}

/// The cost of a model where samples have this shape: none for a text, three sizes for an image.
pub fn cost(model: &[u8], shape: &[usize]) -> Option<u64> {
    let kind = match shape.len() {
        0 => InputKind::Text,
        3 => InputKind::Image,
        _ => InputKind::Vector,
    };
    let input = InputSpec { name: "x".into(), kind, shape: shape.to_vec(), dtype: Dtype::Float32 };
    multiply_adds(model, &Contract { inputs: vec![input], output: "y".into(), target: Target::Value })
}

#[test]
fn convolutions_count_each_output_and_the_kernel_behind_it() {
    let conv = |attributes: &[u8], x: &[u64], w: &[u64]| price("Conv", attributes, &[x, w]);
    assert_eq!(conv(b"", &[1, 1, 28, 28], &[32, 1, 3, 3]), Some((26 * 26 * 32 * 9, vec![1, 32, 26, 26])));
    let same = attribute("auto_pad", bytes(4, "SAME_UPPER"));
    assert_eq!(conv(&same, &[1, 1, 28, 28], &[8, 1, 5, 5]), Some((28 * 28 * 8 * 25, vec![1, 8, 28, 28])));
    let strided = [numbers("strides", &[2, 2]), numbers("pads", &[1, 1, 1, 1]), number("group", 8)].concat();
    assert_eq!(conv(&strided, &[1, 8, 28, 28], &[8, 1, 3, 3]), Some((14 * 14 * 8 * 9, vec![1, 8, 14, 14])));
    let dilated = numbers("dilations", &[2]);
    assert_eq!(conv(&dilated, &[1, 4, 10], &[6, 4, 3]), Some((6 * 6 * 12, vec![1, 6, 6])));
    assert_eq!(conv(b"", &[1, 1, 2, 2], &[1, 1, 3, 3]), None, "a kernel larger than the image");
    assert_eq!(conv(&numbers("strides", &[0, 0]), &[1, 1, 9, 9], &[1, 1, 3, 3]), None);
    assert_eq!(conv(b"", &[1, 1, u64::MAX, 9], &[9, 1, 1, 1]), None, "no overflow");
    let stride = numbers("strides", &[2, 2]);
    let back = price("ConvTranspose", &stride, &[&[1, 16, 7, 7], &[16, 8, 2, 2]]);
    assert_eq!(back, Some((16 * 49 * 8 * 4, vec![1, 8, 14, 14])));
    let quantised = price("QLinearConv", b"", &[&[1, 3, 8, 8], &[], &[], &[4, 3, 1, 1]]);
    assert_eq!(quantised, Some((64 * 12, vec![1, 4, 8, 8])));
}

#[test]
fn matrices_follow_numpy() {
    let matmul = |a: &[u64], b: &[u64]| price("MatMul", b"", &[a, b]);
    assert_eq!(matmul(&[1, 784], &[784, 10]), Some((7840, vec![1, 10])));
    assert_eq!(matmul(&[784], &[784, 10]), Some((7840, vec![10])));
    assert_eq!(matmul(&[5, 784], &[784]), Some((3920, vec![5])));
    assert_eq!(matmul(&[2, 1, 3, 4], &[6, 4, 5]), Some((2 * 6 * 3 * 4 * 5, vec![2, 6, 3, 5])));
    assert_eq!(matmul(&[2, 3], &[]), None);
    let turned = number("transB", 1);
    assert_eq!(price("Gemm", &turned, &[&[1, 64], &[10, 64]]), Some((640, vec![1, 10])));
    assert_eq!(price("FusedMatMul", &turned, &[&[2, 64], &[10, 64]]), Some((1280, vec![2, 10])));
    let few_bits = [number("K", 64), number("N", 10)].concat();
    assert_eq!(price("MatMulNBits", &few_bits, &[&[2, 64]]), Some((1280, vec![2, 10])));
    let einsum = attribute("equation", bytes(4, "bij, bjk -> bik"));
    assert_eq!(price("Einsum", &einsum, &[&[2, 3, 4], &[2, 4, 5]]), Some((120, vec![2, 3, 5])));
}

#[test]
fn cells_and_linear_models_are_counted() {
    let lstm = price("LSTM", b"", &[&[28, 1, 28], &[1, 512, 28], &[1, 512, 128]]);
    assert_eq!(lstm, Some((28 * 512 * (28 + 128), vec![28, 1, 1, 128])));
    let floats = |name: &str, count: usize| attribute(name, bytes(7, vec![0; 4 * count]));
    let classes = numbers("classlabels_ints", &[0, 1, 2]);
    let linear = price("LinearClassifier", &[floats("coefficients", 12), classes].concat(), &[&[5, 4]]);
    assert_eq!(linear, Some((60, vec![5])));
    let vectors = [floats("coefficients", 6), floats("support_vectors", 24)].concat();
    assert_eq!(price("SVMClassifier", &vectors, &[&[1, 4]]), Some((30, vec![1])));
    assert_eq!(price("Attention", b"", &[&[1, 4, 8]]), None, "not followed");
}

/// Operator, attributes, inputs, expected shape.
type Case = (&'static str, Vec<u8>, Vec<Tensor>, Vec<u64>);

#[test]
fn shapes_go_through_operators_without_products() {
    let x = tensor(&[1, 8, 26, 26]);
    let pool = [numbers("kernel_shape", &[2, 2]), numbers("strides", &[2, 2])].concat();
    let cases: Vec<Case> = vec![
        ("Relu", vec![], vec![x.clone()], vec![1, 8, 26, 26]),
        ("Add", vec![], vec![x.clone(), tensor(&[8, 1, 1])], vec![1, 8, 26, 26]),
        ("MaxPool", pool, vec![x.clone()], vec![1, 8, 13, 13]),
        ("GlobalAveragePool", vec![], vec![x.clone()], vec![1, 8, 1, 1]),
        ("Flatten", vec![], vec![x.clone()], vec![1, 8 * 676]),
        ("Transpose", numbers("perm", &[0, 2, 3, 1]), vec![x.clone()], vec![1, 26, 26, 8]),
        ("Reshape", vec![], vec![x.clone(), values(&[0, -1, 26])], vec![1, 208, 26]),
        ("Squeeze", vec![], vec![x.clone()], vec![8, 26, 26]),
        ("Squeeze", numbers("axes", &[0]), vec![tensor(&[1, 5, 1])], vec![5, 1]),
        ("Unsqueeze", vec![], vec![tensor(&[5]), values(&[0, -1])], vec![1, 5, 1]),
        ("Concat", number("axis", 1), vec![x.clone(), x.clone()], vec![1, 16, 26, 26]),
        ("Pad", vec![], vec![x.clone(), values(&[0, 0, 1, 1, 0, 0, 1, 1])], vec![1, 8, 28, 28]),
        ("Slice", vec![], vec![x.clone(), values(&[1]), values(&[i64::MAX]), values(&[2])], vec![1, 8, 25, 26]),
        ("Gather", number("axis", 1), vec![x.clone(), tensor(&[])], vec![1, 26, 26]),
        ("ReduceMean", numbers("axes", &[2, 3]), vec![x.clone()], vec![1, 8, 1, 1]),
        ("ReduceSum", number("keepdims", 0), vec![x.clone()], vec![]),
        ("ArgMax", [number("axis", 1), number("keepdims", 0)].concat(), vec![x.clone()], vec![1, 26, 26]),
        ("Split", number("axis", 1), vec![x.clone()], vec![1, 8, 26, 26]),
        ("DepthToSpace", number("blocksize", 2), vec![x.clone()], vec![1, 2, 52, 52]),
        ("Tile", vec![], vec![tensor(&[2, 3]), values(&[2, 1])], vec![4, 3]),
        ("Expand", vec![], vec![tensor(&[3, 1]), values(&[2, 1, 6])], vec![2, 3, 6]),
        ("TopK", vec![], vec![tensor(&[1, 10]), values(&[3])], vec![1, 3]),
        ("ArrayFeatureExtractor", vec![], vec![tensor(&[1, 9]), tensor(&[4])], vec![1, 4]),
    ];
    for (operator, attributes, inputs, expected) in cases {
        assert_eq!(shape_of(operator, &attributes, &inputs), Some(expected), "{operator}");
    }
    assert_eq!(shape_of("Reshape", b"", &[x.clone(), values(&[7, -1])]), None, "does not divide");
    assert_eq!(shape_of("NonZero", b"", &[x]), None);
    assert_eq!(shape_of("Size", b"", &[tensor(&[1 << 40, 1 << 40])]), None, "no overflow");
    let back = [values(&[-1]), values(&[-100]), values(&[0]), values(&[-1])];
    assert_eq!(shape_of("Slice", b"", &[&[tensor(&[7])], back.as_slice()].concat()), Some(vec![7]), "backwards");
}

#[test]
fn shapes_that_are_computed_are_followed() {
    // Shape -> Gather -> Concat -> Reshape, as exporters flatten with a free batch.
    let graph = [
        bytes(5, list("zero", &[0])),
        bytes(5, list("rest", &[-1])),
        bytes(5, weights("w", &[12, 10])),
        wired("Shape", &["x"], "s", b""),
        wired("Gather", &["s", "zero"], "n", b""),
        wired("Concat", &["n", "rest"], "t", &number("axis", 0)),
        wired("Reshape", &["x", "t"], "f", b""),
        wired("MatMul", &["f", "w"], "y", b""),
    ];
    assert_eq!(cost(&model(&[0, 3, 4], &graph), &[3, 4]), Some(120));
    assert_eq!(cost(&model(&[7, 3, 4], &graph), &[3, 4]), Some(120), "a fixed batch is shared by its samples");
    assert_eq!(cost(&model(&[0, 3, 5], &graph), &[3, 5]), Some(150));
    assert_eq!(
        cost(&model(&[0, 3, 4], &graph.iter().rev().cloned().collect::<Vec<_>>()), &[3, 4]),
        Some(120),
        "any order"
    );
    let unknown = [graph[2].clone(), wired("NonZero", &["x"], "f", b""), graph[7].clone()];
    assert_eq!(cost(&model(&[0, 12], &unknown), &[12]), None);
    // What an input leaves open is what the exercise gives it.
    assert_eq!(cost(&model(&[0, 0, 0], &graph), &[3, 4]), Some(120));
    assert_eq!(cost(&model(&[], &graph), &[3, 4]), Some(120));
}

#[test]
fn what_a_file_says_about_its_shapes_is_not_believed() {
    let graph = [
        bytes(5, list("again", &[1, 50])),
        bytes(5, weights("w", &[600, 10])),
        wired("Tile", &["x", "again"], "wide", b""),
        wired("MatMul", &["wide", "w"], "y", b""),
    ];
    let claims = [bytes(13, value("wide", &[0, 12])), bytes(12, value("y", &[12]))];
    let file = |input: &[u64]| model(input, &[&graph[..], &claims].concat());
    assert_eq!(cost(&file(&[0, 12]), &[12]), Some(6000));
    assert_eq!(cost(&file(&[4, 12]), &[12]), Some(6000));
    let hidden = wired("NonZero", &["x"], "wide", b"");
    assert_eq!(
        cost(&model(&[0, 12], &[&[graph[1].clone(), hidden, graph[3].clone()], &claims[..]].concat()), &[12]),
        None
    );
}

#[test]
fn a_batch_of_nothing_has_no_cost() {
    let sizes = [bytes(1, int(1, 0)), bytes(1, int(1, 12))].concat();
    let input = [bytes(1, "x"), bytes(2, bytes(1, [int(1, 1), bytes(2, sizes)].concat()))].concat();
    let nodes = [bytes(5, weights("w", &[12, 10])), wired("MatMul", &["x", "w"], "y", b"")].concat();
    assert_eq!(cost(&bytes(7, [nodes, bytes(11, input)].concat()), &[12]), None);
}

#[test]
fn numbers_that_wrap_are_not_followed() {
    // −2 + 3 in whole numbers of 64 bits, and 254 + 3 after a byte.
    let repeated = |to: i64| {
        [
            bytes(5, list("minus", &[-2])),
            bytes(5, list("three", &[3])),
            bytes(5, list("one", &[1])),
            wired("Cast", &["minus"], "odd", &number("to", to)),
            wired("Cast", &["odd"], "even", &number("to", 7)),
            wired("Add", &["even", "three"], "times", b""),
            wired("Concat", &["one", "times"], "again", &number("axis", 0)),
            wired("Tile", &["x", "again"], "wide", b""),
            bytes(5, weights("w", &[12, 10])),
            wired("MatMul", &["wide", "w"], "y", b""),
        ]
    };
    assert_eq!(cost(&model(&[0, 12], &repeated(6)), &[12]), Some(120));
    assert_eq!(cost(&model(&[0, 12], &repeated(2)), &[12]), None);
    let large = [values(&[1 << 20]), values(&[1 << 20])];
    let product = wired("Mul", &["a", "b"], "y", b"");
    let product = Node::read(bytes_of(&product, 1).next().unwrap()).unwrap();
    assert_eq!(shapes::outputs(&product, &large)[0].ints, None, "more than 32 bits");
}

#[test]
fn what_readers_could_take_in_two_ways_has_no_number() {
    let conv = |rest: &[u8]| {
        let conv = wired("Conv", &["x", "k"], "y", rest);
        cost(&model(&[0, 1, 8, 8], &[bytes(5, weights("k", &[4, 1, 3, 3])), conv]), &[8, 8, 1])
    };
    let strides = |stride| numbers("strides", &[stride, stride]);
    assert_eq!(conv(&strides(3)), Some(2 * 2 * 4 * 9));
    assert_eq!(conv(&[strides(3), strides(1)].concat()), None, "an attribute twice");
    let group = attribute("group", [int(3, 1), int(3, 4)].concat());
    assert_eq!(conv(&group), None, "a value twice");
    assert_eq!(conv(&bytes(4, "Relu")), None, "two operators");
    let graph =
        [wired("MatMul", &["x", "w"], "y", b""), bytes(5, weights("w", &[12, 1])), bytes(5, weights("w", &[12, 9]))];
    assert_eq!(cost(&model(&[0, 12], &graph[..2]), &[12]), Some(12));
    assert_eq!(cost(&model(&[0, 12], &graph), &[12]), None, "two tensors of one name");
    let shape = bytes(2, bytes(1, [int(1, 1), bytes(2, bytes(1, int(1, 12)))].concat()));
    let twice = bytes(7, [&graph[..2].concat()[..], &bytes(11, [value("x", &[12]), shape].concat())].concat());
    assert_eq!(cost(&twice, &[12]), None, "two shapes of one input");
}

#[test]
fn texts_are_counted_by_their_phrases() {
    let phrases = numbers("ngram_indexes", &[0, 2, 4, 1, 3]);
    let graph = [
        wired("StringNormalizer", &["x"], "lower", b""),
        wired("Tokenizer", &["lower"], "words", b""),
        wired("Flatten", &["words"], "flat", b""),
        wired("TfIdfVectorizer", &["flat"], "counts", &phrases),
        bytes(5, weights("w", &[5, 3])),
        wired("MatMul", &["counts", "w"], "y", b""),
    ];
    assert_eq!(cost(&model(&[0], &graph), &[]), Some(15));
    assert_eq!(cost(&model(&[0, 1], &graph), &[]), Some(15));
}

#[test]
fn a_model_for_one_sample_has_no_batch() {
    let graph =
        [bytes(5, weights("w", &[12, 10])), wired("MatMul", &["x", "w"], "y", b""), bytes(12, value("y", &[10]))];
    assert_eq!(cost(&model(&[12], &graph), &[12]), Some(120));
    // Not even if its output claims to have as many rows.
    let claim = bytes(12, value("y", &[12]));
    assert_eq!(cost(&model(&[12], &[&graph[..2], &[claim]].concat()), &[12]), Some(120));
}

#[test]
fn what_is_stored_is_computed_once() {
    let graph = [
        bytes(5, weights("a", &[12, 20])),
        bytes(5, weights("b", &[20, 10])),
        wired("MatMul", &["a", "b"], "w", b""),
        wired("MatMul", &["x", "w"], "y", b""),
    ];
    assert_eq!(cost(&model(&[0, 12], &graph), &[12]), Some(120));
}

#[test]
fn functions_and_branches_are_entered() {
    let product = wired("MatMul", &["x", "w"], "y", b"");
    let function = [bytes(1, "f"), bytes(10, "mine"), bytes(4, "x"), bytes(4, "w"), bytes(5, "y")].concat();
    let function = bytes(25, [function, bytes(7, bytes_of(&product, 1).next().unwrap())].concat());
    let call = node("f", "mine", [bytes(1, "x"), bytes(1, "v"), bytes(2, "z")].concat());
    let graph = model(&[0, 12], &[bytes(5, weights("v", &[12, 10])), call]);
    assert_eq!(cost(&[function, graph].concat(), &[12]), Some(120));
    let branch =
        |name: &str, nodes: &[u8]| attribute(name, bytes(6, [nodes, &bytes(12, value("y", &[0, 10]))].concat()));
    let both = [branch("then_branch", &product), branch("else_branch", &wired("Relu", &["x"], "y", b""))].concat();
    let graph = [bytes(5, weights("w", &[12, 10])), wired("If", &["c"], "y", &both)];
    assert_eq!(cost(&model(&[0, 12], &graph), &[12]), Some(120), "the dearer branch");
    let repeated = |nodes: &[u8]| model(&[0, 12], &[wired("Loop", &["n", "c"], "y", &branch("body", nodes))]);
    assert_eq!(cost(&repeated(&product), &[12]), None);
    assert_eq!(cost(&repeated(&wired("Relu", &["x"], "y", b"")), &[12]), Some(0));
}

#[test]
fn committed_models_cost_what_they_cost_by_hand() {
    let read = |path: &str| std::fs::read(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    // Three convolutions, 28 to 26, 13 to 11, 5 to 3, and two dense layers.
    let network = 26 * 26 * 32 * 9 + 11 * 11 * 64 * 288 + 3 * 3 * 64 * 576 + 576 * 64 + 64 * 10;
    for file in std::fs::read_dir(format!("{}/exercises/mnist-digits/right", env!("CARGO_MANIFEST_DIR"))).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(cost(&std::fs::read(&path).unwrap(), &[28, 28, 1]), Some(network), "{}", path.display());
    }
    for (path, expected) in [
        ("exercises/mnist-digits/wrong/torch_cnn_nchw_legacy.onnx", network),
        ("exercises/mnist-digits/wrong/torch_cnn_nchw_static1.onnx", network),
        ("exercises/mnist-digits/wrong/external_torch_default.onnx", network),
        ("exercises/mnist-digits/wrong/numpy_mlp_onnx_helper.onnx", 784 * 128 + 128 * 10),
        ("exercises/mnist-digits/wrong/sklearn_logreg_double.onnx", 7840),
        ("exercises/mnist-digits/wrong/sklearn_logreg_zipmap.onnx", 7840),
        ("exercises/mnist-digits/wrong/sklearn_decisiontree.onnx", 0),
        ("exercises/mnist-digits/wrong/xgboost.onnx", 0),
        ("tests/models/batch64.onnx", 7840),
        ("tests/models/int8.onnx", 7840),
    ] {
        assert_eq!(cost(&read(path), &[28, 28, 1]), Some(expected), "{path}");
    }
}

#[test]
fn every_honest_model_has_a_number() {
    for (name, file) in models("tests/models/zoo") {
        assert!(cost(&file, &[28, 28, 1]).is_some(), "{name}");
    }
}

#[test]
fn nonsense_has_no_number() {
    assert_eq!(cost(b"", &[12]), None);
    assert_eq!(cost(&[int(1, 8), bytes(7, b"")].concat(), &[12]), Some(0));
    let mut function = [bytes(1, "f"), bytes(10, "mine")].concat();
    let call = node("f", "mine", b"");
    function.extend(bytes(7, bytes_of(&call, 1).next().unwrap()));
    assert_eq!(cost(&[bytes(25, function), bytes(7, call)].concat(), &[12]), None, "a circle ends");
}
