"""Trains a logistic regression that tells malignant from benign tumours, and exports it to model.onnx.

Needs:   pip install scikit-learn skl2onnx onnxruntime
Run:     python train.py            (a few seconds)
Submit:  model.onnx. There is no scale to choose: the model does its own scaling, inside the file.

The four lines marked TRY are good places to start experimenting.
"""

import csv
import os
from pathlib import Path

import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, confusion_matrix
from sklearn.model_selection import RepeatedStratifiedKFold, cross_val_score, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

DATA = Path(os.environ.get("ASSAY_DATA_DIR", "."))
CLASSES = ["malignant", "benign"]

with open(DATA / "public.csv", encoding="utf-8", newline="") as file:
    header, *rows = csv.reader(file)
features = np.array([row[:30] for row in rows], dtype=np.float64)
# Label k stands for CLASSES[k], in the order of the exercise: 0 is malignant, 1 is benign. Names as labels would be
# sorted by scikit-learn, benign first, and the two columns of the output with them.
labels = np.array([CLASSES.index(row[30]) for row in rows])
print(f"{len(labels)} tumours, {np.sum(labels == 0)} of them malignant, {len(header) - 1} measurements of each")

# The pipeline learns mean and standard deviation together with the rest, and both end up in the exported file. Scaling
# the whole table first would let the part held aside leak into training.
model = make_pipeline(
    StandardScaler(),  # TRY: leave this line out
    LogisticRegression(
        C=1.0,  # TRY: 0.01 or 100
        class_weight=None,  # TRY: "balanced"; which recall rises, and which falls?
        max_iter=5000,
    ),
)  # TRY: another model, such as RandomForestClassifier(100) from sklearn.ensemble

# With 369 rows, one part held aside is too small to compare models. Cross-validation uses each row once for checking,
# and repeating it with other divisions shows how much of a difference is chance.
folds = RepeatedStratifiedKFold(n_splits=5, n_repeats=10, random_state=1)
scores = cross_val_score(model, features, labels, cv=folds, scoring="balanced_accuracy")
print(f"Balanced accuracy in cross-validation: {scores.mean():.3f}, from {scores.min():.3f} to {scores.max():.3f}")

given = cross_val_predict(model, features, labels, cv=5)
matrix = confusion_matrix(labels, given)
print("Rows are the truth, columns the answers:")
for name, row in zip(CLASSES, matrix):
    print(f"  {name:10}{row[0]:5}{row[1]:5}")
print(f"Recall of malignant tumours: {matrix[0, 0] / matrix[0].sum():.3f}   (the condition is 0.90)")
print(f"Precision of malignant tumours: {matrix[0, 0] / matrix[:, 0].sum():.3f}")

model.fit(features, labels)
exported = to_onnx(
    model,
    initial_types=[("features", FloatTensorType([None, 30]))],
    options={"zipmap": False},
    target_opset=19,
)
Path("model.onnx").write_bytes(exported.SerializeToString())

# ONNX computes with 32 bits here, scikit-learn with 64: compare before you trust the file.
session = onnxruntime.InferenceSession("model.onnx")
_, probabilities = session.run(None, {"features": features.astype(np.float32)})
print(f"Largest difference of the exported file: {np.abs(probabilities - model.predict_proba(features)).max():.1e}")
trained_on = balanced_accuracy_score(labels, probabilities.argmax(1))
print(f"Balanced accuracy on the rows it was trained on, of little worth: {trained_on:.3f}")
print("Wrote model.onnx. Check it with: assay grade breast-cancer model.onnx")
