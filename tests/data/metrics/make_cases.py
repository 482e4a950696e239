"""Makes cases.json: random predictions and truths with the values that scikit-learn gives for them.

Needs numpy and scikit-learn. The seed is fixed: the same versions make the same bytes.
"""

import json
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn import metrics

RANDOM = np.random.default_rng(20_260)


def calibration_error(truth, predicted, probabilities, bins=15):
    """Expected calibration error: bins of equal width, open below and closed above."""
    confidence = probabilities[np.arange(len(truth)), predicted]
    index = np.clip(np.ceil(confidence * bins), 1, bins).astype(int) - 1
    gaps = np.bincount(index, weights=(predicted == truth) - confidence, minlength=bins)
    return np.abs(gaps).sum() / len(truth)


def of_classes(truth, predicted, classes):
    labels = np.arange(classes)
    fixed = {"labels": labels, "average": None, "zero_division": 0}
    precision, recall, f1, support = metrics.precision_recall_fscore_support(truth, predicted, **fixed)
    return {
        "confusion": metrics.confusion_matrix(truth, predicted, labels=labels).tolist(),
        "per_class": np.column_stack([precision, recall, f1, support]).tolist(),
        "metrics": {
            "accuracy": metrics.accuracy_score(truth, predicted),
            "balanced_accuracy": metrics.balanced_accuracy_score(truth, predicted),
            "macro_f1": metrics.f1_score(truth, predicted, labels=labels, average="macro", zero_division=0),
            "worst_class_recall": metrics.recall_score(truth, predicted, labels=np.unique(truth), average=None).min(),
        },
    }


def of_probabilities(truth, predicted, probabilities):
    labels = np.arange(probabilities.shape[1])
    values = {
        "log_loss": metrics.log_loss(truth, probabilities, labels=labels),
        "calibration_error": calibration_error(truth, predicted, probabilities),
    }
    for k in (2, 3, 5):
        if k < len(labels):
            values[f"top_{k}_accuracy"] = metrics.top_k_accuracy_score(truth, probabilities, k=k, labels=labels)
    return values


def of_numbers(truth, predicted):
    values = {
        "mse": metrics.mean_squared_error(truth, predicted),
        "rmse": metrics.root_mean_squared_error(truth, predicted),
        "mae": metrics.mean_absolute_error(truth, predicted),
    }
    if len(truth) > 1:
        values["r2"] = metrics.r2_score(truth, predicted)
    return values


def classification(name, truth, classes, probabilities=None, predicted=None):
    """The class of a row of probabilities is the first of the largest, as numpy.argmax has it."""
    truth = np.asarray(truth)
    predicted = probabilities.argmax(axis=1) if predicted is None else np.asarray(predicted)
    case = {"name": name, "classes": classes, "truth": truth.tolist(), "predicted": predicted.tolist()}
    case["probabilities"] = None if probabilities is None else probabilities.ravel().tolist()
    case |= of_classes(truth, predicted, classes)
    if probabilities is not None:
        case["metrics"] |= of_probabilities(truth, predicted, probabilities)
    return case


def regression(name, truth, predicted):
    truth, predicted = np.asarray(truth, float), np.asarray(predicted, float)
    values = of_numbers(truth, predicted)
    return {"name": name, "truth": truth.tolist(), "predicted": predicted.tolist(), "metrics": values}


def rows(n, classes, sharpness=1.0):
    return RANDOM.dirichlet(np.full(classes, 1 / sharpness), size=n)


def tied(n, classes):
    """Rows of few whole numbers over their sum: most have ties, also for the largest."""
    counts = RANDOM.integers(0, 4, size=(n, classes))
    counts[counts.sum(axis=1) == 0, 0] = 1
    return counts / counts.sum(axis=1, keepdims=True)


def one_hot(labels, classes):
    return np.eye(classes)[np.asarray(labels)]


def classifications():
    for classes in range(2, 13):
        n = int(RANDOM.integers(20, 61))
        truth = RANDOM.integers(0, classes, n)
        yield classification("random", truth, classes, rows(n, classes))
        # Mostly right: a little of the truth in each row.
        mixed = 0.6 * rows(n, classes, 4.0) + 0.4 * one_hot(truth, classes)
        yield classification("good", truth, classes, mixed / mixed.sum(axis=1, keepdims=True))
        yield classification("ties", truth[:24], classes, tied(min(n, 24), classes))
    for classes in (2, 3, 4, 6, 10, 12):
        n = int(RANDOM.integers(1, 30))
        few = RANDOM.choice(classes, size=max(1, classes // 2), replace=False)
        truth = few[RANDOM.integers(0, len(few), n)]
        yield classification("empty classes", truth, classes, rows(n, classes, 3.0))
        yield classification("single class", np.full(n, few[0]), classes, tied(n, classes))
        guesses = RANDOM.integers(0, classes, n)
        yield classification("hard probabilities", truth, classes, one_hot(guesses, classes))
        yield classification("labels only", truth, classes, predicted=guesses)
    for classes in (2, 5, 7):
        truth = RANDOM.integers(0, classes, 15)
        yield classification("all right", truth, classes, one_hot(truth, classes))
        yield classification("all wrong", truth, classes, one_hot((truth + 1) % classes, classes))
        yield classification("all equal", truth, classes, np.full((15, classes), 1 / classes))
    for classes in (2, 3, 8):
        yield classification("one sample", [classes - 1], classes, rows(1, classes))
    # Confidences on, just below and just above edges of the 15 bins, right on one side and wrong on the other.
    edges = np.array([0.58, 0.6, 0.62, 0.78, 0.8, 0.82, 0.98, 1.0])
    yield classification("edges of bins", [0, 0, 1, 1, 1, 0, 1, 0], 2, np.column_stack([edges, 1 - edges]))
    # Probabilities far below float64's epsilon, where the logarithm is clipped.
    tiny = np.array([[1.0, 1e-18, 0.0], [1e-300, 1.0, 1e-17], [0.0, 3e-16, 1.0]])
    yield classification("clipped", [1, 0, 1], 3, tiny)


def regressions():
    for scale, noise in [(1, 0.1), (1, 1), (100, 5), (1e-3, 1e-3), (1e4, 10), (50, 500)]:
        for n in (2, 17, 60):
            truth = RANDOM.normal(0, scale, n)
            yield regression("random", truth, truth + RANDOM.normal(0, noise, n))
    truth = RANDOM.normal(1000, 1, 30)
    yield regression("far from zero", truth, truth + RANDOM.normal(0, 0.5, 30))
    yield regression("perfect", truth, truth)
    yield regression("mean", [1, 2, 3, 6], [3, 3, 3, 3])
    # Constants that are their own mean in float64, so that scikit-learn sees them as constant.
    yield regression("constant truth, perfect", [2.5] * 8, [2.5] * 8)
    yield regression("constant truth, missed", [2.5] * 8, RANDOM.normal(2.5, 1, 8))
    yield regression("one sample", [3.25], [3.0])


def main():
    warnings.simplefilter("ignore")
    parts = {"classification": list(classifications()), "regression": list(regressions())}
    versions = {"numpy": np.__version__, "scikit_learn": sklearn.__version__}
    body = [f'"versions": {json.dumps(versions)}']
    for key, cases in parts.items():
        body.append(f'"{key}": [\n' + ",\n".join(json.dumps(case, allow_nan=False) for case in cases) + "\n]")
    Path(__file__).with_name("cases.json").write_text("{\n" + ",\n".join(body) + "\n}\n")


if __name__ == "__main__":
    main()
