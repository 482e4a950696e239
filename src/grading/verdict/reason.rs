//! The finer reason behind each verdict; each has one sentence in every language.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Verdict;

/// Declares [`Reason`]: every reason with its name, its verdict and its documentation, in one table.
macro_rules! reasons {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal => $verdict:ident,)+) => {
        /// Why a grading ended as it did; each belongs to one verdict and has one sentence per language.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Reason {
            $($(#[doc = $doc])+ #[serde(rename = $name)] $variant,)+
        }

        impl Reason {
            /// All reasons, in the order of their verdicts.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name in JSON and in message keys (`reason-input_shape`).
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The verdict that this reason explains.
            pub const fn verdict(self) -> Verdict {
                match self { $(Self::$variant => Verdict::$verdict,)+ }
            }
        }
    };
}

reasons! {
    /// The pass mark was reached.
    Passed = "passed" => Passed,
    /// The mark for distinction was reached.
    Distinction = "distinction" => Passed,
    /// Only the practice sample was asked for, and nothing speaks against the model.
    Practised = "practised" => Passed,
    /// The score is below the pass mark.
    BelowMark = "below_mark" => BelowMark,
    /// The open mark was reached and the sealed one was not. `found`, `expected`.
    BelowSealedMark = "below_sealed_mark" => BelowMark,
    /// The marks were reached, and another condition does not hold. `metric`, `found`, `expected`.
    ConditionNotMet = "condition_not_met" => BelowMark,
    /// An instructor decided that it passes, whatever the grader found.
    DecidedPassed = "decided_passed" => Passed,
    /// An instructor decided that it does not pass, whatever the grader found.
    DecidedFailed = "decided_failed" => BelowMark,
    /// The file has no bytes.
    EmptyFile = "empty_file" => InvalidModel,
    /// The file is larger than the exercise allows. `size`, `limit` in bytes.
    TooLarge = "too_large" => InvalidModel,
    /// A ZIP archive of something else.
    FileIsZip = "file_is_zip" => InvalidModel,
    /// An HDF5 file: Keras `.h5`.
    FileIsHdf5 = "file_is_hdf5" => InvalidModel,
    /// A Python pickle.
    FileIsPickle = "file_is_pickle" => InvalidModel,
    /// A web page saved instead of the model.
    FileIsHtml = "file_is_html" => InvalidModel,
    /// ONNX Runtime's own `.ort` format.
    FileIsOrt = "file_is_ort" => InvalidModel,
    /// A Keras `.keras` file.
    FileIsKeras = "file_is_keras" => InvalidModel,
    /// A PyTorch checkpoint: `.pt`, `.pth`, `.pt2`, `.ckpt`.
    FileIsTorch = "file_is_torch" => InvalidModel,
    /// A `TorchScript` archive.
    FileIsTorchScript = "file_is_torchscript" => InvalidModel,
    /// A TensorFlow `.pb`: `SavedModel` or frozen graph.
    FileIsTensorflow = "file_is_tensorflow" => InvalidModel,
    /// A TensorFlow Lite model.
    FileIsTflite = "file_is_tflite" => InvalidModel,
    /// A compressed joblib file.
    FileIsJoblib = "file_is_joblib" => InvalidModel,
    /// A model in LightGBM's or XGBoost's own format.
    FileIsBoosting = "file_is_boosting" => InvalidModel,
    /// Bare weights in the safetensors format.
    FileIsSafetensors = "file_is_safetensors" => InvalidModel,
    /// A language model in the GGUF format.
    FileIsGguf = "file_is_gguf" => InvalidModel,
    /// A Core ML model.
    FileIsCoreml = "file_is_coreml" => InvalidModel,
    /// NumPy arrays: `.npy`, `.npz`.
    FileIsNumpy = "file_is_numpy" => InvalidModel,
    /// A Jupyter notebook.
    FileIsNotebook = "file_is_notebook" => InvalidModel,
    /// Python source.
    FileIsPython = "file_is_python" => InvalidModel,
    /// A picture.
    FileIsImage = "file_is_image" => InvalidModel,
    /// A PDF or an office document.
    FileIsDocument = "file_is_document" => InvalidModel,
    /// A compressed file or an archive other than ZIP.
    FileIsArchive = "file_is_archive" => InvalidModel,
    /// A program: ELF, Windows, macOS.
    FileIsProgram = "file_is_program" => InvalidModel,
    /// A pointer of Git Large File Storage instead of the file.
    FileIsLfsPointer = "file_is_lfs_pointer" => InvalidModel,
    /// The bytes are not an ONNX model.
    NotOnnx = "not_onnx" => InvalidModel,
    /// The file ends in the middle of the model.
    Truncated = "truncated" => InvalidModel,
    /// More nodes than allowed. `nodes`, `limit`.
    TooManyNodes = "too_many_nodes" => InvalidModel,
    /// Graphs or types nested too deeply.
    TooDeep = "too_deep" => InvalidModel,
    /// A tensor with an impossible or enormous shape. `name`.
    TensorTooLarge = "tensor_too_large" => InvalidModel,
    /// A tensor whose data are missing or do not match its shape. `name`.
    TensorData = "tensor_data" => InvalidModel,
    /// The model defines functions that cannot be expanded: recursive, deeply nested, defined twice.
    LocalFunctions = "local_functions" => InvalidModel,
    /// The model carries training information.
    TrainingInfo = "training_info" => InvalidModel,
    /// The model has sparse tensors.
    SparseTensor = "sparse_tensor" => InvalidModel,
    /// Dropout or batch normalisation in training mode. `op`.
    TrainingMode = "training_mode" => InvalidModel,
    /// The version of the format is newer than this ONNX Runtime. `found`, `limit`.
    IrTooNew = "ir_too_new" => InvalidModel,
    /// The operator set is newer than this ONNX Runtime. `opset`, `limit`.
    OpsetTooNew = "opset_too_new" => InvalidModel,
    /// Another operator set is newer than this ONNX Runtime. `domain`, `opset`, `limit`.
    DomainOpsetTooNew = "domain_opset_too_new" => InvalidModel,
    /// ONNX Runtime refused to load the model.
    LoadFailed = "load_failed" => InvalidModel,
    /// ONNX Runtime stopped with an error while running the model.
    RunFailed = "run_failed" => InvalidModel,
    /// An operator that the exercises do not allow. `op`.
    OperatorNotAllowed = "operator_not_allowed" => UnsupportedOperator,
    /// An operator from a domain that is not available. `op`, `domain`.
    OperatorDomain = "operator_domain" => UnsupportedOperator,
    /// An operator that ONNX Runtime does not know.
    OperatorUnknown = "operator_unknown" => UnsupportedOperator,
    /// The model has no input.
    NoInput = "no_input" => WrongInput,
    /// The model has another number of inputs than the exercise. `found`, `expected`.
    InputCount = "input_count" => WrongInput,
    /// With several inputs, one of the exercise's names is missing. `name`.
    InputName = "input_name" => WrongInput,
    /// The input's shape does not fit. `name`, `found`, `expected`.
    InputShape = "input_shape" => WrongInput,
    /// The input's element type cannot be fed. `name`, `found`.
    InputType = "input_type" => WrongInput,
    /// A scale other than `raw` was asked for an integer input. `scale`, `found`.
    ScaleForIntegers = "scale_for_integers" => WrongInput,
    /// The model has no output.
    NoOutput = "no_output" => WrongOutput,
    /// No output fits the exercise. `found`, `expected`.
    OutputShape = "output_shape" => WrongOutput,
    /// The output has scores for another number of classes. `found`, `expected`.
    ClassCount = "class_count" => WrongOutput,
    /// The output has another number of rows than samples were given. `found`, `expected`.
    OutputRows = "output_rows" => WrongOutput,
    /// A predicted label is not one of the classes. `found`, `classes`.
    LabelRange = "label_range" => WrongOutput,
    /// Of two classes, one is predicted as a negative number: −1 and +1 instead of 0 and 1.
    LabelSigns = "label_signs" => WrongOutput,
    /// A predicted label is none of the names of the classes. `expected`.
    LabelName = "label_name" => WrongOutput,
    /// The exercise is judged by probabilities, and the model returns only labels. `metric`.
    LabelsOnly = "labels_only" => WrongOutput,
    /// On the practice sample another scale would be far better. `scale`, `expected`, `found`, `better`.
    PracticeScale = "practice_scale" => WrongInput,
    /// On the practice sample, raw pixels would be far better: the model was trained on them, or it scales by itself and
    /// pixels were scaled twice. `scale`, `expected`, `found`, `better`.
    PracticeScaledTwice = "practice_scaled_twice" => WrongInput,
    /// On the practice sample, transposed images would be far better. `found`, `better`.
    PracticeTransposed = "practice_transposed" => WrongInput,
    /// On the practice sample, inverted images would be far better. `found`, `better`.
    PracticeInverted = "practice_inverted" => WrongInput,
    /// On the practice sample, channels in another order would be far better. `found`, `better`.
    PracticeChannels = "practice_channels" => WrongInput,
    /// On the practice sample, labels with an offset would be far better. `offset`, `found`, `better`.
    PracticeLabels = "practice_labels" => WrongOutput,
    /// The practice sample took too long. `seconds`.
    PracticeTime = "practice_time" => TimeLimit,
    /// The scale in the file's metadata is none. `found`.
    ScaleMetadata = "scale_metadata" => WrongInput,
    /// The weights are in a second file.
    ExternalData = "external_data" => ExternalData,
    /// The weights would be outside the submission. `name`.
    ExternalPath = "external_path" => ExternalData,
    /// The second file has another name than the model gives it. `found`, `expected`.
    WeightsName = "weights_name" => ExternalData,
    /// The second file ends before the weights of a tensor. `name`, and in bytes `found`, `expected`.
    WeightsTooShort = "weights_too_short" => ExternalData,
    /// The run took longer than its time. `seconds`.
    WallTime = "wall_time" => TimeLimit,
    /// The run used more processor time than allowed. `seconds`.
    CpuTime = "cpu_time" => TimeLimit,
    /// The run asked for more memory than allowed. `megabytes`.
    Memory = "memory" => MemoryLimit,
    /// The run wrote more than its predictions.
    OutputSize = "output_size" => OutputLimit,
    /// A score is NaN or infinite. `sample`.
    NotFinite = "not_finite" => NotFinite,
    /// The process was ended by a signal. `signal`.
    CrashedSignal = "crashed_signal" => Crashed,
    /// The process ended without an answer. `code`.
    CrashedExit = "crashed_exit" => Crashed,
    /// A script ended with an error. `code`.
    ScriptFailed = "script_failed" => ScriptError,
    /// A signal ended a script. `signal`.
    ScriptSignal = "script_signal" => ScriptError,
    /// The script's file is above the exercise's limit. `size`, `limit`.
    ScriptTooLarge = "script_too_large" => ScriptError,
    /// A script took longer than its time. `seconds`.
    ScriptWallTime = "script_wall_time" => TimeLimit,
    /// A script used more processor time than allowed. `seconds`.
    ScriptCpuTime = "script_cpu_time" => TimeLimit,
    /// A script and its processes asked for more memory than allowed. `megabytes`.
    ScriptMemory = "script_memory" => MemoryLimit,
    /// A script wrote more than it may. `megabytes`.
    ScriptDisk = "script_disk" => DiskLimit,
    /// A script printed more than it may. `limit`.
    ScriptOutput = "script_output" => OutputLimit,
    /// A script ended well, but left no model.
    NoModel = "no_model" => NoModel,
    /// What a script left under the model's name is no plain file.
    ModelNotAFile = "model_not_a_file" => NoModel,
    /// Someone stopped the grading.
    Cancelled = "cancelled" => Cancelled,
    /// The platform failed.
    PlatformFault = "platform_fault" => PlatformFault,
}

impl Reason {
    /// Every name that an argument of a reason's sentence may have.
    pub const ARGUMENTS: [&str; 17] = [
        "name",
        "found",
        "expected",
        "classes",
        "scale",
        "op",
        "domain",
        "size",
        "limit",
        "opset",
        "seconds",
        "megabytes",
        "signal",
        "code",
        "better",
        "offset",
        "metric",
    ];

    /// The key of its sentence: `reason-<name>`.
    pub fn message_key(self) -> String {
        format!("reason-{self}")
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
