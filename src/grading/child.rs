//! The life of the untrusted process: request, ONNX Runtime, lock-down, and only then the model.

use std::{
    fs::File,
    io::{self, BufWriter, Read, Write},
    mem::ManuallyDrop,
    os::fd::{BorrowedFd, FromRawFd},
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
    sync::Arc,
};

use super::{
    adapt::{self, Plan, Refusal},
    feed::{Converter, Values},
    lockdown,
    onnx::{LoadError, Model, Runtime},
    probes,
    protocol::{ChildRequest, ChildTask, Event, FileBytes, Message, ModelTask, Order, SampleSet, read_order},
    reading::{self, Reading},
    samples,
    scale::Scale,
    shared::read_exact_at,
    verdict::Reason,
};

/// Bytes that are collected before they are written; every message is flushed.
const BUFFER: usize = 1 << 16;

/// Serves one request from standard input on standard output.
pub fn main() -> ExitCode {
    // Standard output itself is buffered by lines, and would cut binary messages at every byte that looks like one's end.
    // SAFETY: descriptor 1 is open for the life of this process, and nobody else here uses it.
    let stdout = ManuallyDrop::new(unsafe { File::from_raw_fd(1) });
    let mut out = BufWriter::with_capacity(BUFFER, &*stdout);
    match serve(&mut io::stdin().lock(), &mut out).and_then(|()| out.flush()) {
        Ok(()) => leave(),
        Err(error) => {
            eprintln!("assay-grader: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Ends the process at once: taking ONNX Runtime and its memory apart would only take time.
fn leave() -> ! {
    // SAFETY: nothing is buffered any more, and no destructor is missed that would reach beyond this process.
    unsafe { libc::_exit(0) }
}

fn serve(input: &mut impl Read, out: &mut impl Write) -> io::Result<()> {
    lockdown::step_back();
    let Some(request) = read_order::<ChildRequest>(input)? else { return Err(io::ErrorKind::UnexpectedEof.into()) };
    let runtime = match Runtime::load(&request.onnxruntime) {
        Ok(runtime) => runtime,
        Err(LoadError::Version(found)) => return send(out, Event::WrongOnnxRuntime { found }),
        Err(LoadError::Other(what)) => return send(out, Event::Platform { isolation: false, what }),
    };
    load_locale();
    match lockdown::apply(&request) {
        Ok(isolation) => send(out, Event::Ready { isolation })?,
        Err(what) => return send(out, Event::Platform { isolation: true, what }),
    }
    match &request.task {
        ChildTask::Model(task) => grade(&runtime, task, input, out)?,
        ChildTask::SelfTest => probes::run(&request, out)?,
    }
    std::mem::forget(runtime);
    Ok(())
}

/// Loads the locale that text operators are given; the C library keeps it, and nothing can be opened later.
fn load_locale() {
    // SAFETY: the name is a C string; a null result means that the locale is not there, and then models say so.
    let _ = unsafe { libc::newlocale(libc::LC_ALL_MASK, c"C.UTF-8".as_ptr(), std::ptr::null_mut()) };
}

/// Loads the model, fits it, and serves commands until the parent has no more.
fn grade(runtime: &Runtime, task: &ModelTask, input: &mut impl Read, out: &mut impl Write) -> io::Result<()> {
    let mut model = match load(runtime, task)? {
        Ok(model) => model,
        Err(message) => return send(out, Event::Failed { loading: true, message }),
    };
    let plan = match adapt::plan(&task.contract, task.scale, &model.inputs(), &model.outputs()) {
        Ok(plan) => plan,
        Err(refusal) => return send(out, Event::Refused { reason: refusal.reason, args: refusal.args }),
    };
    let batch = plan.fixed.then_some(plan.batch);
    send(out, Event::Loaded { adapted: plan.adapted.clone(), scale: plan.scale, batch })?;
    let mut session = Session { task, plan, reading: None };
    while let Some(command) = read_order::<Order>(input)? {
        match session.run(&mut model, command, out) {
            Ok(()) => send(out, Event::Ran)?,
            Err(Fault::Failed(message)) => return send(out, Event::Failed { loading: false, message }),
            // Perhaps only under a scale that was tried: the parent decides whether to go on.
            Err(Fault::Refused(refusal)) => send(out, Event::Refused { reason: refusal.reason, args: refusal.args })?,
            Err(Fault::Io(error)) => return Err(error),
        }
    }
    std::mem::forget(model);
    Ok(())
}

/// Loads the model from its descriptors.
fn load(runtime: &Runtime, task: &ModelTask) -> io::Result<Result<Model, String>> {
    let read = |file: FileBytes| {
        let mut bytes = vec![0; file.bytes];
        read_exact_at(borrow(file.fd), &mut bytes, 0)?;
        io::Result::Ok(bytes)
    };
    let bytes = read(task.model)?;
    let weights = match &task.weights {
        Some((name, file)) => Some((name.as_str(), Arc::<[u8]>::from(read(*file)?))),
        None => None,
    };
    // ONNX Runtime's bindings give up on some exotic types with a panic; that is the model's fault, not a crash.
    let loaded = catch_unwind(AssertUnwindSafe(|| runtime.model(&bytes, weights)));
    Ok(loaded.unwrap_or_else(|_| Err("the model has inputs or outputs of an unknown type".into())))
}

/// Why the batches stopped.
enum Fault {
    Failed(String),
    Refused(Refusal),
    Io(io::Error),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// A loaded model between two commands.
struct Session<'a> {
    task: &'a ModelTask,
    plan: Plan,
    reading: Option<Reading>,
}

impl Session<'_> {
    /// Runs one set of samples and sends its predictions batch by batch.
    fn run(&mut self, model: &mut Model, command: Order, out: &mut impl Write) -> Result<(), Fault> {
        let set = self.task.sets.get(command.set).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        let scale = command.scale.or(self.plan.scale).unwrap_or_default();
        let mut start = 0;
        while start < set.samples {
            let keep = self.plan.batch.min(set.samples - start);
            let rows = if self.plan.fixed { self.plan.batch } else { keep };
            let values = self.values(set, scale, (start, keep, rows))?;
            let predictions = self.predict(model, values, (rows, keep), out)?;
            Message::Batch(predictions).write(out)?;
            start += keep;
        }
        Ok(())
    }

    /// The values of one batch for each input of the model.
    fn values(&self, set: &SampleSet, scale: Scale, place: (usize, usize, usize)) -> Result<Vec<Values>, Fault> {
        let invalid = || io::Error::from(io::ErrorKind::InvalidInput);
        let mut all = Vec::with_capacity(self.plan.feeds.len());
        for feed in &self.plan.feeds {
            let spec = self.task.contract.inputs.get(feed.source).ok_or_else(invalid)?;
            let fd = set.fds.get(feed.source).copied().ok_or_else(invalid)?;
            let raw = samples::read(spec, borrow(fd), set.samples, place)?;
            let values = Converter::new(feed, spec.elements(), scale).convert(raw);
            let args: [(&str, &dyn ToString); 3] =
                [("name", &feed.name), ("found", &feed.dtype), ("expected", &spec.dtype)];
            all.push(values.ok_or_else(|| Refusal::new(Reason::InputType, &args))?);
        }
        Ok(all)
    }

    /// Predictions of one batch; before the first of all, the output to read is settled and announced.
    fn predict(
        &mut self,
        model: &mut Model,
        values: Vec<Values>,
        (rows, keep): (usize, usize),
        out: &mut impl Write,
    ) -> Result<Vec<u8>, Fault> {
        let contract = &self.task.contract;
        let wanted: Vec<&[usize]> = match &self.reading {
            Some(reading) => vec![reading.candidate.outputs.as_slice()],
            None => self.plan.candidates.iter().map(|candidate| candidate.outputs.as_slice()).collect(),
        };
        let held = model.run(&self.plan.feeds, values, rows, &wanted).map_err(Fault::Failed)?;
        if let Some(reading) = &self.reading {
            return Ok(reading.read(contract, held.first().map_or(&[], Vec::as_slice), rows, keep)?);
        }
        let reading = reading::settle(contract, &self.plan.candidates, &held, rows)?;
        let name = reading.candidate.name.clone();
        send(out, Event::Chosen { output: reading.output, name, adapted: reading.adapted.clone() })?;
        let position = self.plan.candidates.iter().position(|candidate| *candidate == reading.candidate);
        let held = position.and_then(|position| held.get(position)).map_or(&[][..], Vec::as_slice);
        let predictions = reading.read(contract, held, rows, keep)?;
        self.reading = Some(reading);
        Ok(predictions)
    }
}

fn borrow(fd: i32) -> BorrowedFd<'static> {
    // SAFETY: the parent passed these descriptors for the life of this process and nothing here closes them.
    unsafe { BorrowedFd::borrow_raw(fd) }
}

pub(super) fn send(out: &mut impl Write, event: Event) -> io::Result<()> {
    Message::Event(event).write(out)
}
