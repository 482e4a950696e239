//! Which operators a model may use: the standard domains without loops, branches, randomness and foreign code.

use super::{adapt::Refusal, verdict::Reason};

/// Standard operators that make a run endless, random, or load something else. `Scan` stays: scikit-learn uses it.
const DENIED: &[&str] = &[
    "Bernoulli",
    "EPContext",
    "If",
    "Loop",
    "Multinomial",
    "RandomNormal",
    "RandomNormalLike",
    "RandomUniform",
    "RandomUniformLike",
    "SequenceMap",
];

/// Operators of ONNX Runtime's own domain that quantisers and optimisers write and its CPU provider has.
const CONTRIB: &[&str] = &[
    "BiasGelu",
    "DequantizeLinear",
    "DynamicQuantizeLSTM",
    "DynamicQuantizeMatMul",
    "FastGelu",
    "FusedConv",
    "FusedGemm",
    "FusedMatMul",
    "Gelu",
    "MatMulInteger16",
    "MatMulIntegerToFloat",
    "MatMulNBits",
    "NhwcMaxPool",
    "QGemm",
    "QLinearAdd",
    "QLinearAveragePool",
    "QLinearConcat",
    "QLinearConv",
    "QLinearGlobalAveragePool",
    "QLinearLeakyRelu",
    "QLinearMul",
    "QLinearReduceMean",
    "QLinearSigmoid",
    "QLinearSoftmax",
    "QLinearWhere",
    "QuantizeLinear",
    "QuickGelu",
    "SkipLayerNormalization",
];

/// Refuses an operator that exercises do not allow.
pub fn check_operator(domain: &str, operator: &str) -> Result<(), Refusal> {
    let allowed = match domain {
        "" | "ai.onnx" | "ai.onnx.ml" => !DENIED.contains(&operator),
        "com.microsoft" => CONTRIB.contains(&operator),
        _ => return Err(Refusal::new(Reason::OperatorDomain, &[("op", &operator), ("domain", &domain)])),
    };
    if allowed { Ok(()) } else { Err(Refusal::new(Reason::OperatorNotAllowed, &[("op", &operator)])) }
}
