"""A network with two hidden layers, trained on digits that are turned, scaled and shifted anew in each epoch."""

import gzip
import os
from pathlib import Path

import numpy as np
from skl2onnx import to_onnx
from sklearn.neural_network import MLPClassifier

DATA = Path(os.environ["ASSAY_DATA"])
SEED = int(os.environ["ASSAY_SEED"])
EPOCHS = 12
rng = np.random.default_rng(SEED)


def read_idx(name):
    with gzip.open(DATA / name) as file:
        data = file.read()
    shape = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(data[3])]
    return np.frombuffer(data, np.uint8, offset=4 + 4 * len(shape)).reshape(shape)


def moved(images):
    """Each image turned by up to 10 degrees, scaled by up to 12 % and shifted by up to 2 pixels, with bilinear sampling."""
    result = np.empty_like(images)
    rows, columns = np.mgrid[0:28, 0:28].astype(np.float32) - 13.5
    for start in range(0, len(images), 1000):
        part = images[start : start + 1000]
        angle, scale, down, right = rng.uniform(-1, 1, (4, len(part), 1, 1)).astype(np.float32)
        angle, scale, down, right = np.deg2rad(10) * angle, 1 + 0.12 * scale, 2 * down, 2 * right
        cosine, sine = np.cos(angle) / scale, np.sin(angle) / scale
        y = np.clip(cosine * rows + sine * columns + down + 13.5, 0, 26.999)
        x = np.clip(cosine * columns - sine * rows + right + 13.5, 0, 26.999)
        top, left = y.astype(np.int32), x.astype(np.int32)
        y, x = y - top, x - left
        at = np.arange(len(part), dtype=np.int32)[:, None, None] * 784 + top * 28 + left
        flat = part.reshape(-1)
        upper = flat[at] * (1 - x) + flat[at + 1] * x
        lower = flat[at + 28] * (1 - x) + flat[at + 29] * x
        result[start : start + 1000] = (upper * (1 - y) + lower * y).reshape(len(part), 784)
    return result


images = read_idx("train-images-idx3-ubyte.gz").reshape(-1, 784).astype(np.float32) / 255
labels = read_idx("train-labels-idx1-ubyte.gz").astype(np.int64)
valid_images, valid_labels = images[-5000:], labels[-5000:]
images, labels = images[:-5000], labels[:-5000]

model = MLPClassifier(hidden_layer_sizes=(192, 64), alpha=1e-5, random_state=SEED)
for epoch in range(1, EPOCHS + 1):
    model.partial_fit(moved(images), labels, classes=np.arange(10))
    accuracy = model.score(valid_images, valid_labels)
    print(f"assay: epoch={epoch} loss={model.loss_:.4f} accuracy={accuracy:.4f}", flush=True)

onnx_model = to_onnx(model, images[:1], options={"zipmap": False})
Path("model.onnx").write_bytes(onnx_model.SerializeToString())
print("wrote model.onnx")
