"""Makes a model with JAX and jax2onnx: softmax regression with a symbolic batch. Needs jax2onnx and onnxruntime."""

import jax
import jax.numpy as jnp
import numpy as np
import onnx
from jax2onnx import to_onnx

from record import HERE, digits, record


def logits(parameters, images):
    small = images.reshape(-1, 14, 2, 14, 2).mean((2, 4)).reshape(-1, 196)
    return jax.nn.relu(small @ parameters["hidden"]) @ parameters["last"] + parameters["bias"]


def loss(parameters, images, labels):
    return -jnp.take_along_axis(jax.nn.log_softmax(logits(parameters, images)), labels[:, None], 1).mean()


def main():
    images, labels = digits(10_000, 20_000)
    images = images.astype(np.float32) / 255
    rng = np.random.default_rng(0)
    parameters = {
        "hidden": rng.normal(0, 0.1, (196, 16)).astype(np.float32),
        "last": rng.normal(0, 0.2, (16, 10)).astype(np.float32),
        "bias": np.zeros(10, np.float32),
    }
    step = jax.jit(lambda p, x, y: jax.tree.map(lambda a, b: a - 0.5 * b, p, jax.grad(loss)(p, x, y)))
    for _ in range(1500):
        pick = rng.integers(0, len(images), 100)
        parameters = step(parameters, images[pick], labels[pick])
    answer = lambda x: jax.nn.softmax(logits(parameters, x), axis=-1)
    made = to_onnx(answer, [("B", 28, 28, 1)])
    onnx.save(made, HERE / "jax.onnx")
    record("jax.onnx", "nothing")


if __name__ == "__main__":
    main()
