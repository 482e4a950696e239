"""Makes two models that store MNIST's test set and answer with the label of the nearest stored image, and one that
answers by position alone.

Neither has learned anything. `naive.onnx` compares pictures as they are, `normalising.onnx` first moves, scales and
straightens every picture by its moments. Needs numpy and onnx, and onnxruntime to compute the stored features.
"""

import gzip
from pathlib import Path

import numpy as np
import onnxruntime
from onnx import TensorProto, checker, helper, numpy_helper, save

HERE = Path(__file__).parent
DATA = HERE.parent.parent.parent / "exercises" / "mnist-digits" / "data"
GRID, REACH = 14, 2.3  # side of the straightened picture, and how far it reaches, in standard deviations

make = helper.make_node


def read(kind):
    images = np.frombuffer(gzip.open(DATA / f"{kind}-images-idx3-ubyte.gz").read(), np.uint8, offset=16)
    labels = np.frombuffer(gzip.open(DATA / f"{kind}-labels-idx1-ubyte.gz").read(), np.uint8, offset=8)
    return images.reshape(-1, 28, 28), labels


def model(name, nodes, constants, output):
    """A checked model from unit-scaled images [N,28,28,1] to one output (name, type, shape)."""
    tensors = [numpy_helper.from_array(np.asarray(value), key) for key, value in constants.items()]
    image = helper.make_tensor_value_info("images", TensorProto.FLOAT, ["N", 28, 28, 1])
    graph = helper.make_graph(nodes, name, [image], [helper.make_tensor_value_info(*output)], tensors)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="assay tests")
    checker.check_model(made, full_check=True)
    return made


def features(images, nodes, constants, batch=500):
    """What the first half of a model makes of images: float32 [N,GRID*GRID]."""
    front = model("features", nodes, constants, ("features", TensorProto.FLOAT, ["N", GRID * GRID]))
    run = onnxruntime.InferenceSession(front.SerializeToString(), providers=["CPUExecutionProvider"])
    unit = images[..., None].astype(np.float32) / 255
    return np.concatenate([run.run(None, {"images": unit[i : i + batch]})[0] for i in range(0, len(unit), batch)])


def pooled():
    """Mean of 2x2 pixels, as whole numbers 0..15. They are multiples of 1/68 before rounding: 1/136 avoids the ties."""
    return [
        make("Reshape", ["images", "plane"], ["planes"]),
        make("AveragePool", ["planes"], ["small"], kernel_shape=[2, 2], strides=[2, 2]),
        make("Mul", ["small", "most"], ["wide"]),
        make("Add", ["wide", "edge"], ["raised"]),
        make("Floor", ["raised"], ["whole"]),
        make("Flatten", ["whole"], ["features"]),
    ], {"plane": np.array([0, 1, 28, 28]), "most": np.float32(15), "edge": np.float32(0.5 + 1 / 136)}


def straightened():
    """A GRID x GRID picture of unit length, sampled about the centre of mass along the sheared, scaled axes."""
    place = np.arange(28, dtype=np.float32)
    axis = np.linspace(-REACH, REACH, GRID, dtype=np.float32)
    constants = {
        "plane": np.array([0, 1, 28, 28]),
        "columns": np.broadcast_to(place, (1, 1, 28, 28)).copy(),
        "rows": np.broadcast_to(place[:, None], (1, 1, 28, 28)).copy(),
        "across": np.broadcast_to(axis, (1, GRID, GRID)).copy(),
        "along": np.broadcast_to(axis[:, None], (1, GRID, GRID)).copy(),
        "tiny": np.float32(1e-6),
        "half": np.float32(2),
        "middle": np.float32(13.5),
        "last": np.array([3]),
        "sides": np.array([2, 3]),
        "last_axis": np.array([2]),
    }
    nodes = [make("Reshape", ["images", "plane"], ["planes"])]

    def mean(value, name):
        """Mean of value [N,1,28,28] under the ink, as [N,1,1]."""
        nodes.extend([
            make("Mul", ["planes", value], [f"{name}_ink"]),
            make("ReduceSum", [f"{name}_ink", "sides"], [f"{name}_sum"], keepdims=0),
            make("Unsqueeze", [f"{name}_sum", "last_axis"], [f"{name}_wide"]),
            make("Div", [f"{name}_wide", "mass"], [name]),
        ])

    nodes += [
        make("ReduceSum", ["planes", "sides"], ["ink"], keepdims=0),
        make("Unsqueeze", ["ink", "last_axis"], ["ink_wide"]),
        make("Add", ["ink_wide", "tiny"], ["mass"]),
    ]
    mean("columns", "cx")
    mean("rows", "cy")
    for side, centre in (("columns", "cx"), ("rows", "cy")):
        nodes += [
            make("Unsqueeze", [centre, "last"], [f"{centre}4"]),
            make("Sub", [side, f"{centre}4"], [f"d{centre}"]),
        ]
    for left, right, name in (("dcx", "dcx", "xx"), ("dcy", "dcy", "yy"), ("dcx", "dcy", "xy")):
        nodes.append(make("Mul", [left, right], [f"{name}_product"]))
        mean(f"{name}_product", name)
    nodes += [
        make("Add", ["yy", "tiny"], ["yy_safe"]),
        make("Div", ["xy", "yy_safe"], ["shear"]),
        # What is left of the width once the shear is undone.
        make("Mul", ["shear", "xy"], ["slanted"]),
        make("Sub", ["xx", "slanted"], ["straight"]),
        make("Add", ["straight", "yy"], ["spread"]),
        make("Div", ["spread", "half"], ["variance"]),
        make("Add", ["variance", "tiny"], ["variance_safe"]),
        make("Sqrt", ["variance_safe"], ["size"]),
        make("Mul", ["across", "size"], ["u"]),
        make("Mul", ["along", "size"], ["v"]),
        make("Mul", ["v", "shear"], ["lean"]),
        make("Add", ["u", "lean"], ["ux"]),
        make("Add", ["ux", "cx"], ["x"]),
        make("Add", ["v", "cy"], ["y"]),
    ]
    for name in "xy":
        nodes += [
            make("Sub", [name, "middle"], [f"{name}_centred"]),
            make("Div", [f"{name}_centred", "middle"], [f"{name}_grid"]),
            make("Unsqueeze", [f"{name}_grid", "last"], [f"{name}_last"]),
        ]
    nodes += [
        make("Concat", ["x_last", "y_last"], ["grid"], axis=3),
        make("AveragePool", ["planes"], ["soft"], kernel_shape=[3, 3], pads=[1, 1, 1, 1], count_include_pad=1),
        make("GridSample", ["soft", "grid"], ["sampled"], align_corners=1),
        make("Flatten", ["sampled"], ["flat"]),
        make("ReduceL2", ["flat"], ["length"], axes=[1], keepdims=1),
        make("Add", ["length", "tiny"], ["length_safe"]),
        make("Div", ["flat", "length_safe"], ["features"]),
    ]
    return nodes, constants


def lookup(name, front, images, labels):
    """Stores the features of images in 4 bits each, the first half of the images in the high bits, and searches them."""
    nodes, constants = front()
    known = features(images, nodes, constants)
    step = known.max() / 15
    whole = np.rint(known / step).astype(np.uint8).T
    half = len(images) // 2
    constants |= {
        "packed": whole[:, :half] << 4 | whole[:, half:],
        "labels": labels,
        "sixteen": np.float32(16),
        "step": np.float32(step),
        "minus_two": np.float32(-2),
        "first": np.array([0]),
    }
    search = [
        make("Cast", ["packed"], ["bytes"], to=TensorProto.FLOAT),
        make("Div", ["bytes", "sixteen"], ["parts"]),
        make("Floor", ["parts"], ["high"]),
        make("Mul", ["high", "sixteen"], ["high_part"]),
        make("Sub", ["bytes", "high_part"], ["low"]),
        make("Concat", ["high", "low"], ["digits"], axis=1),
        make("Mul", ["digits", "step"], ["known"]),
        make("Mul", ["known", "known"], ["squares"]),
        make("ReduceSum", ["squares", "first"], ["norms"], keepdims=1),
        make("MatMul", ["features", "known"], ["products"]),
        make("Mul", ["products", "minus_two"], ["doubled"]),
        make("Add", ["doubled", "norms"], ["distances"]),
        make("ArgMin", ["distances"], ["nearest"], axis=1, keepdims=0),
        make("Gather", ["labels", "nearest"], ["byte"]),
        make("Cast", ["byte"], ["label"], to=TensorProto.INT64),
    ]
    save(model(name, nodes + search, constants, ("label", TensorProto.INT64, ["N"])), HERE / f"{name}.onnx")


def by_position(labels):
    """The published labels in their order, whatever the images: the batch is the whole test set."""
    node = make("Identity", ["labels"], ["label"])
    image = helper.make_tensor_value_info("images", TensorProto.FLOAT, [len(labels), 784])
    label = helper.make_tensor_value_info("label", TensorProto.INT64, [len(labels)])
    graph = helper.make_graph([node], "by_position", [image], [label], [numpy_helper.from_array(labels.astype(np.int64), "labels")])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="assay tests")
    checker.check_model(made, full_check=True)
    save(made, HERE / "by_position.onnx")


if __name__ == "__main__":
    by_position(read("t10k")[1])
    for name, front in (("naive", pooled), ("normalising", straightened)):
        lookup(name, front, *read("t10k"))
