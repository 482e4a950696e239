"""Bare ONNX Runtime, one thread: the model is loaded and the samples are in memory before the clock starts.

Runs under the Python of the bench. Each line of standard input names a model; the answer is the time in seconds that
its batches took.
"""

import sys
import time

import numpy as np
import onnxruntime as ort

from idx import images
from models import SUBJECTS

BATCH = 100


def one_thread():
    """The same settings as the grader's, as far as they cost or save time."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return options


def prepare(subject):
    """A session and its batches, each a contiguous array of the model's own type."""
    session = ort.InferenceSession(str(subject.file), one_thread(), providers=["CPUExecutionProvider"])
    values = (images() / 255).astype(subject.dtype).reshape(-1, *subject.shape)
    # Sealed samples are as many as the open ones, and a dense model takes the same time for any image.
    values = np.concatenate([values] * (subject.samples // len(values)))
    name = session.get_inputs()[0].name
    return session, [{name: values[at : at + BATCH]} for at in range(0, len(values), BATCH)]


def main():
    ready = {name: prepare(subject) for name, subject in SUBJECTS.items()}
    for session, batches in ready.values():
        session.run(None, batches[0])
    print("ready", flush=True)
    for line in sys.stdin:
        session, batches = ready[line.strip()]
        began = time.perf_counter()
        for batch in batches:
            session.run(None, batch)
        print(time.perf_counter() - began, flush=True)


if __name__ == "__main__":
    main()
