"""Makes models with Keras 3 and `model.export(format="onnx")`: Sequential, Functional, Rescaling, normalisation, LSTM.

Needs tensorflow-cpu, tf2onnx and onnxruntime.
"""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import layers  # noqa: E402

from record import HERE, digits, record  # noqa: E402

IMAGES, LABELS = digits(10_000, 18_000)
RAW = IMAGES.astype(np.float32)
UNIT = RAW / np.float32(255)


def export(name, model, expected, features=UNIT, scale="", rate=3e-3, epochs=3):
    keras.utils.set_random_seed(0)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits="logits" in expected)
    model.compile(keras.optimizers.Adam(rate), loss)
    model.fit(features, LABELS, epochs=epochs, batch_size=64, verbose=0)
    model.export(str(HERE / f"keras_{name}.onnx"), format="onnx", verbose=False)
    record(f"keras_{name}.onnx", expected, scale)


def main():
    keras.utils.set_random_seed(0)
    image = lambda: keras.Input((28, 28, 1))
    convolution = lambda: layers.Conv2D(4, 5, strides=2, activation="relu")
    head = lambda: [layers.Flatten(), layers.Dense(10, activation="softmax")]
    export("sequential", keras.Sequential([image(), convolution(), *head()]), "nothing")
    start = image()
    left, right = convolution()(start), layers.Conv2D(4, 3, strides=2, padding="valid", activation="relu")(start)
    joined = layers.Concatenate()([layers.GlobalMaxPooling2D()(right), layers.Flatten()(left)])
    export("functional", keras.Model(start, layers.Dense(10)(joined)), "nothing (logits)")
    export("rescaling", keras.Sequential([image(), layers.Rescaling(1 / 255), convolution(), *head()]), "scale raw", RAW, "raw")
    batch = [image(), layers.Conv2D(4, 5, strides=2), layers.BatchNormalization(), layers.ReLU(), *head()]
    export("batch_normalisation", keras.Sequential(batch), "nothing")
    # The exporter makes further inputs of the layer's mean and variance, so that nobody can run the file as it is.
    normalise = layers.Normalization(axis=None, mean=0.1307, variance=0.0949)
    (HERE / "refused").mkdir(exist_ok=True)
    model = keras.Sequential([image(), normalise, *head()])
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(UNIT, LABELS, batch_size=64, verbose=0)
    model.export(str(HERE / "refused" / "keras_normalisation.onnx"), format="onnx", verbose=False)
    rows = [keras.Input((28, 28)), layers.LSTM(16), layers.Dense(10, activation="softmax")]
    export("lstm", keras.Sequential(rows), "no channel dimension (rows as a sequence)", UNIT[..., 0], rate=1e-2, epochs=4)
    flat = [keras.Input((784,)), layers.Dense(10, activation="softmax")]
    export("flat", keras.Sequential(flat), "flattened", UNIT.reshape(-1, 784))


if __name__ == "__main__":
    main()
