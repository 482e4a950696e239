"""Scores the lookup models on the open test set and on variants of it, and writes index.tsv.

Batches of 100, one thread. Needs numpy and onnxruntime.
"""

import time
from pathlib import Path

import numpy as np
import onnxruntime

from make_lookup import read
from variants import draw, vary

HERE = Path(__file__).parent
SEEDS = (1, 2, 3)


def main():
    images, labels = read("t10k")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    sets = [images] + [vary(images, *draw(np.random.default_rng(seed), len(images))) for seed in SEEDS]
    lines = ["file\tscale\topen_correct\t" + "\t".join(f"sealed_correct_seed_{seed}" for seed in SEEDS) + "\tof"]
    for name in ("naive", "normalising"):
        session = onnxruntime.InferenceSession(HERE / f"{name}.onnx", options, providers=["CPUExecutionProvider"])
        counts = []
        for pictures in sets:
            unit = pictures[..., None].astype(np.float32) / 255
            start = time.perf_counter()
            answers = [session.run(None, {"images": unit[i : i + 100]})[0] for i in range(0, len(unit), 100)]
            print(f"{name}: {time.perf_counter() - start:.2f} s")
            counts.append(int((np.concatenate(answers) == labels).sum()))
        lines.append(f"{name}.onnx\tunit\t" + "\t".join(map(str, counts)) + f"\t{len(labels)}")
    (HERE / "index.tsv").write_text("\n".join(lines) + "\n")


main()
