"""Counts false alarms of the rule on networks that are poor but honest: untrained, barely trained, shuffled labels.

Every architecture and activation of networks.py, with and without normalisation whose averages lag behind, four seeds.
Writes study.tsv in the current folder and prints, for several thresholds, how many were near chance and how many of
these had an alternative that was far better. About ten minutes on one core. Needs numpy, onnx and onnxruntime.
"""

from itertools import product
from pathlib import Path

import numpy as np

from make_mistakes import digits, unit
from measure import alternatives, scaled, skill
from networks import Network


class Direct:
    """A network in memory, asked as measure.py asks a file."""

    integer = False

    def __init__(self, network):
        self.network = network

    def answers(self, images, scale="unit", classes=10):
        return self.network.scores(scaled(images, scale)).argmax(1)


def designs():
    yield from ({"kind": "linear", "standard": standard} for standard in (False, True))
    for kind, activation, norm, standard in product(("mlp", "cnn"), ("relu", "tanh", "sigmoid"), (False, True), (False, True)):
        for momentum in (0.95, 0.99, 0.999) if norm else (0.95,):
            yield {"kind": kind, "activation": activation, "norm": norm, "standard": standard, "momentum": momentum}


def main():
    images, labels = digits(0, 200)
    pictures, truth = digits(10_000, 20_000)
    pictures, shuffled = unit(pictures), np.random.default_rng(0).permutation(truth)
    found = []
    for seed, design in product(range(4), designs()):
        for steps, names in [(steps, truth) for steps in (0, 3, 10, 20, 40, 80, 160)] + [(150, shuffled)]:
            network = Network(**design, seed=seed, hidden=24, filters=6).train(pictures, names, steps=steps)
            accuracies = alternatives(Direct(network), images, labels, "unit", 10)
            best = max((name for name in accuracies if name != "declared"), key=accuracies.get)
            found.append((design, seed, steps, names is shuffled, accuracies["declared"], best, accuracies[best]))
    Path("study.tsv").write_text("".join("\t".join(map(str, row)) + "\n" for row in found))
    for near in (0.1, 0.15, 0.2, 0.25, 0.3, 0.4):
        low = [skill(row[6], 10) for row in found if skill(row[4], 10) <= near]
        alarms = {far: sum(value >= far for value in low) for far in (0.4, 0.5, 0.6, 0.7)}
        print(f"near {near}: {len(low)} of {len(found)} near chance, best alternative {max(low):.2f}, alarms {alarms}")


if __name__ == "__main__":
    main()
