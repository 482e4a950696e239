"""Makes models that scikit-learn, LightGBM, XGBoost and onnxruntime's quantiser write.

Needs numpy, onnx, onnxruntime, scikit-learn, skl2onnx, lightgbm, xgboost-cpu, onnxmltools and onnxconverter-common.
Features are the 784 pixels. Trees are few and shallow, neighbours few, so that the files stay small.
"""

import lightgbm
import numpy as np
import onnx
import xgboost
from onnx import helper
from onnxconverter_common import float16
from onnxmltools.convert import convert_lightgbm, convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType as ToolsFloat
from onnxruntime import quantization
from skl2onnx import to_onnx
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, Int64TensorType
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, RidgeClassifier, SGDClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier

from record import HERE, digits, record
from networks import Network, write

IMAGES, LABELS = digits(10_000, 14_000)
UNIT = (IMAGES.reshape(len(IMAGES), 784) / 255).astype(np.float32)
BYTES = IMAGES.reshape(len(IMAGES), 784).astype(np.int64)
NAMES = np.array([str(label) for label in LABELS])
FLOAT = [("X", FloatTensorType([None, 784]))]


def sk(name, model, expected, scale="", types=None, features=UNIT, labels=LABELS, count=len(LABELS), **options):
    """Fits on the first count samples and converts; options: for the converter, zipmap among them."""
    model.fit(features[:count], labels[:count])
    key = {id(model): options}
    made = to_onnx(model, initial_types=types or FLOAT, options=key if options else None, target_opset={"": 17, "ai.onnx.ml": 3})
    onnx.save(made, HERE / f"sklearn_{name}.onnx")
    record(f"sklearn_{name}.onnx", expected, scale)


def scikit_learn():
    regression = lambda: LogisticRegression(max_iter=60)
    scores = "flattened; the second output, scores"
    maps = "flattened; maps of probabilities (the second output)"
    sk("logistic_zipmap", regression(), maps)
    sk("logistic", regression(), scores, zipmap=False)
    sk("logistic_columns", regression(), "flattened; one column per class (besides labels)", zipmap="columns")
    sk("logistic_raw_scores", regression(), scores + " (logits)", zipmap=False, raw_scores=True)
    sk("logistic_strings_zipmap", regression(), maps + ", classes as strings", labels=NAMES)
    sk("logistic_strings", regression(), scores + " (labels are strings)", labels=NAMES, zipmap=False)
    sk("logistic_double", regression(), scores + ", float64", types=[("X", DoubleTensorType([None, 784]))], zipmap=False)
    sk("logistic_raw", make_pipeline(StandardScaler(), regression()), maps + "; scale raw", "raw", features=BYTES.astype(np.float32))
    integers = [("X", Int64TensorType([None, 784]))]
    sk("pipeline_int64", make_pipeline(MinMaxScaler(), regression()), maps + "; int64 input, 0..255", types=integers, features=BYTES)
    sk("pipeline", make_pipeline(StandardScaler(), regression()), maps)
    sk("mlp", MLPClassifier((16,), max_iter=15, random_state=0), scores, zipmap=False)
    sk("forest", RandomForestClassifier(12, max_leaf_nodes=48, random_state=0), scores, zipmap=False)
    sk("tree", DecisionTreeClassifier(max_leaf_nodes=150, random_state=0), maps)
    sk("neighbours", make_pipeline(PCA(20, random_state=0), KNeighborsClassifier(3)), scores + " (a Scan node)", count=600, zipmap=False)
    sk("svc", make_pipeline(PCA(20, random_state=0), SVC(random_state=0)), scores, count=600, zipmap=False)
    sk("linear_svc", LinearSVC(C=0.01), scores + " (logits)")
    sk("ridge", RidgeClassifier(10.0), scores + " (logits)")
    sk("sgd_hinge", SGDClassifier(random_state=0), scores + " (logits)", zipmap=False)
    bayes = make_pipeline(FunctionTransformer(), GaussianNB(var_smoothing=0.1))
    sk("bayes", bayes, scores, zipmap=False)


def boosting():
    few = UNIT.reshape(-1, 784)
    light = lightgbm.LGBMClassifier(n_estimators=12, num_leaves=10, verbose=-1, n_jobs=1, random_state=0).fit(few, LABELS)
    for zipmap in (True, False):
        made = convert_lightgbm(light, initial_types=[("X", ToolsFloat([None, 784]))], zipmap=zipmap, target_opset=15)
        name = f"lightgbm{'_zipmap' if zipmap else ''}.onnx"
        onnx.save(made, HERE / name)
        kind = "maps of probabilities" if zipmap else "scores"
        record(name, f"flattened; the second output, {kind} (labels are declared [1])")
    boosted = xgboost.XGBClassifier(n_estimators=10, max_depth=3, n_jobs=1, random_state=0).fit(few, LABELS)
    made = convert_xgboost(boosted, initial_types=[("X", ToolsFloat([None, 784]))], target_opset=15)
    onnx.save(made, HERE / "xgboost.onnx")
    record("xgboost.onnx", "flattened; the second output, scores")


class Calibration(quantization.CalibrationDataReader):
    def __init__(self):
        unit = IMAGES[:200].astype(np.float32) / 255
        self.batches = iter([{"images": unit[i : i + 50]} for i in range(0, 200, 50)])

    def get_next(self):
        return next(self.batches, None)


def quantised():
    unit = IMAGES.astype(np.float32) / 255
    plain, mlp = HERE / "plain.onnx", HERE / "plain_mlp.onnx"
    write(plain, Network("cnn", norm=True, filters=4).train(unit, LABELS, steps=600))
    write(mlp, Network("mlp", hidden=16).train(unit, LABELS, steps=900))
    for name, style in (("qdq", quantization.QuantFormat.QDQ), ("qoperator", quantization.QuantFormat.QOperator)):
        for kind in (quantization.QuantType.QInt8, quantization.QuantType.QUInt8):
            file = f"quantised_{name}_{kind.name[1:].lower()}.onnx"
            quantization.quantize_static(plain, HERE / file, Calibration(), quant_format=style, activation_type=kind,
                                         weight_type=quantization.QuantType.QInt8)  # fmt: skip
            record(file, f"nothing (quantised, {style.name})")
    quantization.quantize_dynamic(mlp, HERE / "quantised_dynamic.onnx", weight_type=quantization.QuantType.QUInt8)
    record("quantised_dynamic.onnx", "nothing (quantised, dynamic)")
    quantization.quantize_dynamic(plain, HERE / "quantised_dynamic_convolution.onnx", weight_type=quantization.QuantType.QUInt8)
    record("quantised_dynamic_convolution.onnx", "nothing (quantised, dynamic, ConvInteger)")
    for keep, expected in ((True, "nothing (float16 inside)"), (False, "float16 input and output")):
        half = float16.convert_float_to_float16(onnx.load(plain), keep_io_types=keep)
        file = f"float16_{'inside' if keep else 'throughout'}.onnx"
        onnx.save(half, HERE / file)
        record(file, expected)
    plain.unlink()
    mlp.unlink()


if __name__ == "__main__":
    for family in (scikit_learn, boosting, quantised):
        family()
