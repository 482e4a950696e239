"""The sealed variants once more, with numpy, to compare the Rust implementation with; writes reference.json.

Whole arrays instead of loops, and otherwise the same definition: ChaCha8, ranges, order of steps, 32 binary places for
coordinates and 24 for weights. Every run also compares with textbook bilinear interpolation in floating point.
"""

import json
from pathlib import Path

import numpy as np

SEED = bytes((7 * k + 3) % 256 for k in range(32))


# --- draws -----------------------------------------------------------------------------------------------------------


def chacha_block(seed: bytes, indices, block: int, rounds: int = 8, words_12_to_15=None) -> np.ndarray:
    """Block `block` of the stream of every index: uint32 [16, N] (Bernstein 2008: 64-bit counter, 64-bit nonce)."""
    indices = np.asarray(indices, np.uint64)
    ones = np.ones(len(indices), np.uint64)
    start = [*np.frombuffer(b"expand 32-byte k", "<u4"), *np.frombuffer(seed, "<u4")]
    low_and_high = [indices & np.uint64(0xFFFFFFFF), indices >> np.uint64(32)]
    start += words_12_to_15 or [block & 0xFFFFFFFF, block >> 32, *low_and_high]
    start = np.stack([(np.uint64(w) if np.isscalar(w) else w) * ones for w in start]).astype(np.uint32)
    a, b, c, d = start[0:4], start[4:8], start[8:12], start[12:16]

    def turn(x, bits):
        return (x << np.uint32(bits)) | (x >> np.uint32(32 - bits))

    for half in range(rounds):
        a = a + b
        d = turn(d ^ a, 16)
        c = c + d
        b = turn(b ^ c, 12)
        a = a + b
        d = turn(d ^ a, 8)
        c = c + d
        b = turn(b ^ c, 7)
        # Diagonals become columns, and after the next round columns again.
        way = -1 if half % 2 == 0 else 1
        b, c, d = np.roll(b, way, 0), np.roll(c, 2, 0), np.roll(d, -way, 0)
    return np.concatenate([a, b, c, d]) + start


def check_generator():
    published = "3e00ef2f895f40d67f5bb8e81f09a5a12c840ec3ce9a7f3b181be188ef711a1e"  # ChaCha8, zero key and nonce
    assert chacha_block(bytes(32), [0], 0)[:, 0].astype("<u4").tobytes().hex().startswith(published)
    nonce = [1, *np.frombuffer(bytes.fromhex("000000090000004a00000000"), "<u4")]  # RFC 8439, section 2.3.2
    block = chacha_block(bytes(range(32)), [0], 0, 20, [int(w) for w in nonce])[:, 0].astype("<u4").tobytes()
    assert block.hex().startswith("10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e")


def draw(family: dict, seed: bytes, indices) -> dict:
    words = chacha_block(seed, indices, 0).astype(np.uint64)

    def around_zero(which, reach):
        bits = (words[2 * which + 1] << np.uint64(32)) | words[2 * which]
        return reach * (2.0 * ((bits >> np.uint64(11)).astype(np.float64) * 2.0**-53) - 1.0)

    return {
        "scale": 1.0 + around_zero(0, family["scale"]),
        "rotation": around_zero(1, family["rotation"]),
        "right": around_zero(2, family["shift"]),
        "down": around_zero(3, family["shift"]),
        "flip": (words[8] >> np.uint64(31) == 1) & family.get("flip", False),
    }


# --- images ----------------------------------------------------------------------------------------------------------


def sin_cos(degrees: np.ndarray):
    quarters = np.floor(degrees / 90.0 + 0.5)
    angle = (degrees - 90.0 * quarters) * (np.pi / 180.0)
    square = angle * angle
    sin, cos = np.ones_like(angle), np.ones_like(angle)
    for k in range(8, 0, -1):
        sin = 1.0 - square / (2.0 * k * (2 * k + 1)) * sin
        cos = 1.0 - square / (2.0 * k * (2 * k - 1)) * cos
    sin = angle * sin
    turned = quarters.astype(int) % 4
    return np.choose(turned, [sin, cos, -sin, -cos]), np.choose(turned, [cos, -sin, -cos, sin])


def transform_images(family: dict, seed: bytes, images: np.ndarray, first: int = 0) -> np.ndarray:
    """uint8 [N, height, width, channels] -> the same."""
    parts = [slice(k, k + 500) for k in range(0, len(images), 500)]
    return np.concatenate([transform_part(family, seed, images[part], first + part.start) for part in parts])


def transform_part(family: dict, seed: bytes, images: np.ndarray, first: int) -> np.ndarray:
    n, height, width, channels = images.shape
    drawn = draw(family, seed, range(first, first + n))
    sin, cos = (values / drawn["scale"] for values in sin_cos(drawn["rotation"]))
    side = np.where(drawn["flip"], -1.0, 1.0)
    across, down = (width - 1) / 2, (height - 1) / 2
    x, y = -across - drawn["right"], -down - drawn["down"]

    def places(values):
        return np.floor(values * 2.0**32 + 0.5).astype(np.int64)[:, None, None]

    rows, columns = np.arange(height)[None, :, None], np.arange(width)[None, None, :]
    at_x = places(across + side * (cos * x + sin * y)) + columns * places(side * cos) + rows * places(side * sin)
    at_y = places(down + (cos * y - sin * x)) + columns * places(-sin) + rows * places(cos)
    padded = np.zeros((n, height + 2, width + 2, channels), np.int64)
    padded[:, 1:-1, 1:-1] = images
    left, top = at_x >> 32, at_y >> 32
    inside = (left >= -1) & (left < width) & (top >= -1) & (top < height)
    left, top = np.where(inside, left, -1), np.where(inside, top, -1)
    which = np.arange(n)[:, None, None]
    right_part, lower_part = (((at >> 8) & 0xFFFFFF)[..., None] for at in (at_x, at_y))
    corner = [padded[which, top + 1 + k // 2, left + 1 + k % 2] for k in range(4)]
    upper = corner[0] * (2**24 - right_part) + corner[1] * right_part
    lower = corner[2] * (2**24 - right_part) + corner[3] * right_part
    total = upper * (2**24 - lower_part) + lower * lower_part
    out = np.where(inside[..., None], (total + 2**47) >> 48, 0).astype(np.uint8)
    compare_with_floats(drawn, images, out)
    return out


def compare_with_floats(drawn: dict, images: np.ndarray, out: np.ndarray):
    """Asserts that textbook interpolation, with numpy's own sine and matrices, gives the same to one grey level."""
    n, height, width, _ = images.shape
    centre = np.array([(width - 1) / 2, (height - 1) / 2])
    angle = np.deg2rad(drawn["rotation"])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]).transpose(2, 0, 1)
    zoom = np.zeros((n, 2, 2))
    zoom[:, 0, 0], zoom[:, 1, 1] = drawn["scale"] * np.where(drawn["flip"], -1, 1), drawn["scale"]
    back = np.linalg.inv(turn @ zoom)
    grid = np.stack(np.meshgrid(np.arange(width), np.arange(height)), -1).reshape(-1, 2)
    moved = grid[None] - centre - np.stack([drawn["right"], drawn["down"]], -1)[:, None]
    point = np.einsum("nij,npj->npi", back, moved) + centre
    base = np.floor(point).astype(int)
    value = np.zeros((n, height * width, images.shape[3]))
    for dx, dy in ((0, 0), (1, 0), (0, 1), (1, 1)):
        x, y = base[..., 0] + dx, base[..., 1] + dy
        weight = (1 - np.abs(point[..., 0] - x)) * (1 - np.abs(point[..., 1] - y))
        inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
        taken = images[np.arange(n)[:, None], np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)]
        value += (weight * inside)[..., None] * taken
    off = np.abs(np.floor(value + 0.5).reshape(out.shape) - out)
    assert off.max() <= 1 and (off > 0).mean() <= 1e-3, (off.max(), (off > 0).mean())


# --- texts -----------------------------------------------------------------------------------------------------------

# The Unicode property White_Space; Python's own str.isspace differs.
WHITE = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"


def upper(letter: str) -> str:
    return letter.upper() if len(letter.upper()) == 1 and letter.upper().lower() == letter else letter


def lower(letter: str) -> str:
    return letter.lower() if len(letter.lower()) == 1 and letter.lower().upper() == letter else letter


def full_stop(last: str) -> str:
    if "\u3041" <= last <= "\u30ff" or "\u3400" <= last <= "\u4dbf" or "\u4e00" <= last <= "\u9fff":
        return "。"
    return "." if (last.isascii() and last.isalnum()) or upper(last) != last or lower(last) != last else ""


def transform_text(family: dict, seed: bytes, text: str, index: int) -> str:
    words = (int(word) for block in range(2**20) for word in chacha_block(seed, [index], block)[:, 0])
    case, stop = next(words) >> 30, next(words) >> 31
    if not text.strip(WHITE):
        return text
    if family["case"] and case in (1, 2):
        text = "".join(map(lower if case == 1 else upper, text))
    elif family["case"] and case == 3:
        text = "".join(upper(c) if k == 0 or text[k - 1] in WHITE else c for k, c in enumerate(text))
    if family["punctuation"] and stop:
        body = text.rstrip(WHITE)
        rest = text[len(body) :]
        if body[-1] in ".。" and len(body) > 1 and body[-2] not in WHITE + body[-1]:
            body = body[:-1]
        else:
            body += full_stop(body[-1])
        text = body + rest
    if family["spacing"]:
        before, after = (" " * (next(words) >> 30 == 0) for _ in range(2))
        wide = ""
        for k, c in enumerate(text):
            wide += c
            if c == " " and text[k + 1 : k + 2] != " ":
                wide += " " * (next(words) >> 30 == 0)
        text = before + wide + after
    return text


# --- the committed cases ---------------------------------------------------------------------------------------------


def strokes(random: np.random.Generator, height: int, width: int, channels: int) -> np.ndarray:
    """A curve of soft dots on black: somewhat like a written character."""
    y, x = np.mgrid[:height, :width]
    image = np.zeros((height, width, channels))
    start, bend = random.uniform(0.2, 0.8, (2, 2)), random.uniform(-0.5, 0.5, (2, 2))
    colour = random.uniform(0.4, 1.0, channels)
    for t in np.linspace(0, 1, 40):
        cy, cx = (start[0] + bend[0] * t + bend[1] * np.sin(3 * t)) * (height, width)
        image = np.maximum(image, np.exp(-((y - cy) ** 2 + (x - cx) ** 2) / 2)[..., None] * colour)
    return np.where(image > 0.05, np.rint(image * 255), 0).astype(np.uint8)


def image_case(family: dict, first: int, images: np.ndarray) -> dict:
    variants = transform_images(family, SEED, images, first)

    def texts(array):
        return [image.tobytes().hex() for image in array]

    return {
        "family": {"family": "image", **family},
        "shape": list(images.shape[1:]),
        "first": first,
        "samples": texts(images),
        "variants": texts(variants),
    }


def text_case(family: dict, first: int, samples: list[str]) -> dict:
    variants = [transform_text(family, SEED, text, first + k) for k, text in enumerate(samples)]
    return {"family": {"family": "text", **family}, "first": first, "samples": samples, "variants": variants}


TEXTS = [
    "The nurse was kind, and the ward was clean.",
    "Is it far from here?",
    "I would not go there again",
    "Zoë paid 3.50 for the CAFÉ crème...",
    "Straße, Ελλάδα, Россия. Ok.",
    "  two  spaces and a\ttab \n",
    "这家医院的护士很亲切。",
    "我不会再去那里",
    "明天还下雨吗？",
    "Nothing at all!",
    "Ein sehr langer Satz mit vielen kleinen Worten, damit der Strom der Zahlen mehr als einen Block lang ist.",
    "",
]


def main():
    check_generator()
    random = np.random.Generator(np.random.PCG64(1))
    grey = np.stack([strokes(random, 28, 28, 1) for _ in range(6)])
    colour = np.stack([strokes(random, 12, 9, 3), random.integers(0, 256, (12, 9, 3), np.uint8)])
    digits = {"scale": 0.1, "rotation": 8.0, "shift": 2.0}
    wide = {"scale": 0.5, "rotation": 180.0, "shift": 3.0, "flip": True}
    every = {"case": True, "spacing": True, "punctuation": True}
    reference = {
        "seed": SEED.hex(),
        "images": [image_case(digits, 0, grey), image_case(wide, 2**32 - 1, colour), image_case(wide, 7, colour)],
        "texts": [text_case(every, 0, TEXTS), text_case(every, 2**32 - 3, TEXTS)],
    }
    path = Path(__file__).with_name("reference.json")
    path.write_text(json.dumps(reference, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
