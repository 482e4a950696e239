//! Which operators a model may use: all that ONNX Runtime's CPU provider has, without randomness and foreign code.
//!
//! Loops and branches stay: exporters write them, and how long they run is bounded like that of any other operator.

use crate::grading::{adapt::Refusal, verdict::Reason};

use super::text;

/// Operators that make a run random, or load something else, in any domain.
const DENIED: &[&[u8]] = &[
    b"BeamSearch",
    b"Bernoulli",
    b"EPContext",
    b"GreedySearch",
    b"Multinomial",
    b"RandomNormal",
    b"RandomNormalLike",
    b"RandomUniform",
    b"RandomUniformLike",
    b"Sampling",
    b"WhisperBeamSearch",
];

/// The operators of ONNX Runtime's own domain that its CPU provider has, as the library 1.31.1 lists its kernels.
const CONTRIB: &[&[u8]] = &[
    b"Attention",
    b"AttnLSTM",
    b"BiasGelu",
    b"BifurcationDetector",
    b"BranchwiseRMSNorm",
    b"CDist",
    b"CausalConvWithState",
    b"ConvTransposeWithDynamicPads",
    b"CropAndResize",
    b"DecoderMaskedMultiHeadAttention",
    b"DequantizeLinear",
    b"DynamicQuantizeLSTM",
    b"DynamicQuantizeMatMul",
    b"DynamicTimeWarping",
    b"EmbedLayerNormalization",
    b"EngramGate",
    b"ExpandDims",
    b"FastGelu",
    b"FusedConv",
    b"FusedGemm",
    b"FusedMatMul",
    b"GatedAdd",
    b"GatedRMSNorm",
    b"GatherBlockQuantized",
    b"GatherND",
    b"Gelu",
    b"GridSample",
    b"GroupQueryAttention",
    b"HyperConnectionPostMix",
    b"HyperConnectionPreMix",
    b"Inverse",
    b"LinearAttention",
    b"LinearAttentionGate",
    b"MRotaryEmbedding",
    b"MatMulBnb4",
    b"MatMulFpQ4",
    b"MatMulInteger16",
    b"MatMulIntegerToFloat",
    b"MatMulNBits",
    b"MaxpoolWithMask",
    b"MoE",
    b"MultiHeadAttention",
    b"MurmurHash3",
    b"NGramHashMapping",
    b"NGramRepeatBlock",
    b"NhwcMaxPool",
    b"Pad",
    b"QAttention",
    b"QEmbedLayerNormalization",
    b"QGemm",
    b"QLinearAdd",
    b"QLinearAveragePool",
    b"QLinearConcat",
    b"QLinearConv",
    b"QLinearGlobalAveragePool",
    b"QLinearLeakyRelu",
    b"QLinearMul",
    b"QLinearSigmoid",
    b"QLinearSoftmax",
    b"QLinearWhere",
    b"QMoE",
    b"QuantizeLinear",
    b"QuickGelu",
    b"Range",
    b"RotaryEmbedding",
    b"SampleOp",
    b"ScaledSiLU",
    b"SkipLayerNormalization",
    b"SkipSimplifiedLayerNormalization",
    b"SparseAttention",
    b"SparseToDenseMatMul",
    b"Tokenizer",
    b"TransposeMatMul",
    b"Trilu",
    b"UnfoldTensor",
    b"Unique",
    b"VarlenNGramHashMapping",
    b"WordConvEmbedding",
];

/// Refuses an operator that cannot be run here; `local` says that the model itself defines it.
pub fn check_operator(domain: &[u8], operator: &[u8], local: bool) -> Result<(), Refusal> {
    let built_in = matches!(domain, b"" | b"ai.onnx" | b"ai.onnx.ml" | b"com.microsoft");
    if built_in && DENIED.contains(&operator) {
        return Err(Refusal::new(Reason::OperatorNotAllowed, &[("op", &text(operator))]));
    }
    let known = built_in && (domain != b"com.microsoft" || CONTRIB.contains(&operator));
    if known || local {
        return Ok(());
    }
    Err(Refusal::new(Reason::OperatorDomain, &[("op", &text(operator)), ("domain", &text(domain))]))
}
