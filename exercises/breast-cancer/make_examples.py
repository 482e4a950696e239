"""Writes the models of right/ and wrong/ from data/public.csv, and measures each on data/hidden.csv.

Needs:   pip install onnxruntime==1.31.1 scikit-learn skl2onnx
Run:     python make_examples.py
"""

import csv
from pathlib import Path

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from skl2onnx import to_onnx
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

HERE = Path(__file__).parent
CLASSES = ["malignant", "benign"]


def read(name):
    """Measurements [N, 30] and labels [N]: 0 malignant, 1 benign."""
    with open(HERE / "data" / name, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    return np.array([row[:30] for row in rows], np.float64), np.array([CLASSES.index(row[30]) for row in rows])


def scaled(model):
    return make_pipeline(StandardScaler(), model)


def export(model, kind=FloatTensorType, width=30, zipmap=False, outputs=None):
    options = {id(model): {"zipmap": zipmap}} if hasattr(model, "predict_proba") else None
    onnx = to_onnx(model, initial_types=[("features", kind([None, width]))], options=options, target_opset=19)
    onnx.graph.name = "pipeline"  # instead of a random one
    if outputs:
        kept = [output for output in onnx.graph.output if output.name in outputs]
        del onnx.graph.output[:]
        onnx.graph.output.extend(kept)
    return onnx


def by_hand(nodes, width, constants):
    graph = helper.make_graph(
        nodes,
        "by_hand",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", 30])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["N", width])],
        [numpy_helper.from_array(np.asarray(value, np.float32), name) for name, value in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def one_probability(pipeline):
    """Logistic regression as three operators, with a single column: the probability of class 1, benign."""
    scaler, model = pipeline[0], pipeline[-1]
    weights = (model.coef_[0] / scaler.scale_)[:, None]
    bias = model.intercept_ - scaler.mean_ @ weights
    nodes = [
        helper.make_node("MatMul", ["features", "weights"], ["sum"]),
        helper.make_node("Add", ["sum", "bias"], ["logit"]),
        helper.make_node("Sigmoid", ["logit"], ["scores"]),
    ]
    return by_hand(nodes, 1, {"weights": weights, "bias": bias})


def always_benign():
    """Answers benign for everybody: right for 5 tumours of 8, and useless."""
    nodes = [
        helper.make_node("MatMul", ["features", "nothing"], ["zeros"]),
        helper.make_node("Add", ["zeros", "benign"], ["scores"]),
    ]
    return by_hand(nodes, 2, {"nothing": np.zeros((30, 2)), "benign": [0.0, 1.0]})


def examples():
    features, labels = read("public.csv")
    names = np.array(CLASSES)[labels]
    logistic = scaled(LogisticRegression(max_iter=2000)).fit(features, labels)

    yield "right/logreg.onnx", export(logistic)
    yield "right/logreg_double.onnx", export(logistic, DoubleTensorType)
    yield "right/logreg_one_probability.onnx", one_probability(logistic)
    named = scaled(LogisticRegression(max_iter=2000)).fit(features, names)
    yield "right/logreg_string_labels.onnx", export(named, outputs=["label"])
    balanced = scaled(LogisticRegression(max_iter=2000, class_weight="balanced")).fit(features, names)
    yield "right/logreg_balanced_zipmap.onnx", export(balanced, zipmap=True)
    forest = RandomForestClassifier(100, random_state=0).fit(features, labels)
    yield "right/forest.onnx", export(forest)
    network = scaled(MLPClassifier((16,), max_iter=1000, random_state=0)).fit(features, labels)
    yield "right/network.onnx", export(network)

    neighbours = scaled(KNeighborsClassifier(5)).fit(features, labels)
    yield "wrong/neighbours_miss_malignant.onnx", export(neighbours)
    yield "wrong/stump.onnx", export(DecisionTreeClassifier(max_depth=1).fit(features, labels))
    yield "wrong/always_benign.onnx", always_benign()
    fewer = scaled(LogisticRegression(max_iter=2000)).fit(features[:, :29], labels)
    yield "wrong/features_29.onnx", export(fewer, width=29)
    unsure = np.where((features[:, 0] > 13) & (features[:, 0] < 15), 2, labels)
    three = scaled(LogisticRegression(max_iter=2000)).fit(features, unsure)
    yield "wrong/three_classes.onnx", export(three, outputs=["probabilities"])
    # Another question altogether: the largest radius from the other measurements.
    others = np.where(np.arange(30) == 20, 0.0, features)
    yield "wrong/regression_radius.onnx", export(LinearRegression().fit(others, features[:, 20]))


def answers(session, features):
    """Labels, from the last output: scores, one probability, a list of maps, or names."""
    given = session.get_inputs()[0]
    number = np.float64 if given.type == "tensor(double)" else np.float32
    result = session.run(None, {given.name: features.astype(number)})[-1]
    if isinstance(result, list):
        return np.array([CLASSES.index(max(row, key=row.get)) for row in result])
    if result.dtype == object:
        return np.array([CLASSES.index(name) for name in result])
    return (result[:, 0] > 0.5).astype(int) if result.shape[1] == 1 else result.argmax(1)


if __name__ == "__main__":
    features, truth = read("hidden.csv")
    for name, onnx in examples():
        (HERE / name).write_bytes(onnx.SerializeToString())
        session = onnxruntime.InferenceSession(HERE / name)
        try:
            given = np.concatenate([answers(session, features[k : k + 100]) for k in (0, 100)])
            recall = [(given[truth == label] == label).mean() for label in (0, 1)]
            print(
                f"{name}: {(given == truth).sum()} of 200, balanced accuracy {np.mean(recall):.4f}, "
                f"recall malignant {recall[0]:.4f} benign {recall[1]:.4f}, {(HERE / name).stat().st_size} bytes"
            )
        except Exception as error:
            print(f"{name}: {str(error)[:120]}")
