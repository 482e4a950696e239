"""Trains three architectures honestly and plants eight mistakes in them, each in how the model is submitted.

Needs numpy and onnx. Trained on MNIST's training images 10,000 to 29,999, and on colour images drawn for the purpose.
"""

import gzip
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper

from make_colour import draw
from networks import Network, write

HERE = Path(__file__).parent
DATA = HERE.parent.parent.parent / "exercises" / "mnist-digits" / "data"
# Chosen so that every mistake matters: see "How to make a mistake matter" in the README.
ARCHITECTURES = {
    "linear": {"kind": "linear", "standard": True},
    "mlp": {"kind": "mlp", "activation": "sigmoid", "standard": True, "hidden": 20},
    "cnn": {"kind": "cnn", "activation": "relu", "norm": True, "standard": True, "filters": 6},
}
make = helper.make_node


def digits(first=10_000, last=30_000):
    """Images uint8 [N,28,28,1] and labels of MNIST's training set."""
    images = np.frombuffer(gzip.open(DATA / "train-images-idx3-ubyte.gz").read(), np.uint8, offset=16)
    labels = np.frombuffer(gzip.open(DATA / "train-labels-idx1-ubyte.gz").read(), np.uint8, offset=8)
    return images.reshape(-1, 28, 28, 1)[first:last], labels[first:last].astype(np.int64)


def unit(images):
    return images.astype(np.float32) / 255


# What the learner did to the images before training, while the model is submitted as `unit`.
PREPARED = {
    "right": unit,
    "raw": lambda images: images.astype(np.float32),
    "signed": lambda images: images.astype(np.float32) / 127.5 - 1,
    "standard": lambda images: (unit(images) - np.float32(0.1307)) / np.float32(0.3081),
    "transposed": lambda images: unit(images.transpose(0, 2, 1, 3)),
    "inverted": lambda images: unit(255 - images),
}


def label_output(name, tail):
    """The nodes that answer with integer labels: the best class, then tail from "best" to "label"."""
    best = make("ArgMax", ["logits"], ["best"], axis=1, keepdims=0)
    return {"after": [best, *tail], "output": helper.make_tensor_value_info(name, TensorProto.INT64, ["N"])}


def plant_digits():
    images, labels = digits()
    one, ten = {"one": np.array(1)}, {"one": np.array(1), "ten": np.array(10)}
    add, wrap = make("Add", ["best", "one"], ["label"]), make("Add", ["best", "one"], ["next"])
    for name, options in ARCHITECTURES.items():
        for mistake, prepare in PREPARED.items():
            network = Network(**options).train(prepare(images), labels)
            write(HERE / f"{name}_{mistake}.onnx", network)
            if mistake != "right":
                continue
            inside = make("Div", ["given", "most"], ["images"])
            write(HERE / f"{name}_double.onnx", network, before=[inside], constants={"most": np.float32(255)})
            write(HERE / f"{name}_labels_from_one.onnx", network, constants=one, **label_output("label", [add]))
            tail = [wrap, make("Mod", ["next", "ten"], ["label"])]
            write(HERE / f"{name}_labels_next.onnx", network, constants=ten, **label_output("label", tail))
            network.p["w2"], network.p["b2"] = np.roll(network.p["w2"], 1, 1), np.roll(network.p["b2"], 1)
            write(HERE / f"{name}_rotated.onnx", network)


def plant_colours():
    images, labels = draw(3000, 3)
    for name, seed in (("linear", 2), ("mlp", 0), ("cnn", 0)):
        options = ARCHITECTURES[name] | {"shape": (16, 16, 3), "classes": 8, "seed": seed}
        right = Network(**options).train(unit(images), labels, steps=1000)
        write(HERE / f"colour_{name}_rgb.onnx", right)
        write(HERE / f"colour_{name}_bgr.onnx", Network(**options).train(unit(images[..., ::-1]), labels, steps=1000))
        # Flattened plane by plane for training, where the exercise flattens pixel by pixel.
        split = make("Reshape", ["given", "planes_shape"], ["planes_given"])
        join = make("Transpose", ["planes_given"], ["images"], perm=[0, 2, 3, 1])
        shape = {"planes_shape": np.array([0, 3, 16, 16])}
        write(HERE / f"colour_{name}_flat_planes.onnx", right, before=[split, join], constants=shape, shape=[768])
        flat = make("Reshape", ["given", "pixel_shape"], ["images"])
        shape = {"pixel_shape": np.array([0, 16, 16, 3])}
        write(HERE / f"colour_{name}_flat_pixels.onnx", right, before=[flat], constants=shape, shape=[768])


def poor_but_honest():
    """Models with a low score and no mistake in how they are submitted."""
    images, labels = digits()
    shuffled = np.random.default_rng(0).permutation(labels)
    for name, options in ARCHITECTURES.items():
        options = options | ({"hidden": 12} if name == "mlp" else {})
        network = lambda: Network(**options, seed=1)
        if name != "linear":  # which starts from zero: a constant
            write(HERE / f"poor_{name}_untrained.onnx", network())
        write(HERE / f"poor_{name}_20_steps.onnx", network().train(unit(images), labels, steps=20))
        write(HERE / f"poor_{name}_shuffled_labels.onnx", network().train(unit(images), shuffled, steps=500))
    # Stopped early, without standardised inputs.
    for wanted, steps in ((40, 25), (60, 35)):
        write(HERE / f"poor_mlp_{wanted}_percent.onnx", Network("mlp", hidden=12, seed=1).train(unit(images), labels, steps=steps))


if __name__ == "__main__":
    plant_digits()
    plant_colours()
    poor_but_honest()
