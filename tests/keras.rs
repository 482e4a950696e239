//! With the environment `keras`, which is too large for every run: `make test-keras`.

#![cfg(test)]

use std::path::Path;
use std::sync::atomic::AtomicBool;

use assay::exercises::{self, data, environments, seal_key::SealKey, training};
use assay::grading::{
    Extent, Job, grade,
    sandbox::Sandbox,
    script::{self, Script, ScriptSandbox, environment, log::Log, protocol::ScriptLimits},
};

/// The network of the course's module on convolutions, trained as it teaches.
const CNN: &str = r#"
import gzip, os, struct
import numpy as np
import keras
from keras import layers

keras.utils.set_random_seed(int(os.environ["ASSAY_SEED"]))

def read(name):
    with gzip.open(os.path.join(os.environ["ASSAY_DATA"], name)) as file:
        magic, n = struct.unpack(">II", file.read(8))
        shape = struct.unpack(">II", file.read(8)) if magic == 2051 else ()
        return np.frombuffer(file.read(), np.uint8).reshape(n, *shape)

images = read("train-images-idx3-ubyte.gz")[..., None].astype("float32") / 255
labels = read("train-labels-idx1-ubyte.gz")
model = keras.Sequential([
    keras.Input((28, 28, 1)),
    layers.Conv2D(32, 3, activation="relu"), layers.MaxPooling2D(2),
    layers.Conv2D(64, 3, activation="relu"), layers.MaxPooling2D(2),
    layers.Conv2D(64, 3, activation="relu"), layers.Flatten(),
    layers.Dense(64, activation="relu"), layers.Dense(10, activation="softmax"),
])
model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"])

class Tell(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs):
        print(f"assay: epoch={epoch + 1} loss={logs['loss']:.4f} accuracy={logs['accuracy']:.4f}", flush=True)

model.fit(images, labels, epochs=EPOCHS, batch_size=64, verbose=0, callbacks=[Tell()])
LEAVE
"#;

const LIMITS: ScriptLimits =
    ScriptLimits { wall_seconds: 1200, cpu_seconds: 900, memory_mb: 3072, disk_mb: 256, processes: 64 };

/// Runs a script in the environment, and answers with the model that it left.
fn left_by(source: &[u8]) -> Vec<u8> {
    let root = std::env::temp_dir().join("assay-test-data");
    let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("exercises");
    let declared = environments::load(&content, "keras").unwrap();
    let say = |what: &str| eprintln!("keras: {what}");
    let environment = environment::build(&root.join(environments::FOLDER), "keras", &declared.packages, &say).unwrap();
    let exercise = exercises::load(&content.join("mnist-digits")).unwrap();
    let folder = training::folder(&root.join(training::FOLDER), &exercise.manifest, |file| exercise.read_data(file));
    let script = Script {
        bytes: source,
        max_bytes: 10_000_000,
        environment: &environment,
        data: &folder.unwrap(),
        seed: 7,
        limits: LIMITS,
        max_model_bytes: 10_000_000,
        cancel: &AtomicBool::new(false),
        printed: &|_: &Log| (),
    };
    let models = Sandbox::locate().unwrap();
    let trained = script::train(&ScriptSandbox::new(&models.grader, false).unwrap(), &script).unwrap();
    eprintln!("{}{:?}", trained.log.text(), trained.training);
    trained.model.unwrap()
}

/// The share of the digits that a model reads correctly.
fn score(model: &[u8]) -> f64 {
    let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("exercises");
    let exercise = exercises::load(&content.join("mnist-digits")).unwrap();
    let evaluation = data::evaluation(&exercise.manifest, |file| exercise.read_data(file), None).unwrap();
    let job = Job {
        model,
        weights: None,
        scale: None,
        evaluation: &evaluation,
        seal: SealKey::public("practice").seal(&exercise.version, "local"),
        extent: Extent::Whole,
        cancel: &AtomicBool::new(false),
        progress: &|_| (),
    };
    let report = grade(&Sandbox::locate().unwrap(), &job).unwrap().report;
    let open = report.evaluation.as_ref().map(|scored| scored.score);
    eprintln!("{} open {open:?} sealed {:?}", report.verdict, report.sealed.map(|sealed| sealed.score));
    open.unwrap()
}

#[test]
#[ignore = "needs the environment `keras` of 1.6 GB and some minutes: make test-keras"]
fn the_course_network_trains_five_epochs_in_the_sandbox() {
    let source = CNN.replace("EPOCHS", "5").replace("LEAVE", "model.export('model.onnx', format='onnx')");
    let score = score(&left_by(source.as_bytes()));
    assert!(score > 0.985, "{score}");
}

#[test]
#[ignore = "needs the environment `keras` of 1.6 GB and some minutes: make test-keras"]
fn a_saved_keras_model_is_converted_in_the_sandbox() {
    // The saved file leaves the sandbox under the only name that does, and comes back as an upload.
    let leave = "model.save('saved.keras')\nos.rename('saved.keras', 'model.onnx')";
    let saved = left_by(CNN.replace("EPOCHS", "1").replace("LEAVE", leave).as_bytes());
    assert!(saved.starts_with(b"PK"), "a .keras file is a zip");
    let score = score(&left_by(&saved));
    assert!(score > 0.97, "{score}");
}
