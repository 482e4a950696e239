//! The control of the canaries: what ONNX Runtime does with a hostile file where nothing locks it down.

use std::{env, fs, path::PathBuf};

use super::*;
use crate::grading::adapt::Arrangement;

/// The library as the build puts it beside the grader.
fn library() -> PathBuf {
    let beside = || {
        let mut folder = env::current_exe().unwrap();
        folder.pop();
        folder.ends_with("deps").then(|| folder.pop());
        folder.join("libonnxruntime.so")
    };
    env::var_os("ASSAY_ONNXRUNTIME").map_or_else(beside, PathBuf::from)
}

/// `12_ext_samedir_labels_const` stores 64 bytes of a file `labels.bin` beside it as a constant and returns them. In a
/// process that may open files it gets them; `tests/grading/child.rs` shows that the locked-down child does not.
#[test]
fn without_the_lock_down_a_hostile_model_reads_a_file_beside_it() {
    const CANARY: &[u8; 64] = b"canary-of-the-hidden-labels-canary-of-the-hidden-labels-64-bytes";
    assert!(env::var_os("ORT_DISABLE_TELEMETRY").is_some(), "`make grader` sets it before ONNX Runtime is loaded");
    let repository = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let model = fs::read(repository.join("tests/hostile/12_ext_samedir_labels_const.onnx")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("labels.bin"), CANARY).unwrap();
    let runtime = match Runtime::load(&library()) {
        Ok(runtime) => runtime,
        Err(LoadError::Version(what) | LoadError::Other(what)) => panic!("{what}"),
    };
    env::set_current_dir(folder.path()).unwrap();
    let loaded = runtime.model(&model, None);
    env::set_current_dir(repository).unwrap();
    let mut model = loaded.unwrap();
    let feed = Feed {
        source: 0,
        name: "x".into(),
        dtype: Dtype::Float32,
        shape: vec![1, 28, 28],
        arrangement: Arrangement::AsKept,
        batch: None,
        is_bare: false,
    };
    let held = model.run(&[feed], vec![Values::F32(vec![0.0; 784])], 1, &[&[1]]).unwrap();
    let [held] = held.as_slice() else { panic!("one group") };
    let [Held::Integers(leak)] = held.as_slice() else { panic!("{held:?}") };
    let bytes: Vec<u8> = leak.values.iter().map(|&byte| u8::try_from(byte).unwrap()).collect();
    assert_eq!(bytes, CANARY, "ONNX Runtime no longer reads it: then the static check may be relaxed");
}
