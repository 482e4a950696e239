"""Measures every model as submitted and under every alternative, on 200 and on 2,000 practice images.

Writes matrix.tsv (all accuracies), index.tsv and the table at the end of README.md, and prints where the rule does not
say what was planted. Honest models elsewhere are measured too: those of ../zoo, and any file named on the command line
with its scale after it, as in `measure.py model.onnx unit other.onnx raw`.
Needs numpy, onnx and onnxruntime.
"""

import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
from evaluate import Model, metadata_scale, scaled  # noqa: E402
from make_mistakes import digits  # noqa: E402

SCALES = {"unit": "unit", "raw": "raw", "signed": "signed", "standard": "0.1307,0.3081",
          "exact": "0.130660476,0.308107808", "twice": "0,255"}
OTHERS = ("transpose", "invert", "next", "previous", "reverse", "planes")
CAUSES = {"double": "raw", "transposed": "transpose", "inverted": "invert", "labels_from_one": "previous",
          "labels_next": "previous", "rotated": "previous", "bgr": "reverse", "flat_planes": "planes"}
# The rule: near chance as submitted, and one alternative far better. Chance is 1/classes; skill is the share of the
# way from chance to all right.
NEAR, FAR = 0.15, 0.6
MATRIX = "## The matrix"


def skill(accuracy, classes):
    return (accuracy - 1 / classes) / (1 - 1 / classes)


def alternatives(model, images, labels, scale, classes):
    """Accuracy by name; "declared" is the model as submitted."""
    colour = images.shape[3] == 3
    answer = lambda pictures, scale=scale, **more: model.answers(pictures, scale, classes, **more)
    given = answer(images)
    found = {"declared": given}
    if not model.integer:
        found |= {name: answer(images, value) for name, value in SCALES.items() if value != (scale or "unit")}
    found["transpose"] = answer(images.transpose(0, 2, 1, 3))
    found["invert"] = answer(255 - images)
    found["next"], found["previous"] = (given + 1) % classes, (given - 1) % classes
    if colour:
        found["reverse"] = answer(images[..., ::-1])
        found["planes"] = answer(images, flat_planes=True)
    return {name: float((value == labels).mean()) for name, value in found.items()}


def named(accuracies, classes, near=NEAR, far=FAR):
    """The alternative that the rule names, or None."""
    best = max((name for name in accuracies if name != "declared"), key=accuracies.get)
    speaks = skill(accuracies["declared"], classes) <= near and skill(accuracies[best], classes) >= far
    return best if speaks else None


def cause(stem):
    """The alternative that would undo what was planted, from the file's name; None for honest files."""
    if stem.startswith("poor_"):
        return None
    rest = stem.removeprefix("colour_").split("_", 1)[1]
    return CAUSES.get(rest, rest if rest in SCALES else None)


def main(arguments):
    images, labels = digits(0, 2000)
    colour = [np.load(HERE / "colour" / f"practice_{part}.npy") for part in ("images", "labels")]
    files = [(path, "unit", cause(path.stem)) for path in sorted(HERE.glob("*.onnx"))]
    zoo = [line.split("\t") for line in (HERE.parent / "zoo" / "index.tsv").read_text().splitlines()[1:]]
    files += [(HERE.parent / "zoo" / row[0], row[1] or metadata_scale(HERE.parent / "zoo" / row[0]) or "unit", None) for row in zoo]
    files += [(Path(path), scale, None) for path, scale in zip(arguments[::2], arguments[1::2])]
    columns = ["declared", *SCALES, *OTHERS]
    matrix = ["\t".join(["file", "scale", "images", *columns, "planted", "named"])]
    index = ["file\tclasses\tscale\tdeclared_of_200\tplanted\tbest_of_200"]
    table = ["| file | " + " | ".join(columns) + " | named |", "|---" * (len(columns) + 2) + "|"]
    for path, scale, planted in files:
        model, is_colour = Model(path), path.stem.startswith("colour_")
        data, classes = (colour, 8) if is_colour else ((images, labels), 10)
        for count in (200, len(data[0])):
            found = alternatives(model, data[0][:count], data[1][:count], scale, classes)
            name = named(found, classes)
            cells = [f"{found[c]:.3f}" if c in found else "" for c in columns]
            matrix.append("\t".join([path.name, scale, str(count), *cells, planted or "", name or ""]))
            if count == 200:  # the practice sample
                table.append(f"| {path.name} | " + " | ".join(c.removeprefix("0") for c in cells) + f" | {name or ''} |")
                best = max(v for k, v in found.items() if k != "declared")
                if path.parent == HERE:
                    index.append(f"{path.name}\t{classes}\t{scale}\t{found['declared'] * 200:.0f}\t{planted or ''}\t{best * 200:.0f}")
            if name != planted and not (planted == "standard" and name == "exact"):
                print(f"{path.name} {count}: planted {planted}, named {name}: {found}")
    for name, lines in (("matrix.tsv", matrix), ("index.tsv", index)):
        (HERE / name).write_text("\n".join(lines) + "\n")
    text = (HERE / "README.md").read_text().split(MATRIX)[0]
    (HERE / "README.md").write_text(text + MATRIX + "\n\n" + "\n".join(table) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
