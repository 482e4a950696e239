"""Trains a small convolutional network on Fashion-MNIST and exports it to model.onnx.

Needs:   pip install tensorflow-cpu keras tf2onnx
Run:     python train.py            (about 2 minutes on two processor cores)
Submit:  model.onnx, with the scale "unit", because the network is trained on pixels divided by 255.

The four lines marked TRY are good places to start experimenting.
"""

import gzip
import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

DATA = Path(os.environ.get("ASSAY_DATA_DIR", "."))


def read_idx(name):
    """Reads a gzipped IDX file of bytes: a big-endian header with the sizes, then the values."""
    with gzip.open(DATA / name) as file:
        data = file.read()
    shape = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(data[3])]
    return np.frombuffer(data, np.uint8, offset=4 + 4 * len(shape)).reshape(shape)


def load_training_data():
    if (DATA / "train-images-idx3-ubyte.gz").exists():
        return read_idx("train-images-idx3-ubyte.gz"), read_idx("train-labels-idx1-ubyte.gz")
    (images, labels), _ = keras.datasets.fashion_mnist.load_data()
    return images, labels


def mirror(images, random, share=0.5):
    """Mirrors a random share of the images left to right. A mirrored boot is a boot, and the sealed part has some."""
    images = images.copy()
    chosen = random.random(len(images)) < share
    images[chosen] = images[chosen, :, ::-1]
    return images


keras.utils.set_random_seed(1)  # TRY: another seed; how much does the accuracy move?
random = np.random.default_rng(1)

images, labels = load_training_data()
# One channel at the end, and pixels from 0..255 to 0..1. Whoever runs the model must do the same: scale "unit".
images = images[..., np.newaxis].astype("float32") / 255

# The last 5,000 images are kept aside. They tell you how well the network knows clothes it has not seen.
train_images, valid_images = images[:-5000], images[-5000:]
train_labels, valid_labels = labels[:-5000], labels[-5000:]

model = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        keras.layers.Conv2D(32, 3, activation="relu"),  # TRY: padding="same", or more filters
        keras.layers.MaxPooling2D(2),
        keras.layers.Conv2D(64, 3, activation="relu"),
        keras.layers.MaxPooling2D(2),
        keras.layers.Conv2D(64, 3, activation="relu"),
        keras.layers.Flatten(),
        keras.layers.Dense(64, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.summary()

for epoch in range(5):  # TRY: 12 epochs, and a smaller learning rate for the last few
    print(f"Epoch {epoch + 1}")
    model.fit(
        mirror(train_images, random),  # TRY: train_images as they are; what becomes of the mirrored accuracy below?
        train_labels,
        batch_size=64,
        validation_data=(valid_images, valid_labels),
        verbose=2,
    )

_, accuracy = model.evaluate(valid_images, valid_labels, verbose=0)
_, mirrored = model.evaluate(mirror(valid_images, random, share=1), valid_labels, verbose=0)
print(f"Accuracy on the 5,000 validation images: {accuracy:.4f}, and on the same images mirrored: {mirrored:.4f}")

model.export("model.onnx", format="onnx", verbose=False)
print("Wrote model.onnx. Check it with: assay grade fashion-mnist model.onnx")
