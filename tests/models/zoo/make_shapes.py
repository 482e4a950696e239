"""Makes models by hand: one classifier in every layout, type, batch, output, operator set and format version.

The classifier averages 2x2 pixels and has one layer of softmax. Needs numpy, onnx and onnxruntime.
"""

import numpy as np
from onnx import TensorProto as T
from onnx import checker, helper, numpy_helper, save

from record import HERE, digits, record
from networks import Network

make = helper.make_node
info = helper.make_tensor_value_info


def weights():
    """float32 [196,10] and [10], for unit-scaled pixels."""
    images, labels = digits(10_000, 20_000)
    small = images.reshape(-1, 14, 2, 14, 2, 1).mean((2, 4)).astype(np.float32) / 255
    network = Network("linear", shape=(14, 14, 1)).train(small, labels, steps=1500, rate=5e-3)
    return network.p["w2"], network.p["b2"]


WEIGHTS, BIAS = weights()


def model(shape, given=T.FLOAT, before=(), after=None, outputs=None, constants=(), opset=17, ir=8, work=T.FLOAT, name="digits"):
    """before: nodes from "images" to "ready", [N,28,28] in any layout; after: nodes from "logits" to the outputs."""
    kind = helper.tensor_dtype_to_np_dtype(work)
    cast = [] if work == T.FLOAT else [make("Cast", ["pixels"], ["typed"], to=work)]
    nodes = [
        *before,
        make("Reshape", ["ready" if before else "images", "plane"], ["planes"]),
        make("AveragePool", ["planes"], ["small"], kernel_shape=[2, 2], strides=[2, 2]),
        make("Flatten", ["small"], ["pixels"], axis=1),
        *cast,
        make("Gemm", ["typed" if cast else "pixels", "weights", "bias"], ["logits"]),
        *(after if after is not None else [make("Softmax", ["logits"], ["scores"], axis=1)]),
    ]
    stored = {"plane": np.array([-1, 1, 28, 28]), "weights": WEIGHTS.astype(kind), "bias": BIAS.astype(kind)} | dict(constants)
    tensors = [numpy_helper.from_array(np.asarray(value), key) for key, value in stored.items()]
    inputs = [info("images", given, shape)]
    if ir < 4:  # where initializers had to be inputs as well
        inputs += [info(tensor.name, tensor.data_type, tensor.dims) for tensor in tensors]
    first = shape[0] if shape else "N"
    outputs = outputs or [info("scores", work, [first, 10])]
    domains = [helper.make_opsetid("", opset)]
    domains += [helper.make_opsetid(domain, 3 if domain == "ai.onnx.ml" else 1) for domain in sorted({n.domain for n in nodes} - {""})]
    return helper.make_model(
        helper.make_graph(nodes, name, inputs, outputs, tensors), opset_imports=domains, ir_version=ir, producer_name="assay tests"
    )


def add(name, expected, *arguments, scale="", check=True, metadata=None, **options):
    made = model(*arguments, **options)
    helper.set_model_props(made, metadata or {})
    if check:
        checker.check_model(made)
    save(made, HERE / f"{name}.onnx")
    record(f"{name}.onnx", expected, scale)


def layouts():
    add("layout_hw", "no channel dimension", ["N", 28, 28])
    add("layout_flat", "flattened", ["N", 784])
    add("layout_nchw", "channels first", ["N", 1, 28, 28])
    add("layout_nhwc", "nothing", ["N", 28, 28, 1])
    add("layout_784_1", "flattened, a dimension of 1 behind", ["N", 784, 1])
    add("layout_1_784", "flattened, a dimension of 1 in front", ["N", 1, 784])
    add("layout_28_1_28", "the channel between rows and columns", ["N", 28, 1, 28])
    for name, shape, axis in (("nchw", ["N", 3, 28, 28], 1), ("nhwc", ["N", 28, 28, 3], 3)):
        mean = make("ReduceMean", ["images"], ["ready"], axes=[axis], keepdims=0)
        add(f"layout_three_{name}", f"grey repeated in three channels, {name.upper()}", shape, before=[mean])
    add("layout_unknown_dims_4", "nothing (all dimensions unknown, rank 4)", ["N", "a", "b", "c"])
    add("layout_unknown_dims_2", "flattened (all dimensions unknown, rank 2)", ["N", "a"])
    add("layout_unnamed_dims", "nothing (dimensions without name or value)", [None, None, None, None])
    add("layout_unknown_rank", "nothing (unknown rank)", None, outputs=[info("scores", T.FLOAT, None)], check=False)
    one = make("Reshape", ["probabilities", "ten"], ["scores"])
    after = [make("Softmax", ["logits"], ["probabilities"], axis=1), one]
    single = {"after": after, "constants": {"ten": np.array([10])}, "outputs": [info("scores", T.FLOAT, [10])]}
    add("layout_no_batch", "one image at a time, no batch dimension, no channel dimension", [28, 28], **single)
    add("layout_no_batch_nhwc", "one image at a time, no batch dimension", [28, 28, 1], **single)
    add("layout_no_batch_flat", "one image at a time, no batch dimension, flattened", [784], **single)


def batches():
    for size in (1, 2, 7, 64, 1000):
        add(f"batch_{size}", f"batch fixed at {size}", [size, 28, 28, 1])
    add("batch_minus_one", "nothing (dim_value is -1)", [-1, 28, 28, 1])


def types():
    wide, most, half = make("Cast", ["images"], ["wide"], to=T.FLOAT), np.float32(255), np.float32(128)
    divide = make("Div", ["wide", "most"], ["ready"])
    for name in ("uint8", "uint16", "int16", "uint32", "int32", "uint64", "int64"):
        before = [wide, divide]
        add(f"type_{name}", f"{name} input, 0..255", ["N", 28, 28, 1], getattr(T, name.upper()), before, constants={"most": most})
    shift = [wide, make("Add", ["wide", "half"], ["shifted"]), make("Div", ["shifted", "most"], ["ready"])]
    add("type_int8", "int8 input, x - 128", ["N", 28, 28, 1], T.INT8, shift, constants={"most": most, "half": half})
    ready = [make("Cast", ["images"], ["ready"], to=T.FLOAT)]
    add("type_float32", "nothing", ["N", 28, 28, 1])
    add("type_float64", "float64 input and output", ["N", 28, 28, 1], T.DOUBLE, ready, work=T.DOUBLE)
    add("type_float16", "float16 input and output", ["N", 28, 28, 1], T.FLOAT16, ready, work=T.FLOAT16)


def scales():
    raw = [make("Div", ["images", "most"], ["ready"])]
    signed = [make("Add", ["images", "one"], ["up"]), make("Div", ["up", "two"], ["ready"])]
    standard = [make("Mul", ["images", "std"], ["spread"]), make("Add", ["spread", "mean"], ["ready"])]
    kinds = {
        "raw": ("raw", raw, {"most": np.float32(255)}),
        "signed": ("signed", signed, {"one": np.float32(1), "two": np.float32(2)}),
        "standard": ("0.1307,0.3081", standard, {"std": np.float32(0.3081), "mean": np.float32(0.1307)}),
    }
    for name, (scale, before, constants) in kinds.items():
        options = {"before": before, "constants": constants}
        add(f"scale_{name}", f"scale {scale}", ["N", 28, 28, 1], scale=scale, **options)
        metadata = {"assay.scale": scale}
        add(f"scale_{name}_in_metadata", f"scale {scale}, read from the model's metadata", ["N", 28, 28, 1], metadata=metadata, **options)
    # Divides by 255 only where the pixels need it: right as unit and as raw.
    branch = lambda name, node: helper.make_graph([node], name, [], [info(f"{name}_ready", T.FLOAT, None)])
    big = branch("big", make("Div", ["images", "most"], ["big_ready"]))
    small = branch("small", make("Identity", ["images"], ["small_ready"]))
    decide = [
        make("ReduceMax", ["images"], ["peak"], keepdims=0),
        make("Greater", ["peak", "limit"], ["is_raw"]),
        make("If", ["is_raw"], ["ready"], then_branch=big, else_branch=small),
    ]
    constants = {"most": np.float32(255), "limit": np.float32(1.5)}
    add("if_node", "nothing (an If node on the largest pixel)", ["N", 28, 28, 1], before=decide, constants=constants)


def outputs():
    soft = make("Softmax", ["logits"], ["scores"], axis=1)
    scores, logits = info("scores", T.FLOAT, ["N", 10]), info("logits", T.FLOAT, ["N", 10])
    best = make("ArgMax", ["logits"], ["label"], axis=1, keepdims=0)
    label = info("label", T.INT64, ["N"])
    shape = ["N", 28, 28, 1]

    def out(name, expected, after, *described, **options):
        add(f"output_{name}", expected, shape, after=after, outputs=list(described), **options)

    out("logits", "nothing (logits)", [], logits)
    out("log_probabilities", "nothing (log-probabilities)", [make("LogSoftmax", ["logits"], ["scores"], axis=1)], scores)
    out("labels_int64", "labels", [best], label)
    out("labels_int64_column", "labels, [N,1]", [make("ArgMax", ["logits"], ["label"], axis=1)], info("label", T.INT64, ["N", 1]))
    typed = lambda kind: [make("ArgMax", ["logits"], ["best"], axis=1, keepdims=0), make("Cast", ["best"], ["label"], to=kind)]
    for kind in ("int32", "uint8", "int8", "int16", "float", "double", "float16"):
        number = getattr(T, kind.upper())
        out(f"labels_{kind}", f"labels as {kind}", typed(number), info("label", number, ["N"]))
    strings = make("LabelEncoder", ["best"], ["label"], domain="ai.onnx.ml", keys_int64s=list(range(10)),
                   values_strings=[str(i) for i in range(10)])  # fmt: skip
    out("labels_string", "labels as strings", [typed(T.INT64)[0], strings], info("label", T.STRING, ["N"]))
    out("label_shape_1", "labels (declared shape [1], one per row comes)", [best], info("label", T.INT64, [1]))
    hot = {"depth": np.array(10), "off_on": np.array([0, 1])}
    one_hot = make("OneHot", ["best", "depth", "off_on"], ["hot"], axis=1)
    first = typed(T.INT64)[0]
    out("one_hot_int64", "one-hot", [first, one_hot], info("hot", T.INT64, ["N", 10]), constants=hot)
    to_bool = make("Cast", ["hot"], ["hot_bool"], to=T.BOOL)
    out("one_hot_bool", "one-hot, bool", [first, one_hot, to_bool], info("hot_bool", T.BOOL, ["N", 10]), constants=hot)
    to_float = make("Cast", ["hot"], ["scores"], to=T.FLOAT)
    out("one_hot_float", "nothing (one-hot as float)", [first, one_hot, to_float], scores, constants=hot)
    maps = lambda key: helper.make_value_info("maps", helper.make_sequence_type_proto(
        helper.make_map_type_proto(key, helper.make_tensor_type_proto(T.FLOAT, []))))  # fmt: skip
    ints = make("ZipMap", ["scores"], ["maps"], domain="ai.onnx.ml", classlabels_int64s=list(range(10)))
    words = make("ZipMap", ["scores"], ["maps"], domain="ai.onnx.ml", classlabels_strings=[str(i) for i in range(10)])
    out("zipmap_only", "maps of probabilities", [soft, ints], maps(T.INT64))
    out("zipmap_and_labels", "maps of probabilities (the second output)", [soft, best, ints], label, maps(T.INT64))
    out("zipmap_strings", "maps of probabilities, classes as strings", [soft, words], maps(T.STRING))
    split = make("Split", ["scores"], [f"class_{i}" for i in range(10)], axis=1)
    each = [info(f"class_{i}", T.FLOAT, ["N", 1]) for i in range(10)]
    out("columns", "one column per class", [soft, split], *each)
    out("columns_and_label", "one column per class (besides labels)", [soft, best, split], label, *each)
    out("logits_then_scores", "the second output, probabilities, rather than logits", [soft], logits, scores)
    out("scores_then_logits", "the first output, probabilities, rather than logits", [soft], scores, logits)
    out("features_then_scores", "the second output, scores", [soft], info("pixels", T.FLOAT, ["N", 196]), scores)
    out("labels_then_scores", "the second output, scores, rather than labels", [soft, best], label, scores)
    reshape = lambda dims: ([soft, make("Reshape", ["scores", "dims"], ["shaped"])], {"dims": np.array(dims)})
    for name, dims in (("n_1_10", [-1, 1, 10]), ("n_10_1_1", [-1, 10, 1, 1]), ("n_1_1_10", [-1, 1, 1, 10])):
        after, constants = reshape(dims)
        out(name, f"dimensions of 1 dropped from the output, [N,{','.join(map(str, dims[1:]))}]", after,
            info("shaped", T.FLOAT, ["N", *dims[1:]]), constants=constants)  # fmt: skip
    after, constants = reshape([-1, 10])
    out("unknown_shape", "nothing (an output of unknown shape)", after, info("shaped", T.FLOAT, None), constants=constants, check=False)
    for kind in ("float16", "double"):
        number = getattr(T, kind.upper())
        convert = make("Cast", ["scores"], ["typed_scores"], to=number)
        out(f"scores_{kind}", f"scores as {kind}", [soft, convert], info("typed_scores", number, ["N", 10]))


def versions():
    pairs = {7: 3, 8: 3, 9: 4, 11: 6, 13: 7, 15: 8, 18: 8, 19: 9, 21: 10, 23: 11, 25: 12, 26: 13, 27: 14}
    for opset, ir in pairs.items():
        expected = f"channels first (operator set {opset}, format {ir})"
        try:
            add(f"opset_{opset}_ir_{ir}", expected, ["N", 1, 28, 28], opset=opset, ir=ir, check=False)
        except Exception as error:  # beyond what this runtime knows
            (HERE / f"opset_{opset}_ir_{ir}.onnx").unlink(missing_ok=True)
            print(f"operator set {opset}, format {ir}: {str(error)[:150]}")


def microsoft():
    domain = "com.microsoft"
    soft = make("Softmax", ["logits"], ["scores"], axis=1)
    shape = ["N", 28, 28, 1]
    # The core's logits are only a detour here: each model computes its own from "pixels".
    fused = [make("FusedMatMul", ["pixels", "turned"], ["products"], domain=domain, transB=1), make("Add", ["products", "bias"], ["own"])]
    last = make("Softmax", ["own"], ["scores"], axis=1)
    turned = {"turned": np.ascontiguousarray(WEIGHTS.T)}
    add("microsoft_fused_matmul", "nothing (com.microsoft FusedMatMul)", shape, after=[*fused, last], constants=turned, check=False)
    gemm = make("FusedGemm", ["pixels", "weights", "bias"], ["own"], domain=domain, activation="LeakyRelu", activation_alpha=0.5)
    add("microsoft_fused_gemm", "nothing (com.microsoft FusedGemm)", shape, after=[gemm, last], check=False)
    gelu = [make("Gelu", ["logits"], ["own"], domain=domain), soft]
    outputs = [info("scores", T.FLOAT, ["N", 10])]
    add("microsoft_gelu", "nothing (com.microsoft Gelu)", shape, after=[gelu[0], last], outputs=outputs, check=False)
    plain = [make("MatMul", ["pixels", "weights"], ["products"]), make("BiasGelu", ["products", "bias"], ["own"], domain=domain)]
    add("microsoft_bias_gelu", "nothing (com.microsoft BiasGelu)", shape, after=[*plain, last], check=False)
    step = np.float32(np.abs(WEIGHTS).max() / 127)
    whole = {"a_step": np.float32(1 / 255), "a_zero": np.uint8(0), "b_step": step, "b_zero": np.int8(0),
             "eight": np.rint(WEIGHTS / step).astype(np.int8), "c": np.rint(BIAS / (step / 255)).astype(np.int32)}  # fmt: skip
    quantised = [
        make("QuantizeLinear", ["pixels", "a_step", "a_zero"], ["a"]),
        make("QGemm", ["a", "a_step", "a_zero", "eight", "b_step", "b_zero", "c"], ["own"], domain=domain),
    ]
    add("microsoft_qgemm", "nothing (com.microsoft QGemm)", shape, after=[*quantised, last], constants=whole, check=False)


if __name__ == "__main__":
    for family in (layouts, batches, types, scales, outputs, versions, microsoft):
        family()
