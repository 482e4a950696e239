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


def is_python(source):
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def converted():
    with open(upload, encoding="utf-8") as file:
        notebook = json.load(file)
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        stop("this is not a notebook of format 4: it has no list of cells")
    program = []
    for number, cell in enumerate(cells, 1):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        source = cell.get("source", "")
        lines = ("".join(source) if isinstance(source, list) else str(source)).splitlines()
        program.append(f"# Cell {number}")
        if lines and lines[0].lstrip().startswith("%%"):
            print(f"assay: cell {number} begins with {lines[0].split()[0]} and is left out", flush=True)
            continue
        if is_python("\n".join(lines)):
            program.extend(lines)
            continue
        for line in lines:
            bare = line.lstrip()
            if bare.startswith("!") or (bare.startswith("%") and bare[1:2].isalpha()):
                print(f"assay: left out in cell {number}: {bare}", flush=True)
                # The line may be all that a block has.
                program.append(line[: len(line) - len(bare)] + "pass  # " + bare)
            else:
                program.append(line)
    path = os.path.join(folder, "notebook.py")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(program) + "\n")
    return path


try:
    script = unpacked() if zipfile.is_zipfile(upload) else converted()
except (OSError, ValueError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
    stop(f"{os.path.basename(upload)} cannot be read: {error}")
os.execv(sys.executable, [sys.executable, "-u", "-B", "-s", script])
