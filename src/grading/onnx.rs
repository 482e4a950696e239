//! ONNX Runtime: loads the library, loads a model, runs one batch. The only file that names `ort`.

use std::{
    ffi::{CStr, CString},
    os::unix::ffi::OsStrExt,
    path::Path,
};

use ort::{
    environment::Environment,
    logging::LogLevel,
    session::{Session, SessionInputValue, builder::GraphOptimizationLevel},
    value::{DynValue, Tensor, TensorElementType, ValueType},
};

use super::{
    ONNXRUNTIME_VERSION,
    adapt::{Plan, Refusal, TensorInfo, show_shape},
    contract::Dtype,
    feed::Values,
    protocol::Output,
    verdict::Reason,
};

/// ONNX Runtime with its environment; made before the lock-down, because it opens files.
pub struct Runtime(Environment);

/// Why ONNX Runtime is not there.
pub enum LoadError {
    /// Another version than [`ONNXRUNTIME_VERSION`].
    Version(String),
    /// Anything else.
    Other(String),
}

impl Runtime {
    /// Loads the library and creates the environment.
    ///
    /// `ORT_DISABLE_TELEMETRY=1` must be in the process environment already: the switch of the API comes too late.
    pub fn load(library: &Path) -> Result<Self, LoadError> {
        let other = |error: &dyn ToString| LoadError::Other(error.to_string());
        let builder = match ort::init_from(library) {
            Ok(builder) => builder,
            Err(ort::LoadDynamicError::BadVersion { version_str, .. }) => return Err(LoadError::Version(version_str)),
            Err(error) => return Err(other(&error)),
        };
        let version = loaded_version(library).ok_or_else(|| other(&"ONNX Runtime does not tell its version"))?;
        if version != ONNXRUNTIME_VERSION {
            return Err(LoadError::Version(version));
        }
        let environment = builder.with_name("assay").with_telemetry(false).build().map_err(|error| other(&error))?;
        environment.set_log_level(LogLevel::Error);
        Ok(Self(environment))
    }

    /// Loads a model from its bytes, with settings that make every run the same.
    pub fn model(&self, bytes: &[u8]) -> Result<Model, String> {
        let session = self.session(bytes).map_err(|error| error.to_string())?;
        Ok(Model(session))
    }

    fn session(&self, bytes: &[u8]) -> ort::Result<Session> {
        Session::builder(&self.0)?
            .with_no_environment_execution_providers()?
            .with_intra_threads(1)?
            .with_inter_threads(1)?
            .with_intra_op_spinning(false)?
            .with_inter_op_spinning(false)?
            .with_parallel_execution(false)?
            .with_optimization_level(GraphOptimizationLevel::All)?
            .with_deterministic_compute(true)?
            .with_memory_pattern(false)?
            .with_log_level(LogLevel::Error)?
            // The bytes are ONNX whatever they look like: the loader for `.ort` files is never tried.
            .with_config_entry("session.load_model_format", "ONNX")?
            .with_config_entry("optimization.constant_folding_max_output_size_in_bytes", "67108864")?
            .commit_from_memory(bytes)
    }
}

/// The version of a library that is already loaded, as it says itself.
fn loaded_version(library: &Path) -> Option<String> {
    let path = CString::new(library.as_os_str().as_bytes()).ok()?;
    // SAFETY: the path is a valid C string; with RTLD_NOLOAD nothing is loaded, an existing handle is returned.
    let handle = unsafe { libc::dlopen(path.as_ptr(), libc::RTLD_NOW | libc::RTLD_NOLOAD) };
    if handle.is_null() {
        return None;
    }
    // SAFETY: the handle is valid and the name is a C string; the library is never unloaded.
    let symbol = unsafe { libc::dlsym(handle, c"OrtGetApiBase".as_ptr()) };
    if symbol.is_null() {
        return None;
    }
    // SAFETY: every ONNX Runtime exports this function with this signature; `ort` has called it before.
    let base = unsafe {
        let get_base = std::mem::transmute::<*mut libc::c_void, extern "C" fn() -> *const ort::sys::OrtApiBase>(symbol);
        get_base().as_ref()?
    };
    // SAFETY: the function takes nothing and returns a static C string.
    let version = unsafe { CStr::from_ptr((base.GetVersionString)()) };
    version.to_str().ok().map(str::to_owned)
}

/// A loaded model.
pub struct Model(Session);

/// Why a batch has no predictions.
pub enum BatchFault {
    /// The output does not fit the exercise.
    Refused(Refusal),
    /// ONNX Runtime reported an error.
    Failed(String),
}

impl From<ort::Error> for BatchFault {
    fn from(error: ort::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

impl Model {
    /// The inputs that must be fed.
    pub fn inputs(&self) -> Vec<TensorInfo> {
        self.0.inputs().iter().map(|outlet| describe(outlet.name(), outlet.dtype())).collect()
    }

    /// The outputs.
    pub fn outputs(&self) -> Vec<TensorInfo> {
        self.0.outputs().iter().map(|outlet| describe(outlet.name(), outlet.dtype())).collect()
    }

    /// Runs one batch of `rows` samples and returns the first `keep` predictions as the protocol wants them.
    pub fn run(
        &mut self,
        plan: &Plan,
        values: Vec<Values>,
        rows: usize,
        (keep, classes): (usize, usize),
    ) -> Result<Vec<u8>, BatchFault> {
        let mut inputs: Vec<(&str, SessionInputValue<'_>)> = Vec::with_capacity(values.len());
        for (feed, values) in plan.feeds.iter().zip(values) {
            let shape = [&[rows], feed.shape.as_slice()].concat();
            inputs.push((feed.name.as_str(), tensor(shape, values)?.into()));
        }
        let outputs = self.0.run(inputs)?;
        let Some(output) = outputs.values().nth(plan.output) else {
            return Err(BatchFault::Refused(Refusal::new(Reason::NoOutput, &[])));
        };
        match plan.kind {
            Output::Scores => scores(&output, rows, keep, classes),
            Output::Labels => labels(&output, rows, keep, classes),
        }
    }
}

fn describe(name: &str, value: &ValueType) -> TensorInfo {
    let (dtype, type_name, shape) = match value {
        ValueType::Tensor { ty, shape, .. } => (dtype(*ty), ty.to_string(), shape.to_vec()),
        ValueType::Sequence(_) => (None, "sequence".to_owned(), Vec::new()),
        ValueType::Map { .. } => (None, "map".to_owned(), Vec::new()),
        ValueType::Optional(_) => (None, "optional".to_owned(), Vec::new()),
    };
    let type_name = dtype.map_or(type_name, |dtype| dtype.to_string());
    TensorInfo { name: name.to_owned(), dtype, type_name, shape }
}

fn dtype(element: TensorElementType) -> Option<Dtype> {
    Some(match element {
        TensorElementType::Float32 => Dtype::Float32,
        TensorElementType::Float64 => Dtype::Float64,
        TensorElementType::Float16 => Dtype::Float16,
        TensorElementType::Uint8 => Dtype::Uint8,
        TensorElementType::Uint16 => Dtype::Uint16,
        TensorElementType::Uint32 => Dtype::Uint32,
        TensorElementType::Uint64 => Dtype::Uint64,
        TensorElementType::Int8 => Dtype::Int8,
        TensorElementType::Int16 => Dtype::Int16,
        TensorElementType::Int32 => Dtype::Int32,
        TensorElementType::Int64 => Dtype::Int64,
        _ => return None,
    })
}

fn tensor(shape: Vec<usize>, values: Values) -> ort::Result<DynValue> {
    Ok(match values {
        Values::F32(values) => Tensor::from_array((shape, values))?.into_dyn(),
        Values::F64(values) => Tensor::from_array((shape, values))?.into_dyn(),
        Values::F16(values) => Tensor::from_array((shape, values))?.into_dyn(),
        Values::U8(values) => Tensor::from_array((shape, values))?.into_dyn(),
        Values::U16(values) => Tensor::from_array((shape, values))?.into_dyn(),
        Values::U32(values) => Tensor::from_array((shape, values))?.into_dyn(),
        Values::U64(values) => Tensor::from_array((shape, values))?.into_dyn(),
        Values::I8(values) => Tensor::from_array((shape, values))?.into_dyn(),
        Values::I16(values) => Tensor::from_array((shape, values))?.into_dyn(),
        Values::I32(values) => Tensor::from_array((shape, values))?.into_dyn(),
        Values::I64(values) => Tensor::from_array((shape, values))?.into_dyn(),
    })
}

fn scores(output: &DynValue, rows: usize, keep: usize, classes: usize) -> Result<Vec<u8>, BatchFault> {
    let info = describe("", output.dtype());
    if let Some((&found, rest)) = info.shape.split_first() {
        if rest != [i64::try_from(classes).unwrap_or(i64::MAX)] {
            let found = format!("{} {}", info.type_name, show_shape(&info.shape));
            let args: [(&str, &dyn ToString); 2] = [("found", &found), ("expected", &format!("[N,{classes}]"))];
            return Err(BatchFault::Refused(Refusal::new(Reason::OutputShape, &args)));
        }
        if usize::try_from(found) != Ok(rows) {
            return Err(wrong_rows(found, rows));
        }
    }
    let floats: Vec<f32> = match info.dtype {
        Some(Dtype::Float64) => output.try_extract_tensor::<f64>()?.1.iter().map(|&value| narrow(value)).collect(),
        Some(Dtype::Float16) => {
            output.try_extract_tensor::<half::f16>()?.1.iter().map(|value| value.to_f32()).collect()
        }
        _ => output.try_extract_tensor::<f32>()?.1.to_vec(),
    };
    Ok(floats.iter().take(keep * classes).flat_map(|value| value.to_le_bytes()).collect())
}

#[expect(clippy::cast_possible_truncation, reason = "double scores are kept in single precision, infinity stays so")]
fn narrow(value: f64) -> f32 {
    value as f32
}

fn labels(output: &DynValue, rows: usize, keep: usize, classes: usize) -> Result<Vec<u8>, BatchFault> {
    let wide: Vec<i64> = match describe("", output.dtype()).dtype {
        Some(Dtype::Int32) => output.try_extract_tensor::<i32>()?.1.iter().map(|&label| i64::from(label)).collect(),
        _ => output.try_extract_tensor::<i64>()?.1.to_vec(),
    };
    if wide.len() != rows {
        return Err(wrong_rows(i64::try_from(wide.len()).unwrap_or(i64::MAX), rows));
    }
    let class = |&label: &i64| u32::try_from(label).ok().filter(|&class| (class as usize) < classes);
    // The label itself is not told: it is computed from hidden samples.
    let out_of_range = || BatchFault::Refused(Refusal::new(Reason::LabelRange, &[("classes", &classes)]));
    let known = wide.iter().take(keep).map(|label| class(label).ok_or_else(out_of_range));
    let known: Vec<u32> = known.collect::<Result<_, _>>()?;
    Ok(known.iter().flat_map(|label| label.to_le_bytes()).collect())
}

fn wrong_rows(found: i64, expected: usize) -> BatchFault {
    BatchFault::Refused(Refusal::new(Reason::OutputRows, &[("found", &found), ("expected", &expected)]))
}
