//! What one grading costs on this machine: the whole of it, from spawning the child to the score, per model.
//!
//! `make bench` prints medians of several runs; compare figures of one run only.

use std::error::Error;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use assay::exercises::{self, data};
use assay::grading::sandbox::Sandbox;
use assay::grading::{self, Evaluation, Job};

/// Counted runs of each model, after one that is not counted.
const RUNS: usize = 7;

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("exercises/mnist-digits");
    let exercise = exercises::load(&root)?;
    let evaluation = data::evaluation(&exercise.manifest, |file| exercise.read_data(file))?;
    let sandbox = Sandbox::locate()?;
    println!(
        "{:32} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "10,000 images", "start ms", "load ms", "run ms", "all ms", "peak MB"
    );
    for file in [
        "wrong/sklearn_logreg_double.onnx",
        "wrong/numpy_mlp_onnx_helper.onnx",
        "right/keras_cnn_tf_nhwc_tf2onnx.onnx",
        "right/v_int8_qdq.onnx",
        "right/v_fixed_batch1.onnx",
    ] {
        measure(&sandbox, &evaluation, &root.join(file))?;
    }
    Ok(())
}

fn measure(sandbox: &Sandbox, evaluation: &Evaluation, file: &Path) -> Result<(), Box<dyn Error>> {
    let model = std::fs::read(file)?;
    let cancel = AtomicBool::new(false);
    let (mut start, mut load, mut run, mut all, mut peak) = (vec![], vec![], vec![], vec![], 0);
    for counted in 0..=RUNS {
        let began = Instant::now();
        let job = Job { model: &model, scale: None, evaluation, cancel: &cancel, progress: &|_| () };
        let report = grading::grade(sandbox, &job)?.report;
        if counted > 0 {
            start.push(report.timings_ms.start);
            load.push(report.timings_ms.load);
            run.push(report.timings_ms.run);
            all.push(began.elapsed().as_secs_f64() * 1000.0);
            peak = peak.max(report.peak_memory_bytes);
        }
    }
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let medians = [start, load, run, all].map(|values| format!("{:9.1}", median(values))).join(" ");
    println!("{name:32} {medians} {:>9}", peak / 1_000_000);
    Ok(())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
