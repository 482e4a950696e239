"""Makes every file of this folder but README.md, and index.tsv: models that misuse the format, or are merely odd.

Needs numpy and onnx; the same bytes come out each time. `case` names a file, the verdicts that are acceptable against
`mnist-digits`, and whether the weights file is uploaded with it; the function it is given returns a model, or bytes.
"""

from pathlib import Path

import numpy as np
from onnx import ModelProto, TensorProto as T, helper, numpy_helper
from onnx.helper import make_node as node, make_opsetid, make_tensor, make_tensor_value_info as value

HERE = Path(__file__).parent
WEIGHTS_FILE = "model.onnx.data"
LINEAR = np.random.RandomState(7).normal(0, 0.05, (784, 10)).astype(np.float32)

# Acceptable where it depends on the machine what gives way first.
COSTLY = "memory_limit|invalid_model|wrong_output|wrong_input|crashed|unsupported_operator|time_limit|below_mark"
ENDLESS = "time_limit|unsupported_operator|invalid_model|memory_limit"
OUTSIDE = "external_data|invalid_model"
DAMAGED = "invalid_model|wrong_input|wrong_output|below_mark|not_finite|crashed|unsupported_operator"

CASES = []


def case(file, verdicts, weights=False):
    def add(make):
        CASES.append((file, verdicts, weights, make))
        return make

    return add


def model(
    nodes,
    inits=(),
    *,
    shape=("N", 1, 28, 28),
    out=("N", 10),
    inputs=None,
    outputs=None,
    ir=8,
    opset=17,
    functions=(),
    opsets=(),
):
    """A model from `x` to `y`; `inits` are tensors or (name, array)."""
    tensors = [i if isinstance(i, T) else numpy_helper.from_array(np.asarray(i[1]), i[0]) for i in inits]
    inputs = [value("x", T.FLOAT, shape)] if inputs is None else inputs
    outputs = [value("y", T.FLOAT, out)] if outputs is None else outputs
    graph = helper.make_graph(list(nodes), "hostile", inputs, outputs, tensors)
    imports = [make_opsetid("", opset), *(make_opsetid(*pair) for pair in opsets)]
    return helper.make_model(
        graph, opset_imports=imports, ir_version=ir, producer_name="assay tests", functions=list(functions)
    )


def small(nodes=(), inits=(), source="x", **more):
    """Ten scores from the mean of the image, with `z` (one number) added where `nodes` make it."""
    ends = any("z" in n.output for n in nodes)
    tail = [
        node("ReduceMean", [source], ["mean"], axes=[2, 3], keepdims=0),
        node("Gemm", ["mean", "w"], ["scores" if ends else "y"]),
    ]
    if ends:
        tail.append(node("Add", ["scores", "z"], ["y"]))
    return model([*nodes, *tail], [*inits, ("w", np.linspace(-1, 1, 10, dtype=np.float32).reshape(1, 10))], **more)


def linear(**more):
    return model([node("Flatten", ["x"], ["f"]), node("MatMul", ["f", "W"], ["y"])], [("W", LINEAR)], **more)


def external(name, dims, entries, kind=T.FLOAT):
    tensor = T(name=name, data_type=kind, dims=dims, data_location=T.EXTERNAL)
    for key, text in entries.items():
        tensor.external_data.add(key=key, value=text)
    return tensor


def leaking(secret, stored=False):
    """A model that would answer with the 64 bytes of `secret`, and lists them as a second output."""
    before = [] if stored else [node("Constant", [], ["secret"], value=secret)]
    nodes = [
        *before,
        node("Cast", ["secret"], ["numbers"], to=T.FLOAT),
        node("ReduceSum", ["numbers"], ["z"], keepdims=0),
        node("Identity", ["secret"], ["leak"]),
    ]
    outputs = [value("y", T.FLOAT, ["N", 10]), value("leak", T.UINT8, [64])]
    return small(nodes, [secret] if stored else [], outputs=outputs)


def secret(location, **entries):
    return external("secret", [64], {"location": location, "length": "64", **entries}, T.UINT8)


def two_files(location=WEIGHTS_FILE, dims=(784, 10), **entries):
    """The linear model with its weights in the second file."""
    weights = external("W", dims, {"location": location, "offset": "0", "length": str(LINEAR.nbytes), **entries})
    return model([node("Flatten", ["x"], ["f"]), node("MatMul", ["f", "W"], ["y"])], [weights])


def subgraph(nodes, output, kind=T.FLOAT, inits=(), inputs=(), shape=None):
    outputs = output if isinstance(output, list) else [value(output, kind, shape)]
    return helper.make_graph(list(nodes), "inner", list(inputs), outputs, list(inits))


case("00_ok_linear.onnx", "below_mark")(lambda: linear())


# 1x: data outside the file, nothing uploaded with it.


case("10_ext_traversal_const.onnx", OUTSIDE)(lambda: leaking(secret("../../../../../../../../etc/passwd")))
case("10_ext_traversal_initializer.onnx", OUTSIDE)(
    lambda: leaking(secret("a/../../../../../../../../etc/passwd"), stored=True)
)


@case("10_ext_traversal_subgraph.onnx", OUTSIDE)
def _():
    then = subgraph([node("Constant", [], ["t"], value=secret("../../../../../../etc/passwd"))], "t", T.UINT8)
    other = subgraph([node("Constant", [], ["e"], value=make_tensor("e", T.UINT8, [64], [0] * 64))], "e", T.UINT8)
    nodes = [
        node("If", ["yes"], ["secret"], then_branch=then, else_branch=other),
        node("Cast", ["secret"], ["numbers"], to=T.FLOAT),
        node("ReduceSum", ["numbers"], ["z"], keepdims=0),
    ]
    return small(nodes, [("yes", np.array(True))])


@case("10_ext_traversal_function.onnx", OUTSIDE)
def _():
    body = [node("Constant", [], ["s"], value=secret("../labels.bin")), node("Cast", ["s"], ["n"], to=T.FLOAT)]
    body.append(node("ReduceSum", ["n"], ["r"], keepdims=0))
    function = helper.make_function("mine", "Leak", [], ["r"], body, [make_opsetid("", 17)])
    return small([node("Leak", [], ["z"], domain="mine")], functions=[function], opsets=[("mine", 1)])


case("11_ext_absolute_const.onnx", OUTSIDE)(lambda: leaking(secret("/etc/passwd")))
case("12_ext_samedir_labels_const.onnx", OUTSIDE)(lambda: leaking(secret("labels.bin")))
case("13_ext_symlink_dir.onnx", OUTSIDE)(lambda: leaking(secret("link/passwd"), stored=True))
case("15_ext_dev_zero.onnx", OUTSIDE)(lambda: leaking(secret("/dev/zero"), stored=True))
case("15_ext_proc_environ.onnx", OUTSIDE)(lambda: leaking(secret("/proc/self/environ"), stored=True))
case("16_ext_memaddr_const.onnx", OUTSIDE)(lambda: leaking(secret("*/_ORT_MEM_ADDR_/*", offset="4194304")))
case("17_ext_len_huge.onnx", OUTSIDE)(lambda: leaking(secret("labels.bin", length=str(2**62)), stored=True))
case("17_ext_offset_neg.onnx", OUTSIDE)(lambda: leaking(secret("labels.bin", offset="-8"), stored=True))
case("18_ext_nul.onnx", OUTSIDE)(lambda: leaking(secret("labels.bin\0.onnx.data"), stored=True))
case("18_ext_empty.onnx", OUTSIDE)(lambda: leaking(secret(""), stored=True))


# 19: the same with a weights file, which only an exact and honest reference may use.


case("19_two_files_ok.onnx", "below_mark", weights=True)(lambda: two_files())
case("19_two_files_unused.onnx", "below_mark", weights=True)(lambda: linear())
for label, location in {
    "traversal": "../model.onnx.data",
    "absolute": "/etc/passwd",
    "subfolder": "weights/model.onnx.data",
    "dot_slash": "./model.onnx.data",
    "nul": "model.onnx.data\0/../../labels.bin",
    "memaddr": "*/_ORT_MEM_ADDR_/*",
    "other_name": "weights.bin",
    "case": "Model.onnx.data",
}.items():
    case(f"19_two_files_{label}.onnx", OUTSIDE, weights=True)(lambda location=location: two_files(location))

for label, entries in {
    "too_short": {"offset": "4"},
    "offset_overflow": {"offset": str(2**64 - 8)},
    "offset_neg": {"offset": "-8"},
    "length_mismatch": {"length": "64"},
    "length_huge": {"length": str(2**62)},
    "basepath": {"basepath": "/etc"},
}.items():
    case(f"19_two_files_{label}.onnx", OUTSIDE, weights=True)(lambda entries=entries: two_files(**entries))


case("19_two_files_dims_huge.onnx", OUTSIDE, weights=True)(lambda: two_files(dims=(2**33, 2**31)))


@case("19_two_files_one_outside.onnx", OUTSIDE, weights=True)
def _():
    built = two_files()
    built.graph.node.insert(0, node("Constant", [], ["unused"], value=secret("../labels.bin")))
    return built


# 2x: memory.


@case("20_constofshape_2g_const.onnx", COSTLY)
def _():
    one = make_tensor("one", T.FLOAT, [1], [1.0])
    nodes = [node("ConstantOfShape", ["s"], ["big"], value=one), node("ReduceSum", ["big"], ["z"], keepdims=0)]
    return small(nodes, [("s", np.array([500, 1000, 1000]))])


@case("20_constofshape_many_const.onnx", COSTLY)
def _():
    nodes, one = [], make_tensor("one", T.FLOAT, [1], [1.0])
    for i in range(8):
        nodes += [
            node("ConstantOfShape", ["s"], [f"big{i}"], value=one),
            node("ReduceSum", [f"big{i}"], [f"r{i}"], keepdims=0),
        ]
    nodes.append(node("Sum", [f"r{i}" for i in range(8)], ["z"]))
    return small(nodes, [("s", np.array([225, 1000, 1000]))])


@case("21_constofshape_100g_run.onnx", COSTLY)
def _():
    nodes = [
        node("Shape", ["x"], ["sizes"]),
        node("Mul", ["sizes", "m"], ["s"]),
        node("ConstantOfShape", ["s"], ["big"]),
        node("ReduceSum", ["big"], ["z"], keepdims=0),
    ]
    return small(nodes, [("m", np.array([1, 25, 36000, 36000]))])


@case("21_expand_overflow.onnx", COSTLY)
def _():
    nodes = [
        node("ReduceSum", ["x"], ["q"], keepdims=0),
        node("Expand", ["q", "s"], ["big"]),
        node("ReduceMax", ["big"], ["z"], keepdims=0),
    ]
    return small(nodes, [("s", np.array([2**33, 2**31, 2]))])


@case("22_pad_bomb.onnx", COSTLY)
def _():
    nodes = [node("Pad", ["x", "p"], ["big"]), node("ReduceMax", ["big"], ["z"], keepdims=0)]
    return small(nodes, [("p", np.array([0, 0, 0, 0, 0, 0, 160000, 160000]))])


@case("22_resize_bomb.onnx", COSTLY)
def _():
    nodes = [node("Resize", ["x", "", "s"], ["big"], mode="nearest"), node("ReduceMax", ["big"], ["z"], keepdims=0)]
    return small(nodes, [("s", np.array([1, 1, 6000, 6000], np.float32))])


@case("22_onehot_bomb.onnx", COSTLY)
def _():
    nodes = [
        node("Cast", ["x"], ["i"], to=T.INT64),
        node("OneHot", ["i", "depth", "values"], ["big"]),
        node("ReduceMax", ["big"], ["z"], keepdims=0),
    ]
    return small(nodes, [("depth", np.array(2**31)), ("values", np.array([0, 1], np.float32))])


@case("22_tile_growing.onnx", COSTLY)
def _():
    nodes = [node("Tile", [f"t{i}" if i else "x", "r"], [f"t{i + 1}"]) for i in range(8)]
    return small([*nodes, node("ReduceMax", ["t8"], ["z"], keepdims=0)], [("r", np.array([1, 1, 8, 8]))])


def unfilled(name, dims, data=b"", kind=T.FLOAT):
    return small(
        [node("ReduceSum", [name], ["z"], keepdims=0)], [T(name=name, dims=dims, data_type=kind, raw_data=data)]
    )


case("23_init_dims_overflow.onnx", "invalid_model")(lambda: unfilled("big", [2**33, 2**31, 2]))
case("23_init_dims_100g_nodata.onnx", "invalid_model")(lambda: unfilled("big", [25, 10**9]))
case("23_init_dims_negative.onnx", "invalid_model")(lambda: unfilled("big", [-1, 4], bytes(16)))
case("23_init_rawlen_mismatch.onnx", "invalid_model")(lambda: unfilled("big", [1000], bytes(8)))
case("23_init_int4_mismatch.onnx", "invalid_model")(lambda: unfilled("big", [8], bytes(8), T.INT4))
case("24_zero_size_dims.onnx", "below_mark|invalid_model")(
    lambda: small([node("ReduceSum", ["none"], ["z"], keepdims=0)], [("none", np.zeros((0, 512), np.float32))])
)


# 3x: time.


def loop(trips, step, output):
    """A loop whose condition stays true."""
    inputs = [value("i", T.INT64, []), value("go", T.BOOL, []), value("v", T.FLOAT, None)]
    body = [node("Identity", ["go"], ["on"]), *step]
    graph = subgraph(body, [value("on", T.BOOL, []), *output], inputs=inputs)
    return node("Loop", [trips, "yes", "q"], ["z"] if len(output) == 1 else ["last", "all"], body=graph)


MORE = [node("Add", ["v", "v"], ["next"])]


@case("30_loop_infinite_run.onnx", ENDLESS)
def _():
    nodes = [node("ReduceSum", ["x"], ["q"], keepdims=0), loop("", MORE, [value("next", T.FLOAT, None)])]
    return small(nodes, [("yes", np.array(True))])


@case("30_loop_most_trips.onnx", ENDLESS)
def _():
    nodes = [node("ReduceSum", ["x"], ["q"], keepdims=0), loop("n", MORE, [value("next", T.FLOAT, None)])]
    return small(nodes, [("yes", np.array(True)), ("n", np.array(2**63 - 1))])


@case("31_loop_scan_grow.onnx", ENDLESS)
def _():
    step = [node("Identity", ["v"], ["next"]), node("Identity", ["v"], ["kept"])]
    outputs = [value("next", T.FLOAT, None), value("kept", T.FLOAT, None)]
    nodes = [node("Identity", ["x"], ["q"]), loop("", step, outputs), node("ReduceMax", ["all"], ["z"], keepdims=0)]
    return small(nodes, [("yes", np.array(True))])


@case("32_constfold_slow_matmul.onnx", "time_limit|memory_limit|wrong_output|wrong_input|invalid_model")
def _():
    nodes = [node("ConstantOfShape", ["s"], ["m0"], value=make_tensor("v", T.FLOAT, [1], [1e-4]))]
    nodes += [node("MatMul", [f"m{i}", f"m{i}"], [f"m{i + 1}"]) for i in range(400)]
    return small([*nodes, node("ReduceSum", ["m400"], ["z"], keepdims=0)], [("s", np.array([3000, 3000]))])


@case("33_slow_run_matmul.onnx", "time_limit|memory_limit")
def _():
    nodes = [node("ReduceSum", ["x"], ["q"], keepdims=0), node("Expand", ["q", "s"], ["m0"])]
    nodes += [node("MatMul", [f"m{i}", f"m{i}"], [f"m{i + 1}"]) for i in range(200)]
    return small([*nodes, node("ReduceMax", ["m200"], ["z"], keepdims=0)], [("s", np.array([3000, 3000]))])


def chain(height, calls):
    """Functions that each call the next, `calls` times."""
    functions = []
    for i in range(height):
        names = ["a", *(f"t{k}" for k in range(1, calls)), "b"]
        body = [node(f"F{i + 1}", [names[k]], [names[k + 1]], domain="mine") for k in range(calls)]
        functions.append(
            helper.make_function("mine", f"F{i}", ["a"], ["b"], body, [make_opsetid("", 17), make_opsetid("mine", 1)])
        )
    functions.append(
        helper.make_function("mine", f"F{height}", ["a"], ["b"], [node("Neg", ["a"], ["b"])], [make_opsetid("", 17)])
    )
    return functions


def calling(functions):
    return small([node("F0", ["x"], ["h"], domain="mine")], source="h", functions=functions, opsets=[("mine", 1)])


case("35_function_bomb_2p30.onnx", ENDLESS)(lambda: calling(chain(30, 2)))


@case("35_function_recursive.onnx", "invalid_model")
def _():
    functions = chain(1, 1)
    functions[1].node[0].CopyFrom(node("F1", ["a"], ["b"], domain="mine"))
    return calling(functions)


@case("35_function_mutual.onnx", "invalid_model")
def _():
    functions = chain(2, 1)
    functions[2].node[0].CopyFrom(node("F0", ["a"], ["b"], domain="mine"))
    return calling(functions)


case("35_function_long_chain.onnx", "invalid_model")(lambda: calling(chain(200, 1)))


@case("35_function_twice.onnx", "invalid_model")
def _():
    functions = chain(1, 1)
    return calling([*functions, functions[0]])


case("36_functions_ok.onnx", "below_mark")(lambda: calling(chain(6, 2)))


# 4x: nesting.


def field(number, content):
    def varint(n):
        return bytes([n & 0x7F | 0x80]) + varint(n >> 7) if n > 0x7F else bytes([n])

    return varint(number << 3 | 2) + varint(len(content)) + content


def with_graph(built, before=b"", after=b""):
    """The bytes of a model, with more fields in its graph."""
    graph = before + built.graph.SerializeToString() + after
    built.ClearField("graph")
    return built.SerializeToString() + field(7, graph)


def nested(depth):
    """Branches in branches, put together byte by byte: protobuf itself writes no more than a hundred levels."""

    def branch(name, nodes, output):
        return field(
            5, field(1, name) + b"\xa0\x01\x05" + field(6, nodes + field(2, b"inner") + field(12, field(1, output)))
        )

    inner = field(1, node("Identity", ["x"], ["d0"]).SerializeToString())
    for i in range(depth):
        other = field(1, node("Neg", ["x"], [f"e{i}"]).SerializeToString())
        plain = node("If", ["yes"], [f"d{i + 1}"]).SerializeToString()
        both = branch(b"then_branch", inner, b"d%d" % i) + branch(b"else_branch", other, b"e%d" % i)
        inner = field(1, plain + both)
    return with_graph(small(inits=[("yes", np.array(True))], source=f"d{depth}"), before=inner)


case("40_nested_if_3.onnx", "below_mark")(lambda: nested(3))
case("40_nested_if_10.onnx", "invalid_model|unsupported_operator|wrong_input|wrong_output|below_mark")(
    lambda: nested(10)
)
case("40_nested_if_40.onnx", "invalid_model|unsupported_operator|wrong_input|wrong_output|below_mark")(
    lambda: nested(40)
)


@case("41_nested_type_2000.onnx", "invalid_model|wrong_input")
def _():
    inner = b""
    for _ in range(2000):
        inner = field(4, field(1, inner))
    return with_graph(small(), after=field(13, field(1, b"deep") + field(2, inner)))


# 50 to 53: malformed, other files, versions, operators.


case("50_empty.onnx", "invalid_model")(lambda: b"")
case("50_hdf5_magic.onnx", "invalid_model")(lambda: b"\x89HDF\r\n\x1a\n" + bytes(100))
case("50_html_page.onnx", "invalid_model")(
    lambda: b"<!DOCTYPE html>\n<html><body>Sign in to download model.onnx</body></html>\n"
)
case("50_ortm_magic.onnx", "invalid_model")(lambda: b"\x18\0\0\0ORTM" + np.random.RandomState(3).bytes(5000))
case("50_ortm_in_producer.onnx", "invalid_model")(lambda: b"\x08\x08\x12\x04ORTM" + small().SerializeToString()[2:])
case("50_pickle_magic.onnx", "invalid_model")(lambda: b"\x80\x04\x95" + bytes(100))
case("50_zip_magic.onnx", "invalid_model")(lambda: b"PK\x03\x04" + bytes(100))
case("50_zip_lengths.onnx", "invalid_model")(
    lambda: (b"PK\x03\x04" + b"\xff" * 26) * 40 + b"PK\x01\x02" + b"\xff" * 42 + b"PK\x05\x06" + b"\xff" * 18
)
case("50_random_bytes.onnx", "invalid_model")(lambda: np.random.RandomState(1).bytes(20000))


@case("50_truncated_half.onnx", "invalid_model")
def _():
    whole = linear().SerializeToString()
    return whole[: len(whole) // 2]


case("50_length_4g.onnx", "invalid_model")(lambda: b"\x08\x08\x3a\xff\xff\xff\xff\x0f" + bytes(100))
case("50_length_2p63.onnx", "invalid_model")(lambda: b"\x08\x08\x3a" + b"\xff" * 8 + b"\x7f" + bytes(100))
for seed in range(1, 6):

    @case(f"51_bitflip_{seed}.onnx", DAMAGED)
    def _(seed=seed):
        # In a small file most bytes are structure, in the other weights.
        built = linear() if seed > 3 else small([node("Neg", ["x"], ["h"])], source="h")
        whole, random = bytearray(built.SerializeToString()), np.random.RandomState(seed)
        for place in random.randint(0, len(whole), 3):
            whole[place] ^= 1 << random.randint(8)
        return bytes(whole)


case("52_opset_9999.onnx", "invalid_model|unsupported_operator")(lambda: small(opset=9999))
case("52_opset_next.onnx", "invalid_model")(lambda: small(opset=27))
case("52_opset_negative.onnx", "invalid_model")(lambda: small(opset=-1))


@case("52_opset_missing.onnx", "invalid_model|below_mark|unsupported_operator")
def _():
    built = small()
    del built.opset_import[:]
    return built


case("52_ir_9999.onnx", "invalid_model")(lambda: small(ir=9999))
case("53_custom_domain.onnx", "unsupported_operator|invalid_model")(
    lambda: small(
        [node("ReadFile", ["x"], ["h"], domain="evil.custom", path="/etc/passwd")],
        source="h",
        opsets=[("evil.custom", 1)],
    )
)


@case("53_ep_context.onnx", "unsupported_operator|invalid_model")
def _():
    made = node(
        "EPContext", ["x"], ["h"], domain="com.microsoft", embed_mode=0, ep_cache_context="../engine.bin", source="Qnn"
    )
    return small([made], source="h", opsets=[("com.microsoft", 1)])


case("53_random_normal.onnx", "unsupported_operator")(lambda: small([node("RandomNormal", [], ["z"], shape=[10])]))
case("53_dropout_training.onnx", "invalid_model")(
    lambda: small(
        [node("Dropout", ["x", "half", "yes"], ["h"])],
        [("half", np.array(0.5, np.float32)), ("yes", np.array(True))],
        source="h",
    )
)


@case("54_metadata_ort_config.onnx", "below_mark|wrong_input|wrong_output")
def _():
    built = small()
    config = '{"session_options": {"inter_op_num_threads": 500, "intra_op_num_threads": 500, "enable_profiling": 1}}'
    built.metadata_props.add(key="ort_config", value=config)
    return built


@case("54_metadata_scale_long.onnx", "below_mark")
def _():
    built = small()
    built.metadata_props.add(key="assay.scale", value="1," * 5000)
    return built


# 55 to 59: broken graphs, indices and names.


case("55_cycle.onnx", "invalid_model")(
    lambda: small([node("Add", ["x", "b"], ["a"]), node("Neg", ["a"], ["b"])], source="b")
)
case("55_duplicate_output.onnx", "invalid_model")(
    lambda: small([node("Neg", ["x"], ["h"]), node("Abs", ["x"], ["h"])], source="h")
)
case("55_two_graphs.onnx", "invalid_model")(lambda: 2 * small().SerializeToString())


def tree(true_ids, features):
    attributes = {
        "n_targets": 10, "nodes_falsenodeids": [2, 0, 0], "nodes_featureids": features,
        "nodes_modes": ["BRANCH_LEQ", "LEAF", "LEAF"], "nodes_nodeids": [0, 1, 2], "nodes_treeids": [0, 0, 0],
        "nodes_truenodeids": true_ids, "nodes_values": [0.5, 0.0, 0.0], "target_ids": [0, 1], "target_nodeids": [1, 2],
        "target_treeids": [0, 0], "target_weights": [1.0, 1.0],
    }  # fmt: skip
    nodes = [
        node("Flatten", ["x"], ["f"]),
        node("TreeEnsembleRegressor", ["f"], ["y"], domain="ai.onnx.ml", **attributes),
    ]
    return model(nodes, opsets=[("ai.onnx.ml", 3)])


case("56_tree_child_oob.onnx", "invalid_model")(lambda: tree([1_000_000, 0, 0], [3, 0, 0]))
case("56_tree_cycle.onnx", "invalid_model|time_limit|crashed")(lambda: tree([0, 0, 0], [3, 0, 0]))
case("56_tree_feature_oob.onnx", "invalid_model|below_mark|crashed")(lambda: tree([1, 0, 0], [2_000_000_000, 0, 0]))


@case("57_gathernd_oob_run.onnx", "invalid_model|crashed|wrong_output")
def _():
    nodes = [
        node("ReduceMax", ["x"], ["q"], keepdims=0),
        node("Cast", ["q"], ["i"], to=T.INT64),
        node("Add", ["i", "far"], ["ii"]),
        node("Gather", ["d", "ii"], ["g"]),
        node("ReduceSum", ["g"], ["z"], keepdims=0),
    ]
    return small(nodes, [("d", np.array([1, 2, 3], np.float32)), ("far", np.array([2**40]))])


@case("58_names_long.onnx", "below_mark|invalid_model")
def _():
    name = "n" * 15_000
    return small([node("Neg", ["x"], [name], name=name)], source=name)


case("58_names_not_utf8.onnx", "below_mark|invalid_model|wrong_output")(
    lambda: (
        small([node("Neg", ["x"], ["hhhhhhhh"])], source="hhhhhhhh")
        .SerializeToString()
        .replace(b"h" * 8, b"\xff\xfe\xc0\x80\xed\xa0\x80\xf5")
    )
)


@case("58_names_ansi.onnx", "unsupported_operator")
def _():
    wipe = "\x1b[2J\x1b]0;owned\x07\u202e"
    built = small(
        [node(f"{wipe}Op", ["x"], ["h"], domain=f"{wipe}domain", doc_string=wipe)],
        source="h",
        opsets=[(f"{wipe}domain", 1)],
    )
    built.producer_name = built.doc_string = wipe
    return built


@case("58_input_name_ansi.onnx", "wrong_input")
def _():
    name = "\x1b[31mred\n\u202e"
    return model(
        [node("Flatten", [name], ["f"]), node("MatMul", ["f", "w"], ["y"])],
        [("w", np.ones((4, 10), np.float32))],
        inputs=[value(name, T.FLOAT, ["N", 4])],
    )


# 6x: contracts.


@case("60_two_inputs.onnx", "wrong_input")
def _():
    inputs = [value("x", T.FLOAT, ["N", 1, 28, 28]), value("x2", T.FLOAT, ["N", 1, 28, 28])]
    return small([node("Add", ["x", "x2"], ["h"])], source="h", inputs=inputs)


case("60_no_input.onnx", "wrong_input|invalid_model")(
    lambda: model([node("Identity", ["c"], ["y"])], [("c", np.zeros((100, 10), np.float32))], inputs=[])
)


@case("60_string_input.onnx", "wrong_input")
def _():
    nodes = [node("Cast", ["x"], ["f"], to=T.FLOAT)]
    return small(nodes, source="f", inputs=[value("x", T.STRING, ["N", 1, 28, 28])])


case("61_fixed_batch1.onnx", "below_mark")(lambda: linear(shape=(1, 1, 28, 28), out=(1, 10)))
case("61_fixed_batch_huge.onnx", "wrong_input|memory_limit")(lambda: small(shape=(2**31, 1, 28, 28), out=(2**31, 10)))
case("62_nan_output.onnx", "not_finite")(
    lambda: small([node("Log", ["x"], ["l"]), node("Sub", ["l", "l"], ["h"])], source="h")
)
case("62_no_outputs.onnx", "wrong_output|invalid_model")(lambda: model([node("Relu", ["x"], ["q"])], outputs=[]))


@case("62_seq_map_zipmap.onnx", "below_mark|wrong_output")
def _():
    built = small(opsets=[("ai.onnx.ml", 1)])
    built.graph.node[-1].output[0] = "scores"
    built.graph.node.append(node("ZipMap", ["scores"], ["y"], domain="ai.onnx.ml", classlabels_int64s=list(range(10))))
    kind = helper.make_sequence_type_proto(
        helper.make_map_type_proto(T.INT64, helper.make_tensor_type_proto(T.FLOAT, []))
    )
    built.graph.output[0].type.CopyFrom(kind)
    return built


case("62_wrong_batch.onnx", "wrong_output|invalid_model")(
    lambda: small([node("ReduceMean", ["x"], ["h"], axes=[0], keepdims=1)], source="h", out=(1, 10))
)
case("62_wrong_classes.onnx", "wrong_output")(
    lambda: small(
        [node("ReduceMean", ["x"], ["m2"], axes=[2, 3], keepdims=0), node("Gemm", ["m2", "w9"], ["nine"])],
        [("w9", np.ones((1, 9), np.float32))],
        outputs=[value("nine", T.FLOAT, ["N", 9])],
    )
)


@case("62_huge_output.onnx", "wrong_output|memory_limit|output_limit|time_limit|invalid_model")
def _():
    nodes = [node("Expand", ["x", "s"], ["wide"]), node("Flatten", ["wide"], ["big"])]
    return model(nodes, [("s", np.array([1, 2000, 28, 28]))], outputs=[value("big", T.FLOAT, ["N", None])])


case("62_output_dims_negative.onnx", "below_mark|invalid_model|wrong_output")(lambda: small(out=(-1, -10)))
case("62_output_missing.onnx", "invalid_model")(lambda: small(outputs=[value("nowhere", T.FLOAT, ["N", 10])]))


@case("63_constant_predictor.onnx", "below_mark")
def _():
    nodes = [node("ReduceMean", ["x"], ["mean"], axes=[2, 3], keepdims=0), node("Gemm", ["mean", "zero", "b"], ["y"])]
    return model(nodes, [("zero", np.zeros((1, 10), np.float32)), ("b", np.eye(10, dtype=np.float32)[3])])


def main():
    for old in HERE.glob("*.onnx*"):
        old.unlink()
    (HERE / WEIGHTS_FILE).write_bytes(LINEAR.tobytes())
    rows = []
    for file, verdicts, weights, make in CASES:
        made = make()
        (HERE / file).write_bytes(made.SerializeToString() if isinstance(made, ModelProto) else made)
        rows.append("\t".join([file, verdicts, *([WEIGHTS_FILE] if weights else [])]))
    (HERE / "index.tsv").write_text("\n".join(["file\tallowed_verdicts\tweights", *sorted(rows)]) + "\n")


if __name__ == "__main__":
    main()
