"""Writes by hand what PyTorch's exporter writes by default: a fixed batch, weights in a second file, local functions.

`torch_dynamo/` holds `model.onnx` and `model.onnx.data` with the batch of the example fixed at 2. `torch_functions.onnx`
calls a function of the domain pkg.onnxscript.torch_lib. Needs numpy, onnx and onnxruntime.
"""

import numpy as np
import onnx
from onnx import TensorProto as T
from onnx import checker, external_data_helper, helper, numpy_helper

from record import HERE, digits, record
from networks import Network

make, info = helper.make_node, helper.make_tensor_value_info


def network():
    images, labels = digits(10_000, 20_000)
    standard = (images.astype(np.float32) / 255 - np.float32(0.1307)) / np.float32(0.3081)
    return Network("cnn", filters=4).train(standard, labels, steps=800)


def tensors(trained):
    """As a torch module names them, kernels [out,in,h,w], and the linear layer [out,in] over planes."""
    places = 12
    kernel = trained.p["w1"].reshape(5, 5, 1, 4).transpose(3, 2, 0, 1)
    linear = trained.p["w2"].reshape(places, places, 4, 10).transpose(3, 2, 0, 1).reshape(10, -1)
    named = {"conv.weight": kernel, "conv.bias": trained.p["b1"], "fc.weight": linear, "fc.bias": trained.p["b2"]}
    return [numpy_helper.from_array(np.ascontiguousarray(value), key) for key, value in named.items()]


def layers():
    return [
        make("Conv", ["x", "conv.weight", "conv.bias"], ["conv2d"], name="node_conv2d", strides=[2, 2], kernel_shape=[5, 5]),
        make("Relu", ["conv2d"], ["relu"], name="node_relu"),
        make("Flatten", ["relu"], ["view"], name="node_view", axis=1),
        make("Gemm", ["view", "fc.weight", "fc.bias"], ["linear"], name="node_linear", transB=1),
    ]


def two_files(stored):
    inputs, outputs = [info("x", T.FLOAT, [2, 1, 28, 28])], [info("linear", T.FLOAT, [2, 10])]
    graph = helper.make_graph(layers(), "main_graph", inputs, outputs, stored)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10, producer_name="pytorch")
    folder = HERE / "torch_dynamo"
    folder.mkdir(exist_ok=True)
    (folder / "model.onnx.data").unlink(missing_ok=True)
    external_data_helper.convert_model_to_external_data(model, location="model.onnx.data", size_threshold=0)
    onnx.save(model, folder / "model.onnx")
    expected = "two files; channels first; batch fixed at 2; scale 0.1307,0.3081; logits"
    record("torch_dynamo/model.onnx", expected, "0.1307,0.3081", "torch_dynamo/model.onnx.data")


def functions(stored):
    library = "pkg.onnxscript.torch_lib"
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid(library, 1)]
    inside = [make("Transpose", ["weight"], ["turned"], perm=[1, 0]), make("MatMul", ["given", "turned"], ["product"]),
              make("Add", ["product", "bias"], ["result"])]  # fmt: skip
    linear = helper.make_function(library, "aten_linear", ["given", "weight", "bias"], ["result"], inside, opsets)
    relu = helper.make_function(library, "aten_relu", ["self"], ["result"], [make("Relu", ["self"], ["result"])], opsets)
    nodes = layers()
    nodes[1] = make("aten_relu", ["conv2d"], ["relu"], name="node_relu", domain=library)
    nodes[3] = make("aten_linear", ["view", "fc.weight", "fc.bias"], ["linear"], name="node_linear", domain=library)
    inputs, outputs = [info("x", T.FLOAT, ["s0", 1, 28, 28])], [info("linear", T.FLOAT, ["s0", 10])]
    graph = helper.make_graph(nodes, "main_graph", inputs, outputs, stored)
    model = helper.make_model(graph, opset_imports=opsets, ir_version=10, producer_name="pytorch", functions=[linear, relu])
    checker.check_model(model)
    onnx.save(model, HERE / "torch_functions.onnx")
    record("torch_functions.onnx", "channels first; scale 0.1307,0.3081; logits (local functions)", "0.1307,0.3081")


if __name__ == "__main__":
    trained = network()
    two_files(tensors(trained))
    functions(tensors(trained))
