//! The whole boundary between `assay` and `assay-grader`: a request and commands in, a stream of framed messages out.
//!
//! Descriptors of the child: 0 the request and then commands, until its end; 1 the messages; 2 free text. The request
//! names the descriptors of the model and the samples. A message is one byte of kind, four bytes of little-endian length,
//! the payload; a request or command is the length and the payload, JSON.
//! What comes back is written by a process that has read an untrusted file: every length and number is checked here.

use std::{
    io::{self, Read, Write},
    path::PathBuf,
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    adaptation::Adaptation,
    contract::{Contract, Limits},
    scale::Scale,
    verdict::Reason,
};

/// Largest payload of one message: a batch of scores, with room for many classes.
pub const MAX_PAYLOAD: usize = 16 << 20;

/// What the child is asked to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChildRequest {
    /// The ONNX Runtime library.
    pub onnxruntime: PathBuf,
    /// The process that must still be the parent after the lock-down.
    pub parent: u32,
    /// User and group to become, when started as root.
    pub uid: Option<u32>,
    /// Walls that may be missing, because an operator accepted it.
    pub accepted: Vec<Weaker>,
    /// What the run may use.
    pub limits: Limits,
    /// What to do behind the lock.
    pub task: ChildTask,
}

/// A weaker isolation that an operator may accept by name; every result then says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weaker {
    /// The kernel has no seccomp filters: files are denied by Landlock, but not every system call.
    NoSeccomp,
    /// Scripts run without namespaces: Landlock and seccomp alone, as the worker's own user where it is not root.
    NoNamespaces,
}

impl Weaker {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::NoSeccomp, Self::NoNamespaces];

    /// The name in settings, and, after `weaker:`, in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoSeccomp => "no-seccomp",
            Self::NoNamespaces => "no-namespaces",
        }
    }
}

/// What to do once ONNX Runtime is loaded and the process is locked down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "task", rename_all = "snake_case")]
pub enum ChildTask {
    /// Run a model over the samples.
    Model(ModelTask),
    /// Try what must be impossible, and say what happened.
    SelfTest,
}

/// One model and what it may be fed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelTask {
    /// The model.
    pub model: FileBytes,
    /// The name that the model gives to its second file, and that file.
    pub weights: Option<(String, FileBytes)>,
    /// What is fed and expected back.
    pub contract: Contract,
    /// The sets of samples that commands may name.
    pub sets: Vec<SampleSet>,
    /// The scale that was declared, by the learner or in the file.
    pub scale: Option<Scale>,
}

/// A file behind a descriptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileBytes {
    /// The descriptor in the child.
    pub fd: i32,
    /// Size in bytes.
    pub bytes: usize,
}

/// Samples behind descriptors, one descriptor for each input of the contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleSet {
    /// The descriptors in the child.
    pub fds: Vec<i32>,
    /// Number of samples.
    pub samples: usize,
}

/// What the parent asks for, one thing after the other, once the model is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// Position of the set to run.
    pub set: usize,
    /// Run it on this scale instead of the declared one.
    pub scale: Option<Scale>,
}

/// What the child says: `Ready`, then `Checked`… or `Loaded`; for each command `Batch`…, `Ran`, and before the first batch
/// of all `Chosen`; a fault at any place is the last.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// A structured event.
    Event(Event),
    /// The predictions of one batch: little-endian f32 scores or values, or u32 labels, as `Chosen` announced.
    Batch(Vec<u8>),
}

/// A structured event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// ONNX Runtime is loaded and the lock-down complete; from here on nothing is believed without a check.
    Ready {
        /// The walls that stand: `rlimits`, `seccomp`, `landlock`, `uid`.
        isolation: Vec<String>,
    },
    /// ONNX Runtime could not be loaded in the right version.
    WrongOnnxRuntime {
        /// What was found instead.
        found: String,
    },
    /// Something of ours failed before the model was read.
    Platform {
        /// A wall could not be built, as opposed to anything else.
        isolation: bool,
        /// What failed.
        what: String,
    },
    /// The outcome of one probe of the self-test.
    Checked(Check),
    /// The model is loaded and its inputs fit.
    Loaded {
        /// What was done so that the inputs fit.
        adapted: Vec<Adaptation>,
        /// The scale in use, where there are images.
        scale: Option<Scale>,
        /// The number of samples that the model insists on taking at once.
        batch: Option<usize>,
    },
    /// The output that is read from now on, chosen on the first batch.
    Chosen {
        /// What its predictions are.
        output: Output,
        /// The model's name for it; the first one where several are read together.
        name: String,
        /// What was done so that it fits.
        adapted: Vec<Adaptation>,
    },
    /// The model does not fit the exercise.
    Refused {
        /// Why.
        reason: Reason,
        /// The arguments of the reason's sentence.
        args: Vec<(String, String)>,
    },
    /// ONNX Runtime reported an error.
    Failed {
        /// Whether the model was still being loaded.
        loading: bool,
        /// What ONNX Runtime said.
        message: String,
    },
    /// All batches of the command are written.
    Ran,
    /// The self-test is over.
    Done,
}

/// What the predictions of a model are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Output {
    /// One f32 per class.
    Scores,
    /// One class index.
    Labels,
    /// One number.
    Values,
}

/// One property of the isolation, and whether it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// What was tried: `open`, `socket`, `fork`, `exec`, `memory`, …
    pub name: String,
    /// Whether it was denied, as it must be.
    pub holds: bool,
    /// What happened, for operators.
    pub detail: String,
}

const EVENT: u8 = b'E';
const BATCH: u8 = b'B';

/// The bytes are not a message.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// A kind that does not exist.
    #[error("unknown kind of message {0}")]
    Kind(u8),
    /// A payload above [`MAX_PAYLOAD`].
    #[error("a message of {0} bytes")]
    Length(usize),
    /// An event that is not one.
    #[error("not an event: {0}")]
    Event(#[from] serde_json::Error),
}

impl Message {
    /// Writes the message and its frame.
    pub fn write(&self, to: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Event(event) => write_frame(to, EVENT, &serde_json::to_vec(event)?),
            Self::Batch(bytes) => write_frame(to, BATCH, bytes),
        }
    }

    /// Takes the first complete message off the front of the buffer; `None` if more bytes are needed.
    pub fn take(buffer: &mut Vec<u8>) -> Result<Option<Self>, FrameError> {
        let Some((&[kind, a, b, c, d], rest)) = buffer.split_first_chunk::<5>() else { return Ok(None) };
        let length = usize::try_from(u32::from_le_bytes([a, b, c, d])).unwrap_or(usize::MAX);
        if length > MAX_PAYLOAD {
            return Err(FrameError::Length(length));
        }
        let Some(payload) = rest.get(..length) else { return Ok(None) };
        let message = match kind {
            EVENT => Self::Event(serde_json::from_slice(payload)?),
            BATCH => Self::Batch(payload.to_vec()),
            other => return Err(FrameError::Kind(other)),
        };
        buffer.drain(..5 + length);
        Ok(Some(message))
    }
}

fn write_frame(to: &mut impl Write, kind: u8, payload: &[u8]) -> io::Result<()> {
    let length = u32::try_from(payload.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    to.write_all(&[kind])?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(payload)?;
    to.flush()
}

/// Longest request or command, in bytes: class names are the longest part.
const MAX_ORDER: usize = 4 << 20;

/// Writes a request or a command with its length before it.
pub fn write_order(order: &impl Serialize, to: &mut impl Write) -> io::Result<()> {
    let payload = serde_json::to_vec(order)?;
    let length = u32::try_from(payload.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    to.write_all(&[&length.to_le_bytes()[..], &payload].concat())?;
    to.flush()
}

/// Reads one request or command; `None` where the stream ends instead.
pub fn read_order<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<T>> {
    let mut length = [0; 4];
    match from.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let length = usize::try_from(u32::from_le_bytes(length)).unwrap_or(usize::MAX);
    if length > MAX_ORDER {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut payload = vec![0; length];
    from.read_exact(&mut payload)?;
    Ok(Some(serde_json::from_slice(&payload)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_arrive_however_they_are_cut() {
        let sent = [
            Message::Event(Event::Ready { isolation: vec!["seccomp".into()] }),
            Message::Batch(vec![1, 2, 3]),
            Message::Event(Event::Done),
        ];
        let mut stream = Vec::new();
        for message in &sent {
            message.write(&mut stream).unwrap();
        }
        let (mut buffer, mut received) = (Vec::new(), Vec::new());
        for byte in stream {
            buffer.push(byte);
            received.extend(Message::take(&mut buffer).unwrap());
        }
        assert_eq!(received, sent);
        assert!(buffer.is_empty());
    }

    #[test]
    fn nonsense_is_refused_before_it_is_kept() {
        assert!(matches!(Message::take(&mut vec![b'X', 0, 0, 0, 0]), Err(FrameError::Kind(b'X'))));
        assert!(matches!(Message::take(&mut vec![b'B', 255, 255, 255, 255]), Err(FrameError::Length(_))));
        assert!(matches!(Message::take(&mut vec![b'E', 1, 0, 0, 0, b'?']), Err(FrameError::Event(_))));
    }

    #[test]
    fn orders_arrive_one_after_the_other_until_the_stream_ends() {
        let sent = [Order { set: 2, scale: Some(Scale::Raw) }, Order { set: 0, scale: None }];
        let mut stream = Vec::new();
        for command in &sent {
            write_order(command, &mut stream).unwrap();
        }
        let mut from = stream.as_slice();
        assert_eq!(read_order(&mut from).unwrap(), Some(sent[0]));
        assert_eq!(read_order(&mut from).unwrap(), Some(sent[1]));
        assert_eq!(read_order::<Order>(&mut from).unwrap(), None);
        assert!(read_order::<Order>(&mut &[255, 255, 255, 255, 0][..]).is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_the_child_panic_as_an_order(bytes: Vec<u8>) {
            let _ = read_order::<ChildRequest>(&mut bytes.as_slice());
        }

        #[test]
        fn no_bytes_make_the_reader_panic(mut bytes: Vec<u8>) {
            while let Ok(Some(_)) = Message::take(&mut bytes) {}
        }
    }
}
