"""Makes starter/hello.onnx: one softmax layer over the pixels, trained for a few seconds on MNIST.

Needs numpy and onnx. It leaves out the first 500 training images, on which the exercise is graded.
"""

import gzip
from pathlib import Path

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save

HERE = Path(__file__).parent
DATA = HERE.parent / "mnist-digits" / "data"


def read(name, header):
    return np.frombuffer(gzip.open(DATA / name).read(), np.uint8, offset=header)


images = read("train-images-idx3-ubyte.gz", 16).reshape(-1, 784)[500:].astype(np.float32) / 255
labels = read("train-labels-idx1-ubyte.gz", 8)[500:]
wanted = np.eye(10, dtype=np.float32)[labels]

rng = np.random.default_rng(1)
weights, bias = np.zeros((784, 10), np.float32), np.zeros(10, np.float32)
for epoch in range(10):
    for batch in np.array_split(rng.permutation(len(images)), 600):
        scores = images[batch] @ weights + bias
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        error = (scores / scores.sum(axis=1, keepdims=True) - wanted[batch]) / len(batch)
        weights -= 0.3 * images[batch].T @ error
        bias -= 0.3 * error.sum(axis=0)

graph = helper.make_graph(
    [
        helper.make_node("Flatten", ["images"], ["pixels"], axis=1),
        helper.make_node("Gemm", ["pixels", "weights", "bias"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["scores"], axis=1),
    ],
    "hello",
    [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["N", 28, 28, 1])],
    [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["N", 10])],
    [numpy_helper.from_array(weights, "weights"), numpy_helper.from_array(bias, "bias")],
)
model = helper.make_model(
    graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="assay hello-onnx"
)
checker.check_model(model)
save(model, HERE / "starter" / "hello.onnx")
