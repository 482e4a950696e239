//! The processor features that decide which kernels ONNX Runtime uses, and with them the last digits of scores.

/// Names of the features that this processor has.
pub fn processor_features() -> Vec<String> {
    let mut found = Vec::new();
    #[cfg(target_arch = "x86_64")]
    {
        macro_rules! look_for {
            ($($name:tt)*) => { $(if std::arch::is_x86_feature_detected!($name) { found.push($name.to_owned()); })* };
        }
        look_for!("sse4.1" "avx" "avx2" "fma" "f16c" "avxvnni" "avx512f" "avx512bw" "avx512vl" "avx512vnni" "avx512bf16");
    }
    found.insert(0, std::env::consts::ARCH.to_owned());
    found
}
