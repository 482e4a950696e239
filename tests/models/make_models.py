"""Makes the variants of hello.onnx in this folder: one layer, the same weights, another shape or type each.

Needs numpy and onnx. All of them answer as exercises/hello-onnx/starter/hello.onnx does.
"""

from pathlib import Path

import numpy as np
from onnx import TensorProto as T, checker, helper, load, numpy_helper, save

HERE = Path(__file__).parent
HELLO = load(HERE.parent.parent / "exercises" / "hello-onnx" / "starter" / "hello.onnx")
WEIGHTS, BIAS = (numpy_helper.to_array(tensor) for tensor in HELLO.graph.initializer)


def make(name, shape, before=(), work=T.FLOAT, given=T.FLOAT, after=(), output=None, constants=()):
    """before: nodes from "images" to "ready"; after: nodes from "scores" to the output."""
    kind = helper.tensor_dtype_to_np_dtype(work)
    nodes = [
        *before,
        helper.make_node("Flatten", ["ready" if before else "images"], ["pixels"], axis=1),
        helper.make_node("Gemm", ["pixels", "weights", "bias"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["scores"], axis=1),
        *after,
    ]
    output = output or helper.make_tensor_value_info("scores", work, [shape[0], 10])
    initializers = [numpy_helper.from_array(WEIGHTS.astype(kind), "weights"), numpy_helper.from_array(BIAS.astype(kind), "bias")]
    initializers += [numpy_helper.from_array(np.array(value, np.float32), key) for key, value in constants]
    graph = helper.make_graph(nodes, name, [helper.make_tensor_value_info("images", given, shape)], [output], initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="assay tests")
    checker.check_model(model)
    save(model, HERE / f"{name}.onnx")


cast = helper.make_node("Cast", ["images"], ["wide"], to=T.FLOAT)
divide = helper.make_node("Div", ["wide", "most"], ["ready"])
most = ("most", 255)

make("batch64", [64, 28, 28, 1])
make("no_channel", ["N", 28, 28])
make("float64", ["N", 784], work=T.DOUBLE, given=T.DOUBLE)
make("float16", ["N", 1, 28, 28], work=T.FLOAT16, given=T.FLOAT16)
for name, kind in [("uint8", T.UINT8), ("int32", T.INT32), ("int64", T.INT64)]:
    make(name, ["N", 28, 28, 1], before=[cast, divide], given=kind, constants=[most])
shift = helper.make_node("Add", ["wide", "half"], ["shifted"])
unshift = helper.make_node("Div", ["shifted", "most"], ["ready"])
make("int8", ["N", 784], before=[cast, shift, unshift], given=T.INT8, constants=[most, ("half", 128)])
best = helper.make_node("ArgMax", ["scores"], ["label"], axis=1, keepdims=1)
make("labels", ["N", 784], after=[best], output=helper.make_tensor_value_info("label", T.INT64, ["N", 1]))
more = helper.make_node("Add", ["label0", "one"], ["label"])
best0 = helper.make_node("ArgMax", ["scores"], ["label0"], axis=1, keepdims=0)
one = helper.make_node("Constant", [], ["one"], value=numpy_helper.from_array(np.array(1, np.int64)))
make("labels_from_one", ["N", 784], after=[best0, one, more], output=helper.make_tensor_value_info("label", T.INT64, ["N"]))


def first_feature():
    """The first of 30 numbers, as a regression: [N, 30] -> [N, 1]."""
    take = numpy_helper.from_array(np.array([0], np.int64), "index")
    node = helper.make_node("Gather", ["x", "index"], ["y"], axis=1)
    values = [helper.make_tensor_value_info(name, T.FLOAT, shape) for name, shape in (("x", ["N", 30]), ("y", ["N", 1]))]
    graph = helper.make_graph([node], "first_feature", values[:1], values[1:], [take])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="assay tests")
    checker.check_model(model)
    save(model, HERE / "first_feature.onnx")


first_feature()


def lower_case():
    """Small letters without a locale, as exporters write it; then a score for one known text: [N] -> [N, 5]."""
    nodes = [
        helper.make_node("StringNormalizer", ["x"], ["lower"], case_change_action="LOWER"),
        helper.make_node(
            "LabelEncoder", ["lower"], ["known"], domain="ai.onnx.ml", keys_strings=["ünknown"], values_floats=[1.0], default_float=0.0
        ),
        helper.make_node("Unsqueeze", ["known", "axis"], ["column"]),
        helper.make_node("MatMul", ["column", "weights"], ["scores"]),
    ]
    constants = [numpy_helper.from_array(np.array([1], np.int64), "axis"), numpy_helper.from_array(np.ones((1, 5), np.float32), "weights")]
    x = helper.make_tensor_value_info("x", T.STRING, ["N"])
    scores = helper.make_tensor_value_info("scores", T.FLOAT, ["N", 5])
    graph = helper.make_graph(nodes, "lower_case", [x], [scores], constants)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="assay tests")
    save(model, HERE / "lower_case.onnx")


lower_case()
