"""Three small classifiers in numpy, trained with Adam and written as ONNX.

linear: softmax regression. mlp: one hidden layer. cnn: one 5x5 convolution of stride 2. The hidden layer may have
batch normalisation, and every model may first standardise each of its inputs, as scikit-learn's StandardScaler and
Keras' Normalization do. Images enter as [N,height,width,channels] float32, already scaled.
"""

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save
from numpy.lib.stride_tricks import sliding_window_view

EPSILON = 1e-3
KERNEL, STRIDE = 5, 2


def patches(images):
    """[N,h,w,c] to [N,h',w',25c]: what each position of the convolution sees, in the order row, column, channel."""
    view = sliding_window_view(images, (KERNEL, KERNEL), axis=(1, 2))[:, ::STRIDE, ::STRIDE]
    return np.ascontiguousarray(view.transpose(0, 1, 2, 4, 5, 3)).reshape(*view.shape[:3], -1)


ACTIVATIONS = {  # name: (function, derivative from the function's value)
    "relu": (lambda z: np.maximum(z, 0), lambda h: (h > 0).astype(np.float32)),
    "tanh": (np.tanh, lambda h: 1 - h * h),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-np.clip(z, -60, 60))), lambda h: h * (1 - h)),
}


class Network:
    """kind: linear, mlp or cnn; norm: batch normalisation of the hidden layer; standard: standardised inputs."""

    def __init__(self, kind, activation="relu", norm=False, standard=False, hidden=32, filters=8, shape=(28, 28, 1),
                 classes=10, seed=0, momentum=0.95):
        self.kind, self.activation, self.norm, self.standard, self.shape = kind, activation, norm, standard, shape
        self.offset, self.divisor = np.zeros(shape, np.float32), np.ones(shape, np.float32)
        rng = np.random.default_rng(seed)
        height, width, channels = shape
        pixels = height * width * channels
        fan = {"linear": 0, "mlp": pixels, "cnn": KERNEL * KERNEL * channels}[kind]
        units = {"linear": 0, "mlp": hidden, "cnn": filters}[kind]
        places = [(side - KERNEL) // STRIDE + 1 for side in (height, width)]
        last = {"linear": pixels, "mlp": hidden, "cnn": filters * places[0] * places[1]}[kind]
        # Glorot's uniform initial weights and zero biases, the default of Keras.
        glorot = lambda i, o: rng.uniform(-1, 1, (i, o)).astype(np.float32) * np.float32(np.sqrt(6 / (i + o)))
        self.p = {"w2": glorot(last, classes), "b2": np.zeros(classes, np.float32)}
        if kind == "linear":
            self.p["w2"] *= 0
        else:
            self.p |= {"w1": glorot(fan, units), "b1": np.zeros(units, np.float32)}
            if norm:
                self.p |= {"gain": np.ones(units, np.float32), "shift": np.zeros(units, np.float32)}
                self.mean, self.var = np.zeros(units, np.float32), np.ones(units, np.float32)
        self.rng, self.momentum = rng, momentum

    def _forward(self, x, training):
        """Logits and what the backward pass needs."""
        if self.standard:
            x = (x - self.offset) / self.divisor
        if self.kind == "linear":
            flat = x.reshape(len(x), -1)
            return flat @ self.p["w2"] + self.p["b2"], (flat,)
        seen = patches(x) if self.kind == "cnn" else x.reshape(len(x), -1)
        z = seen @ self.p["w1"] + self.p["b1"]
        unit = deviation = None
        if self.norm:
            axes = tuple(range(z.ndim - 1))
            if training:
                mean, var = z.mean(axes), z.var(axes)
                self.mean += (1 - self.momentum) * (mean - self.mean)
                self.var += (1 - self.momentum) * (var - self.var)
            else:
                mean, var = self.mean, self.var
            deviation = np.sqrt(var + EPSILON)
            unit = (z - mean) / deviation
            z = unit * self.p["gain"] + self.p["shift"]
        h = ACTIVATIONS[self.activation][0](z)
        flat = h.reshape(len(x), -1)
        return flat @ self.p["w2"] + self.p["b2"], (flat, h, seen, unit, deviation)

    def _gradients(self, x, labels):
        logits, kept = self._forward(x, True)
        logits = logits - logits.max(1, keepdims=True)
        delta = np.exp(logits)
        delta /= delta.sum(1, keepdims=True)
        delta[np.arange(len(x)), labels] -= 1
        delta /= len(x)
        g = {"w2": kept[0].T @ delta, "b2": delta.sum(0)}
        if self.kind == "linear":
            return g
        _, h, seen, unit, deviation = kept
        d = (delta @ self.p["w2"].T).reshape(h.shape) * ACTIVATIONS[self.activation][1](h)
        axes = tuple(range(d.ndim - 1))
        if self.norm:
            g |= {"gain": (d * unit).sum(axes), "shift": d.sum(axes)}
            d = d * self.p["gain"]
            d = (d - d.mean(axes) - unit * (d * unit).mean(axes)) / deviation
        g |= {"w1": seen.reshape(-1, seen.shape[-1]).T @ d.reshape(-1, d.shape[-1]), "b1": d.sum(axes)}
        return g

    def train(self, images, labels, steps=1500, rate=2e-3, batch=100):
        """Adam with the usual constants; the rate falls linearly to zero."""
        if self.standard:
            self.offset, self.divisor = images.mean(0), images.std(0)
            self.divisor[self.divisor == 0] = 1
        first = {k: np.zeros_like(v) for k, v in self.p.items()}
        second = {k: np.zeros_like(v) for k, v in self.p.items()}
        for step in range(1, steps + 1):
            pick = self.rng.integers(0, len(images), batch)
            g = self._gradients(images[pick], labels[pick])
            now = rate * (1 - (step - 1) / steps)
            for k in self.p:
                first[k] += 0.1 * (g[k] - first[k])
                second[k] += 0.001 * (g[k] ** 2 - second[k])
                self.p[k] -= now * (first[k] / (1 - 0.9**step)) / (np.sqrt(second[k] / (1 - 0.999**step)) + 1e-7)
        return self

    def scores(self, images, batch=500):
        return np.concatenate([self._forward(images[i : i + batch], False)[0] for i in range(0, len(images), batch)])

    def nodes(self, constants):
        """ONNX nodes from "images" to "logits"; fills constants (name to array)."""
        make = helper.make_node
        nodes, last = [], "images"
        constants |= {"w2": self.p["w2"], "b2": self.p["b2"]}
        if self.standard:
            constants |= {"offset": self.offset, "divisor": self.divisor}
            nodes += [make("Sub", [last, "offset"], ["centred"]), make("Div", ["centred", "divisor"], ["standard"])]
            last = "standard"
        if self.kind == "mlp":
            constants |= {"w1": self.p["w1"], "b1": self.p["b1"]}
            nodes += [make("Flatten", [last], ["pixels"]), make("Gemm", ["pixels", "w1", "b1"], ["z1"])]
            last = "z1"
        if self.kind == "cnn":
            channels = self.shape[2]
            kernel = self.p["w1"].reshape(KERNEL, KERNEL, channels, -1).transpose(3, 2, 0, 1)
            constants |= {"w1": np.ascontiguousarray(kernel), "b1": self.p["b1"]}
            nodes += [make("Transpose", [last], ["planes"], perm=[0, 3, 1, 2])]
            nodes += [make("Conv", ["planes", "w1", "b1"], ["z1"], strides=[STRIDE, STRIDE])]
            last = "z1"
        if self.kind != "linear":
            if self.norm:
                constants |= {"gain": self.p["gain"], "shift": self.p["shift"], "mean": self.mean, "var": self.var}
                nodes += [make("BatchNormalization", [last, "gain", "shift", "mean", "var"], ["normal"], epsilon=EPSILON)]
                last = "normal"
            nodes += [make(self.activation.capitalize(), [last], ["active"])]
            last = "active"
        if self.kind == "cnn":
            nodes += [make("Transpose", [last], ["places"], perm=[0, 2, 3, 1])]
            last = "places"
        return nodes + [make("Flatten", [last], ["features"]), make("Gemm", ["features", "w2", "b2"], ["logits"])]


def write(path, network, after=None, before=(), output=None, constants=None, shape=None):
    """Saves a network.

    before: nodes from "given", of another shape per sample if one is named, to "images"; after: nodes from "logits" to
    the output, which is "scores" unless described; constants: what these nodes need, name to array.
    """
    constants = dict(constants or {})
    nodes = [*before, *network.nodes(constants)]
    if after is None:
        after = [helper.make_node("Softmax", ["logits"], ["scores"], axis=1)]
    classes = len(network.p["b2"])
    output = output or helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["N", classes])
    given = "given" if before else "images"
    image = helper.make_tensor_value_info(given, TensorProto.FLOAT, ["N", *(shape or network.shape)])
    tensors = [numpy_helper.from_array(np.asarray(v), k) for k, v in constants.items()]
    graph = helper.make_graph([*nodes, *after], path.stem, [image], [output], tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="assay tests")
    checker.check_model(model)
    save(model, path)
