"""The models that are measured, and variants of them that differ in nothing but one entry of metadata."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIGITS = ROOT / "exercises" / "mnist-digits"


@dataclass(frozen=True)
class Subject:
    """A model, where it is submitted, and the samples that it meets there."""

    name: str
    file: Path
    exercise: str
    dtype: str
    shape: tuple
    samples: int
    """Samples of a whole grading: open and, where the exercise has them, sealed ones."""


CNN = Subject(
    name="CNN, open and sealed",
    file=DIGITS / "right" / "keras_cnn_tf_nhwc_tf2onnx.onnx",
    exercise="mnist-digits",
    dtype="float32",
    shape=(28, 28, 1),
    samples=20_000,
)
LOGREG = Subject(
    name="logistic regression, open only",
    file=DIGITS / "wrong" / "sklearn_logreg_double.onnx",
    exercise="mnist-open",
    dtype="float64",
    shape=(784,),
    samples=10_000,
)
SUBJECTS = {"cnn": CNN, "logreg": LOGREG}


def variant(subject, number):
    """The model's bytes with `bench = <number>` added to its metadata: another file that predicts the same.

    ONNX files are protocol buffers, and an entry at the end is as good as one in the middle: `metadata_props` is field
    14 of ModelProto, an entry has its key in field 1 and its value in field 2 (onnx.proto, IR version 3 and later).
    """
    entry = _field(1, b"bench") + _field(2, str(number).encode())
    return subject.file.read_bytes() + _field(14, entry)


def _field(number, payload):
    """A length-delimited field; payloads here are shorter than 128 bytes, so that one byte holds the length."""
    assert len(payload) < 128
    return bytes([number << 3 | 2, len(payload)]) + payload
