"""The variants of 28x28 images, in numpy: uniform scale, rotation and shift, in this order, about (13.5, 13.5).

A variant keeps the label. Pixels are interpolated linearly, what lies outside is 0, and results are rounded to bytes.
"""

import numpy as np

CENTRE = 13.5


def draw(rng, count, scale=0.10, degrees=8.0, shift=2.0):
    """Uniform draws: factor, angle in radians, and shift (rows, columns) in pixels, one each per image."""
    return (
        rng.uniform(1 - scale, 1 + scale, count),
        np.radians(rng.uniform(-degrees, degrees, count)),
        rng.uniform(-shift, shift, (count, 2)),
    )


def vary(images, factor, angle, shift):
    """uint8 [N,28,28] to uint8 [N,28,28]; the inverse map says where each pixel of the result comes from."""
    count, side = len(images), images.shape[1]
    rows, columns = np.mgrid[0:side, 0:side].reshape(2, -1).astype(float)
    dy = rows[None] - CENTRE - shift[:, :1]
    dx = columns[None] - CENTRE - shift[:, 1:]
    cos, sin = np.cos(angle)[:, None], np.sin(angle)[:, None]
    y = (cos * dy + sin * dx) / factor[:, None] + CENTRE
    x = (cos * dx - sin * dy) / factor[:, None] + CENTRE
    top, left = np.floor(y).astype(int), np.floor(x).astype(int)
    down, right = y - top, x - left
    bordered = np.zeros((count, side + 2, side + 2))
    bordered[:, 1:-1, 1:-1] = images
    index = np.arange(count)[:, None]
    clip = lambda place: np.clip(place + 1, 0, side + 1)
    at = lambda dy, dx: bordered[index, clip(top + dy), clip(left + dx)]
    result = (1 - down) * ((1 - right) * at(0, 0) + right * at(0, 1)) + down * ((1 - right) * at(1, 0) + right * at(1, 1))
    return np.rint(result).astype(np.uint8).reshape(images.shape)
