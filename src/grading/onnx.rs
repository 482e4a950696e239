//! ONNX Runtime: loads the library, loads a model, runs one batch. The only file that names `ort`.

use std::{
    ffi::{CStr, CString},
    os::unix::ffi::OsStrExt,
    path::Path,
    sync::Arc,
};

use ort::{
    environment::Environment,
    logging::LogLevel,
    session::{Session, SessionInputValue, builder::GraphOptimizationLevel},
    value::{DynMapValueType, DynValue, Tensor, TensorElementType, ValueType},
};

use super::{
    ONNXRUNTIME_VERSION,
    adapt::{Feed, TensorInfo, ValueKind},
    contract::Dtype,
    feed::Values,
    reading::{Held, Key, Shaped},
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
    ///
    /// `weights` is the model's second file under the name that the model gives to it; no path is ever opened.
    pub fn model(&self, bytes: &[u8], weights: Option<(&str, Arc<[u8]>)>) -> Result<Model, String> {
        let session = self.session(bytes, weights).map_err(|error| error.to_string())?;
        Ok(Model(session))
    }

    fn session(&self, bytes: &[u8], weights: Option<(&str, Arc<[u8]>)>) -> ort::Result<Session> {
        let mut builder = Session::builder(&self.0)?
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
            .with_config_entry("optimization.constant_folding_max_output_size_in_bytes", "67108864")?;
        if let Some((name, weights)) = weights {
            builder = builder.with_external_initializer_file_in_memory(name, weights)?;
        }
        builder.commit_from_memory(bytes)
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

impl Model {
    /// The inputs that must be fed.
    pub fn inputs(&self) -> Vec<TensorInfo> {
        self.0.inputs().iter().map(|outlet| describe(outlet.name(), outlet.dtype())).collect()
    }

    /// The outputs.
    pub fn outputs(&self) -> Vec<TensorInfo> {
        self.0.outputs().iter().map(|outlet| describe(outlet.name(), outlet.dtype())).collect()
    }

    /// Runs one batch of `rows` samples and returns what each of the wanted groups of outputs holds.
    ///
    /// # Errors
    /// What ONNX Runtime says, or that an output holds what nobody can read.
    pub fn run(
        &mut self,
        feeds: &[Feed],
        values: Vec<Values>,
        rows: usize,
        wanted: &[&[usize]],
    ) -> Result<Vec<Vec<Held>>, String> {
        self.run_session(feeds, values, rows, wanted).map_err(|error| error.to_string())
    }

    fn run_session(
        &mut self,
        feeds: &[Feed],
        values: Vec<Values>,
        rows: usize,
        wanted: &[&[usize]],
    ) -> ort::Result<Vec<Vec<Held>>> {
        let mut inputs: Vec<(&str, SessionInputValue<'_>)> = Vec::with_capacity(values.len());
        for (feed, values) in feeds.iter().zip(values) {
            let batch: &[usize] = if feed.is_bare { &[] } else { &[rows] };
            let shape = [batch, feed.shape.as_slice()].concat();
            inputs.push((feed.name.as_str(), tensor(shape, values)?.into()));
        }
        let outputs = self.0.run(inputs)?;
        let read = |&index: &usize| match outputs.values().nth(index) {
            Some(output) => held(&output),
            None => Err(ort::Error::new("an output is missing")),
        };
        wanted.iter().map(|group| group.iter().map(read).collect()).collect()
    }
}

fn describe(name: &str, value: &ValueType) -> TensorInfo {
    let (kind, type_name, shape) = match value {
        ValueType::Tensor { ty, shape, .. } => {
            let kind = dtype(*ty).map_or(ValueKind::Other, ValueKind::Tensor);
            let type_name = dtype(*ty).map_or_else(|| ty.to_string(), |dtype| dtype.to_string());
            (kind, type_name, shape.to_vec())
        }
        ValueType::Sequence(element) => (sequence(element), "sequence".to_owned(), Vec::new()),
        ValueType::Map { .. } => (ValueKind::Other, "map".to_owned(), Vec::new()),
        ValueType::Optional(_) => (ValueKind::Other, "optional".to_owned(), Vec::new()),
    };
    TensorInfo { name: name.to_owned(), kind, type_name, shape }
}

fn sequence(element: &ValueType) -> ValueKind {
    match element {
        ValueType::Map { key, value: TensorElementType::Float32 } => match dtype(*key) {
            Some(key @ (Dtype::Int64 | Dtype::String)) => ValueKind::Maps(key),
            _ => ValueKind::Other,
        },
        _ => ValueKind::Other,
    }
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
        TensorElementType::Bool => Dtype::Bool,
        TensorElementType::String => Dtype::String,
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
        Values::Text(values) => Tensor::from_string_array((shape, values.as_slice()))?.into_dyn(),
    })
}

/// What an output holds after a run.
fn held(output: &DynValue) -> ort::Result<Held> {
    let info = describe("", output.dtype());
    let shape = info.shape;
    macro_rules! whole {
        ($kind:ty, $dtype:ident) => {{
            let values = output.try_extract_tensor::<$kind>()?.1.iter().map(|&value| i64::from(value)).collect();
            Held::Integers(Shaped { values, shape, dtype: Dtype::$dtype })
        }};
    }
    let floats = |values, dtype, shape| Held::Floats(Shaped { values, shape, dtype });
    Ok(match info.kind {
        ValueKind::Maps(key) => Held::Maps(maps(output, key)?),
        ValueKind::Other => {
            return Err(ort::Error::new(format!("an output holds {}, which cannot be read", info.type_name)));
        }
        ValueKind::Tensor(dtype) => match dtype {
            Dtype::Float32 => floats(output.try_extract_tensor::<f32>()?.1.to_vec(), dtype, shape),
            Dtype::Float64 => {
                let values = output.try_extract_tensor::<f64>()?.1;
                floats(values.iter().map(|&value| narrow(value)).collect(), dtype, shape)
            }
            Dtype::Float16 => {
                let values = output.try_extract_tensor::<half::f16>()?.1;
                floats(values.iter().map(|value| value.to_f32()).collect(), dtype, shape)
            }
            Dtype::Uint8 => whole!(u8, Uint8),
            Dtype::Uint16 => whole!(u16, Uint16),
            Dtype::Uint32 => whole!(u32, Uint32),
            Dtype::Int8 => whole!(i8, Int8),
            Dtype::Int16 => whole!(i16, Int16),
            Dtype::Int32 => whole!(i32, Int32),
            Dtype::Int64 => whole!(i64, Int64),
            Dtype::Bool => whole!(bool, Bool),
            Dtype::Uint64 => {
                let values = output.try_extract_tensor::<u64>()?.1.iter();
                let values = values.map(|&value| i64::try_from(value).unwrap_or(i64::MAX)).collect();
                Held::Integers(Shaped { values, shape, dtype })
            }
            Dtype::String => Held::Texts(Shaped { values: output.try_extract_strings()?.1, shape, dtype }),
        },
    })
}

fn maps(output: &DynValue, key: Dtype) -> ort::Result<Vec<Vec<(Key, f32)>>> {
    let maps = output.try_extract_sequence::<DynMapValueType>()?;
    let one = |map: &ort::value::DynMap| -> ort::Result<Vec<(Key, f32)>> {
        if key == Dtype::String {
            let entries = map.try_extract_key_values::<String, f32>()?;
            return Ok(entries.into_iter().map(|(name, score)| (Key::Name(name), score)).collect());
        }
        let entries = map.try_extract_key_values::<i64, f32>()?;
        Ok(entries.into_iter().map(|(index, score)| (Key::Index(index), score)).collect())
    };
    maps.iter().map(one).collect()
}

#[expect(clippy::cast_possible_truncation, reason = "double scores are kept in single precision, infinity stays so")]
fn narrow(value: f64) -> f32 {
    value as f32
}

#[cfg(test)]
#[path = "onnx_tests.rs"]
mod tests;
