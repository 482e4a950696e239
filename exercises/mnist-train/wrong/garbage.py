# Leaves bytes that are no model.
import random

with open("model.onnx", "wb") as file:
    file.write(random.Random(1).randbytes(1000))
