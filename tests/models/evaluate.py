"""Runs any classifier in this folder on images with onnxruntime, in its own layout, type and batch, and reads labels.

An independent reference in Python for what the grader must answer. Nothing here looks at right answers.
"""

import onnx
import numpy as np
import onnxruntime

TYPES = {
    "tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(float16)": np.float16,
    "tensor(uint8)": np.uint8, "tensor(int8)": np.int8, "tensor(uint16)": np.uint16, "tensor(int16)": np.int16,
    "tensor(uint32)": np.uint32, "tensor(int32)": np.int32, "tensor(uint64)": np.uint64, "tensor(int64)": np.int64,
}  # fmt: skip


def scaled(images, scale):
    """uint8 to float32 by `unit` (also ""), `raw`, `signed` or `mean,std`."""
    unit = images.astype(np.float32) / np.float32(255)
    if scale in ("", "unit"):
        return unit
    if scale == "raw":
        return images.astype(np.float32)
    if scale == "signed":
        return images.astype(np.float32) / np.float32(127.5) - np.float32(1)
    mean, std = map(np.float32, scale.split(","))
    return (unit - mean) / std


def layout(images, shape):
    """[N,h,w,c] to the layout that fits a declared shape (None or a name where unknown); None if none fits."""
    count, height, width, channels = images.shape
    planes = images.transpose(0, 3, 1, 2)
    options = [images, planes]
    if channels == 1:
        options += [images[..., 0], np.repeat(images, 3, 3), np.repeat(planes, 3, 1), images.transpose(0, 1, 3, 2)]
    flat = images.reshape(count, -1)
    options += [flat, flat[:, :, None], flat[:, None, :]]
    sizes = [size if isinstance(size, int) and size > 0 else None for size in shape]
    for option in options:
        inner = option.shape[1:]
        if not sizes or (len(sizes) == 1 + len(inner) and all(a in (None, b) for a, b in zip(sizes[1:], inner))):
            return option
        if len(sizes) == len(inner) and sizes == list(inner):
            return option  # no batch dimension: the caller feeds one image at a time
    return None


class Model:
    """A model file on one thread; external data lies beside it."""

    def __init__(self, path):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.input = self.session.get_inputs()[0]
        self.outputs = self.session.get_outputs()
        self.type = TYPES[self.input.type]
        self.integer = np.issubdtype(self.type, np.integer)

    def answers(self, images, scale="", classes=10, flat_planes=False):
        """Labels as int64 [N] for uint8 images [N,h,w,c]; flat_planes: flatten colour images plane by plane."""
        if flat_planes:
            images = images.transpose(0, 3, 1, 2).reshape(images.shape)
        if self.type == np.int8:
            given = (images.astype(np.int16) - 128).astype(np.int8)
        elif self.integer:
            given = images.astype(self.type)
        else:
            given = scaled(images, scale).astype(self.type)
        shape = self.input.shape
        fed = layout(given, shape)
        if fed is None:
            raise ValueError(f"no layout fits {shape}")
        single = len(shape) > 0 and len(shape) == fed.ndim - 1
        fixed = shape[0] if shape and isinstance(shape[0], int) and shape[0] > 0 and not single else None
        batch = fixed or 100
        found = []
        for start in range(0, len(fed), 1 if single else batch):
            part = fed[start] if single else fed[start : start + batch]
            missing = 0 if single or not fixed else batch - len(part)
            if missing:
                part = np.concatenate([part, np.repeat(part[-1:], missing, 0)])
            result = self.session.run(None, {self.input.name: np.ascontiguousarray(part)})
            labels = self.read(result, 1 if single else len(part), classes)
            found.append(labels[: len(labels) - missing])
        return np.concatenate(found)

    def read(self, result, rows, classes):
        """The first output that is scores, else one column per class, else the first that is labels."""
        for value in result:
            if isinstance(value, list) and value and isinstance(value[0], dict):
                return np.array([int(max(row, key=row.get)) for row in value])
            if isinstance(value, np.ndarray) and value.dtype.kind in "fiub" and value.size == rows * classes:
                return value.reshape(rows, classes).argmax(1)
        columns = [value for value in result if isinstance(value, np.ndarray) and value.dtype.kind == "f"]
        if len(columns) == classes and all(column.size == rows for column in columns):
            return np.stack([column.reshape(rows) for column in columns], 1).argmax(1)
        for value in result:
            if isinstance(value, np.ndarray) and value.size == rows:
                return np.array([int(float(label)) for label in value.reshape(rows)])
        raise ValueError("no output fits")


def metadata_scale(path):
    """What the model itself says in `assay.scale`, or ""."""
    return {item.key: item.value for item in onnx.load(path, load_external_data=False).metadata_props}.get("assay.scale", "")
