"""Writes the models of right/ and wrong/ from data/public.csv, and counts what each answers correctly.

Needs:   pip install onnxruntime==1.31.1 scikit-learn skl2onnx
Run:     python make_examples.py
"""

import csv
from pathlib import Path

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from skl2onnx import to_onnx
from skl2onnx.common.data_types import StringTensorType
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

HERE = Path(__file__).parent
CLASSES = ["certificate", "data", "installation", "submission", "training"]
TOKENS = {"token_pattern": r"[a-zA-Z0-9]+|[一-鿿]", "ngram_range": (1, 2)}


def read(name):
    with open(HERE / "data" / name, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return np.array([row["text"] for row in rows], dtype=object), np.array([row["topic"] for row in rows])


def export(model, shape, zipmap=False, outputs=None):
    """The model as ONNX, with a locale that every process has."""
    initial_types = [("text", StringTensorType(shape))]
    onnx = to_onnx(model, initial_types=initial_types, options={id(model): {"zipmap": zipmap}}, target_opset=19)
    onnx.graph.name = "pipeline"  # instead of a random one
    for node in onnx.graph.node:
        if node.op_type == "StringNormalizer":
            node.attribute.append(helper.make_attribute("locale", "C"))
    if outputs:
        kept = [output for output in onnx.graph.output if output.name in outputs]
        del onnx.graph.output[:]
        onnx.graph.output.extend(kept)
    return onnx


def by_hand(nodes, inputs, outputs, constants=()):
    graph = helper.make_graph(nodes, "by_hand", inputs, outputs, list(constants))
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def always_training():
    """Takes the texts, and answers the last class whatever they say."""
    return by_hand(
        [
            helper.make_node("Shape", ["text"], ["count"]),
            helper.make_node("Concat", ["count", "five"], ["shape"], axis=0),
            helper.make_node("Expand", ["answer", "shape"], ["scores"]),
        ],
        [helper.make_tensor_value_info("text", TensorProto.STRING, ["N"])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["N", 5])],
        [
            numpy_helper.from_array(np.array([5], np.int64), "five"),
            numpy_helper.from_array(np.array([[0, 0, 0, 0, 1]], np.float32), "answer"),
        ],
    )


def token_ids():
    """Wants the numbers of 32 tokens instead of a text: an embedding, a mean, and five scores."""
    random = np.random.default_rng(1)
    return by_hand(
        [
            helper.make_node("Gather", ["embedding", "ids"], ["vectors"]),
            helper.make_node("ReduceMean", ["vectors"], ["mean"], axes=[1], keepdims=0),
            helper.make_node("MatMul", ["mean", "weights"], ["scores"]),
        ],
        [helper.make_tensor_value_info("ids", TensorProto.INT64, ["N", 32])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["N", 5])],
        [
            numpy_helper.from_array(random.normal(size=(1000, 8)).astype(np.float32), "embedding"),
            numpy_helper.from_array(random.normal(size=(8, 5)).astype(np.float32), "weights"),
        ],
    )


def examples():
    texts, topics = read("public.csv")
    labels = np.array([CLASSES.index(topic) for topic in topics])
    logistic = LogisticRegression(C=10, max_iter=2000)
    changes = (str.lower, str.upper, str.title)
    everything = np.concatenate([texts] + [[change(text) for text in texts] for change in changes])

    words = make_pipeline(TfidfVectorizer(**TOKENS), logistic).fit(texts, labels)
    yield "right/words_logreg.onnx", export(words, [None])
    # skl2onnx 1.20 cannot export a pipeline that ends in LinearSVC, but the same weights in another classifier it can.
    machine = make_pipeline(TfidfVectorizer(**TOKENS), LinearSVC(C=0.5, random_state=1)).fit(texts, labels)
    words[-1].coef_, words[-1].intercept_ = machine[-1].coef_, machine[-1].intercept_
    yield "right/words_svm_two_dimensions.onnx", export(words, [None, 1])
    words = make_pipeline(CountVectorizer(**TOKENS), MultinomialNB()).fit(texts, topics)
    yield "right/counts_bayes_zipmap.onnx", export(words, [None, 1], zipmap=True)
    words = make_pipeline(TfidfVectorizer(**TOKENS), logistic).fit(texts, topics)
    yield "right/words_string_labels.onnx", export(words, [None], outputs=["label"])
    words = make_pipeline(TfidfVectorizer(lowercase=False, min_df=2, **TOKENS), logistic)
    yield "right/words_every_case.onnx", export(words.fit(everything, np.tile(labels, 4)), [None])

    words = make_pipeline(TfidfVectorizer(lowercase=False, **TOKENS), logistic).fit(texts, labels)
    yield "wrong/words_one_case.onnx", export(words, [None])
    few = labels < 4
    words = make_pipeline(TfidfVectorizer(min_df=3, **TOKENS), logistic).fit(texts[few], labels[few])
    yield "wrong/four_classes.onnx", export(words, [None], outputs=["probabilities"])
    yield "wrong/always_training.onnx", always_training()
    yield "wrong/token_ids.onnx", token_ids()


def answers(session, texts):
    """Class names, from the last output: scores, a list of maps, or names."""
    shape = [-1] + [1] * (len(session.get_inputs()[0].shape) - 1)
    result = session.run(None, {session.get_inputs()[0].name: texts.reshape(shape)})[-1]
    if isinstance(result, list):
        return np.array([max(row, key=row.get) for row in result])
    return result if result.dtype == object else np.array(CLASSES)[result.argmax(1)]


if __name__ == "__main__":
    hidden, truth = read("hidden.csv")
    for name, onnx in examples():
        (HERE / name).write_bytes(onnx.SerializeToString())
        session = onnxruntime.InferenceSession(HERE / name)
        size = (HERE / name).stat().st_size
        try:
            batches = [slice(k, k + 100) for k in range(0, 800, 100)]
            correct = sum((answers(session, hidden[batch]) == truth[batch]).sum() for batch in batches)
            capitals = np.array([text.upper() for text in hidden], object)
            loud = (answers(session, capitals) == truth).sum()
            print(f"{name}: {correct} of 800, {loud} in capitals, {size} bytes")
        except Exception as error:
            print(f"{name}: {str(error)[:100]}, {size} bytes")
