"""MNIST's test set, as its files are published (IDX, gzip)."""

import gzip

import numpy as np

from models import DIGITS


def images():
    """10,000 images, uint8, (10000, 28, 28)."""
    return np.frombuffer(_unpacked("images-idx3"), np.uint8, offset=16).reshape(-1, 28, 28)


def labels():
    """Their digits, uint8, (10000,)."""
    return np.frombuffer(_unpacked("labels-idx1"), np.uint8, offset=8)


def _unpacked(part):
    return gzip.decompress((DIGITS / "data" / f"t10k-{part}-ubyte.gz").read_bytes())
