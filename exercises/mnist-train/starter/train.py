"""Trains a small network on MNIST and leaves it as model.onnx: a first version, below the mark.

Needs:   pip install numpy scikit-learn skl2onnx
Run:     python train.py            (a few seconds; the two data files lie in the same folder)
Submit:  this file. The server runs it anew, and grades the model that it leaves.

The three lines marked TRY are good places to start experimenting.
"""

import gzip
import os
from pathlib import Path

import numpy as np
from skl2onnx import to_onnx
from sklearn.neural_network import MLPClassifier

DATA = Path(os.environ.get("ASSAY_DATA", "."))
SEED = int(os.environ.get("ASSAY_SEED", "1"))
EPOCHS = 3  # TRY: more. When does the accuracy on the validation images stop rising?


def read_idx(name):
    """Reads a gzipped IDX file of bytes: a big-endian header with the sizes, then the values."""
    with gzip.open(DATA / name) as file:
        data = file.read()
    shape = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(data[3])]
    return np.frombuffer(data, np.uint8, offset=4 + 4 * len(shape)).reshape(shape)


# Flat images of 784 numbers from 0 to 1: this is how the model will be fed.
images = read_idx("train-images-idx3-ubyte.gz").reshape(-1, 784).astype(np.float32) / 255
labels = read_idx("train-labels-idx1-ubyte.gz").astype(np.int64)

# The last 5,000 images are kept aside. They tell you how well the network reads digits it has not seen.
train_images, valid_images = images[:-5000], images[-5000:]
train_labels, valid_labels = labels[:-5000], labels[-5000:]

model = MLPClassifier(hidden_layer_sizes=(24,), random_state=SEED)  # TRY: more units, or a second layer
for epoch in range(1, EPOCHS + 1):
    # TRY: train on images that are shifted or turned a little, differently in each epoch
    model.partial_fit(train_images, train_labels, classes=np.arange(10))
    accuracy = model.score(valid_images, valid_labels)
    # A line that begins with "assay:" becomes a point of the learning curve.
    print(f"assay: epoch={epoch} loss={model.loss_:.4f} accuracy={accuracy:.4f}", flush=True)

onnx_model = to_onnx(model, train_images[:1], options={"zipmap": False})
Path("model.onnx").write_bytes(onnx_model.SerializeToString())
print("Wrote model.onnx.")
