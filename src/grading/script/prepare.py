"""Unpacks a zip with train.py, turns a notebook's code cells or a saved Keras model into a program, and becomes it.

Runs inside the walls, as whatever it makes; usage: prepare.py FILE FOLDER.
"""

import ast
import json
import os
import shutil
import sys
import zipfile

upload, folder = sys.argv[1:3]
os.makedirs(folder, exist_ok=True)


def stop(sentence):
    print("assay:", sentence, file=sys.stderr, flush=True)
    sys.exit(2)


EXPORT = """\
try:
    import keras
except ImportError:
    raise SystemExit("assay: this is a Keras model, and the environment has no Keras; export it to ONNX yourself")
model = keras.models.load_model({path!r}, compile=False)
print("converting", model.name, "with Keras", keras.__version__, flush=True)
# A loaded model cannot be exported before it has been called.
inputs = [keras.ops.zeros([size or 1 for size in tensor.shape], tensor.dtype) for tensor in model.inputs]
model(inputs[0] if len(inputs) == 1 else inputs)
model.export("model.onnx", format="onnx")
"""


def unpacked():
    with zipfile.ZipFile(upload) as archive:
        if {"config.json", "metadata.json", "model.weights.h5"} <= set(archive.namelist()):
            return exported()
        archive.extractall(folder)
    found = [os.path.join(path, "train.py") for path, _, files in os.walk(folder) if "train.py" in files]
    if not found:
        stop("the zip file holds no train.py")
    return min(found, key=lambda path: (path.count(os.sep), path))


def exported():
    # Keras tells the format by the ending. Code in the file, such as a Lambda layer, it loads only if told to.
    model = os.path.join(folder, "model.keras")
    shutil.copyfile(upload, model)
    path = os.path.join(folder, "export.py")
    with open(path, "w", encoding="utf-8") as file:
        file.write(EXPORT.format(path=model))
    return path


def plain(number, lines):
    """The lines of a cell with IPython's commands, and nothing else, taken out; one after the other, where Python stops."""
    lines = list(lines)
    for _ in range(len(lines)):
        try:
            ast.parse("\n".join(lines))
            break
        except SyntaxError as error:
            at = (error.lineno or 0) - 1
            bare = lines[at].lstrip() if 0 <= at < len(lines) else ""
        if not (bare.startswith("!") or (bare.startswith("%") and bare[1:2].isalpha())):
            break
        timed = bare.split(None, 1)[1:] if bare.startswith(("%time ", "%timeit ")) else []
        indent = lines[at][: len(lines[at]) - len(bare)]
        if not timed:
            print(f"assay: left out in cell {number}: {bare}", flush=True)
        # The line may be all that a block has.
        lines[at] = indent + (timed[0] if timed else "pass  # " + bare)
    return lines


def converted():
    with open(upload, encoding="utf-8-sig") as file:
        notebook = json.load(file)
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        stop("this is not a notebook of format 4: it has no list of cells")
    program = ["def display(*shown): print(*shown)", "def get_ipython(): return None"]
    for number, cell in enumerate(cells, 1):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        source = cell.get("source", "")
        lines = ("".join(source) if isinstance(source, list) else str(source)).splitlines()
        program.append(f"# Cell {number}")
        if lines and lines[0].lstrip().startswith("%%"):
            name = lines[0].split()[0]
            if name not in ("%%time", "%%timeit", "%%capture"):
                print(f"assay: cell {number} begins with {name} and is left out", flush=True)
                continue
            lines[0] = "# " + lines[0]
        program.extend(plain(number, lines))
    path = os.path.join(folder, "notebook.py")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(program) + "\n")
    return path


try:
    script = unpacked() if zipfile.is_zipfile(upload) else converted()
except (OSError, ValueError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
    stop(f"{os.path.basename(upload)} cannot be read: {error}")
os.execv(sys.executable, [sys.executable, "-u", "-B", "-s", script])
