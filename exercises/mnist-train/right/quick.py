"""Fixed random filters, and one linear layer that is solved for rather than trained: a few seconds.

The filters are random patches of training images. What they give is rectified and averaged over a grid of 4 x 4,
and a ridge regression finds the weights from there to the ten digits. The file is written with onnx.helper.
"""

import gzip
import os
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

DATA = Path(os.environ["ASSAY_DATA"])
FILTERS, SIZE, STRIDE, POOL = 48, 5, 2, 3
OUT = (28 - SIZE) // STRIDE + 1  # 12 positions in each direction
GRID = OUT // POOL  # 4
RIDGE = 3.0
rng = np.random.default_rng(int(os.environ["ASSAY_SEED"]))


def read_idx(name):
    with gzip.open(DATA / name) as file:
        data = file.read()
    shape = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(data[3])]
    return np.frombuffer(data, np.uint8, offset=4 + 4 * len(shape)).reshape(shape)


def patches(images):
    """[N, 28, 28] -> [N * 12 * 12, 25]"""
    windows = np.lib.stride_tricks.sliding_window_view(images, (SIZE, SIZE), axis=(1, 2))
    return windows[:, ::STRIDE, ::STRIDE].reshape(-1, SIZE * SIZE)


def features(images):
    """Filters, both signs rectified, averages over 3 x 3 positions, and a one for the bias."""
    answers = (patches(images) @ filters).reshape(len(images), GRID, POOL, GRID, POOL, FILTERS)
    parts = [np.maximum(answers, 0).mean((2, 4)), np.maximum(-answers, 0).mean((2, 4))]
    parts = [part.transpose(0, 3, 1, 2).reshape(len(images), -1) for part in parts]
    return np.concatenate([*parts, np.ones((len(images), 1), np.float32)], 1)


images = read_idx("train-images-idx3-ubyte.gz").astype(np.float32) / 255
labels = read_idx("train-labels-idx1-ubyte.gz")
order = rng.permutation(len(images))
valid, train = order[:2000], order[2000:]

# Patches with some ink in them, without their mean and of length one.
some = patches(images[train[:200]])
some = some[some.std(1) > 0.2]
filters = some[rng.choice(len(some), FILTERS, replace=False)]
filters = filters - filters.mean(1, keepdims=True)
filters = np.ascontiguousarray((filters / np.linalg.norm(filters, axis=1, keepdims=True)).T)

size = 2 * FILTERS * GRID * GRID + 1
products = RIDGE * np.eye(size, dtype=np.float64)
targets = np.zeros((size, 10))
valid_features = features(images[valid])
chunks = np.array_split(train, 29)
for number, chunk in enumerate(chunks, 1):
    x = features(images[chunk])
    y = np.eye(10, dtype=np.float32)[labels[chunk]]
    products += x.T @ x
    targets += x.T @ y
    if number % 7 == 1:  # after 2,000, 16,000, 30,000, 44,000 and 58,000 images
        weights = np.linalg.solve(products, targets).astype(np.float32)
        scores = valid_features @ weights
        loss = np.square(scores - np.eye(10)[labels[valid]]).mean()
        accuracy = (scores.argmax(1) == labels[valid]).mean()
        print(f"assay: epoch={number // 7 + 1} loss={loss:.4f} accuracy={accuracy:.4f}", flush=True)

half = FILTERS * GRID * GRID
kernel = filters.T.reshape(FILTERS, 1, SIZE, SIZE)
constants = {
    "shape": np.array([-1, 1, 28, 28], np.int64),
    "kernel": np.concatenate([kernel, -kernel]),
    "weights": weights[:-1],
    "bias": weights[-1],
}
graph = helper.make_graph(
    [
        helper.make_node("Reshape", ["images", "shape"], ["one_channel"]),
        helper.make_node("Conv", ["one_channel", "kernel"], ["answers"], strides=[STRIDE, STRIDE]),
        helper.make_node("Relu", ["answers"], ["rectified"]),
        helper.make_node("AveragePool", ["rectified"], ["pooled"], kernel_shape=[POOL, POOL], strides=[POOL, POOL]),
        helper.make_node("Flatten", ["pooled"], ["flat"]),
        helper.make_node("Gemm", ["flat", "weights", "bias"], ["scores"]),
    ],
    "quick",
    [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["N", 28, 28, 1])],
    [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["N", 10])],
    [numpy_helper.from_array(np.ascontiguousarray(value), name) for name, value in constants.items()],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
onnx.checker.check_model(model)
onnx.save(model, "model.onnx")
print("wrote model.onnx")
