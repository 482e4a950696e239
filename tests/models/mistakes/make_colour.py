"""Draws the colour task: 16x16 RGB images of eight classes, four colours of a triangle that points left or
right.

Reversing the channels exchanges red with blue and yellow with cyan, inverting exchanges red with cyan and yellow with
blue, so that every class becomes another. Writes images uint8 [600,16,16,3] and labels uint8 [600], 75 of each class,
once to practise and once hidden. Needs numpy.
"""

from pathlib import Path

import numpy as np

HERE = Path(__file__).parent / "colour"
COLOURS = {"red": (1, 0, 0), "blue": (0, 0, 1), "yellow": (1, 1, 0), "cyan": (0, 1, 1)}
CLASSES = tuple(f"{colour} {kind}" for colour in COLOURS for kind in ("left", "right"))
SIDE = 16


def triangle(kind, centre, radius):
    """Which pixels belong to a triangle that points left or right: bool [16,16]."""
    dy, dx = np.mgrid[0:SIDE, 0:SIDE] - np.array(centre)[:, None, None]
    dx = dx if kind == "left" else -dx
    return (np.abs(dx) <= radius) & (2 * np.abs(dy) <= dx + radius)


def draw(count, seed):
    """count images and labels in random order; colours, places, sizes and backgrounds differ, in steps of 8."""
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(count) % len(CLASSES)).astype(np.uint8)
    images = np.empty((count, SIDE, SIDE, 3), np.uint8)
    for image, label in zip(images, labels):
        colour, kind = CLASSES[label].split()
        ink = [rng.integers(160, 256) if strong else rng.integers(0, 96) for strong in COLOURS[colour]]
        image[:] = rng.integers(40, 170, 3) + rng.integers(-16, 17, (SIDE, SIDE, 1))
        image[triangle(kind, 7.5 + rng.uniform(-1, 1, 2), rng.uniform(5, 7))] = ink
        image &= 0xF8
    return images, labels


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    for name, seed in (("practice", 1), ("hidden", 2)):
        images, labels = draw(600, seed)
        np.save(HERE / f"{name}_images.npy", images)
        np.save(HERE / f"{name}_labels.npy", labels)
