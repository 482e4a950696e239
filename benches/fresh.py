"""What people use instead: a script that imports, loads model and data, runs and scores; then the process ends.

`fresh.py MODEL one|default`: with one thread, or with ONNX Runtime's default of one thread a core. Prints the accuracy.
Everything goes into one call, as such scripts do, unless that is slower: the CNN gets batches of 100.
"""

import sys

import numpy as np
import onnxruntime as ort

from idx import images, labels
from models import SUBJECTS


def main(subject, threads):
    options = ort.SessionOptions()
    if threads == "one":
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
    session = ort.InferenceSession(str(subject.file), options, providers=["CPUExecutionProvider"])
    values = (images() / 255).astype(subject.dtype).reshape(-1, *subject.shape)
    name = session.get_inputs()[0].name
    size = 100 if subject.dtype == "float32" else len(values)
    batches = [values[at : at + size] for at in range(0, len(values), size)]
    scores = np.concatenate([session.run(None, {name: batch})[-1] for batch in batches])
    print((scores.argmax(axis=1) == labels()).mean())


if __name__ == "__main__":
    main(SUBJECTS[sys.argv[1]], sys.argv[2])
