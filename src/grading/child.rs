//! The life of the untrusted process: request, ONNX Runtime, lock-down, and only then the model.

use std::{
    io::{self, Write},
    os::fd::BorrowedFd,
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
};

use super::{
    adapt::{self, Plan},
    feed::Table,
    lockdown,
    onnx::{BatchFault, LoadError, Model, Runtime},
    probes,
    protocol::{ChildRequest, ChildTask, Event, Message, ModelTask},
    shared::read_exact_at,
};

/// Serves one request from standard input on standard output.
pub fn main() -> ExitCode {
    let mut out = io::stdout().lock();
    match serve(&mut io::stdin().lock(), &mut out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("assay-grader: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(input: &mut impl io::Read, out: &mut impl Write) -> io::Result<()> {
    lockdown::step_back();
    let request = ChildRequest::read(input)?;
    let runtime = match Runtime::load(&request.onnxruntime) {
        Ok(runtime) => runtime,
        Err(LoadError::Version(found)) => return send(out, Event::WrongOnnxRuntime { found }),
        Err(LoadError::Other(what)) => return send(out, Event::Platform { isolation: false, what }),
    };
    match lockdown::apply(&request) {
        Ok(isolation) => send(out, Event::Ready { isolation })?,
        Err(what) => return send(out, Event::Platform { isolation: true, what }),
    }
    match &request.task {
        ChildTask::Model(task) => grade(&runtime, task, out)?,
        ChildTask::SelfTest => probes::run(&request, out)?,
    }
    // The process ends now: tearing ONNX Runtime down would only take time.
    std::mem::forget(runtime);
    Ok(())
}

/// Loads the model, fits it, and sends its predictions batch by batch.
fn grade(runtime: &Runtime, task: &ModelTask, out: &mut impl Write) -> io::Result<()> {
    let mut bytes = vec![0; task.model_bytes];
    read_exact_at(borrow(task.model_fd), &mut bytes, 0)?;
    // ONNX Runtime's bindings give up on some exotic types with a panic; that is the model's fault, not a crash.
    let loaded = catch_unwind(AssertUnwindSafe(|| runtime.model(&bytes)));
    drop(bytes);
    let mut model = match loaded.unwrap_or_else(|_| Err("the model has inputs or outputs of an unknown type".into())) {
        Ok(model) => model,
        Err(message) => return send(out, Event::Failed { loading: true, message }),
    };
    let plan = match adapt::plan(&task.contract, task.scale, &model.inputs(), &model.outputs()) {
        Ok(plan) => plan,
        Err(refusal) => return send(out, Event::Refused { reason: refusal.reason, args: refusal.args }),
    };
    send(out, Event::Loaded { output: plan.kind, adapted: plan.adapted.clone(), scale: plan.scale })?;
    match run_all(&mut model, &plan, task, out) {
        Ok(()) => send(out, Event::Done)?,
        Err(Fault::Batch(BatchFault::Failed(message))) => send(out, Event::Failed { loading: false, message })?,
        Err(Fault::Batch(BatchFault::Refused(refusal))) => {
            send(out, Event::Refused { reason: refusal.reason, args: refusal.args })?;
        }
        Err(Fault::Io(error)) => return Err(error),
    }
    std::mem::forget(model);
    Ok(())
}

/// Why the batches stopped.
enum Fault {
    Batch(BatchFault),
    Io(io::Error),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

fn run_all(model: &mut Model, plan: &Plan, task: &ModelTask, out: &mut impl Write) -> Result<(), Fault> {
    let tables: Vec<Table> = plan.feeds.iter().map(|feed| Table::new(feed.dtype, plan.scale)).collect();
    let mut start = 0;
    while start < task.samples {
        let keep = plan.batch.min(task.samples - start);
        let rows = if plan.fixed { plan.batch } else { keep };
        let mut values = Vec::with_capacity(tables.len());
        for (feed, table) in plan.feeds.iter().zip(&tables) {
            let elements = feed.shape.iter().product();
            let fd = task
                .sample_fds
                .get(feed.source)
                .copied()
                .ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
            values.push(table.apply(&samples(borrow(fd), elements, start, keep, rows)?));
        }
        let predictions = model.run(plan, values, rows, (keep, task.contract.classes)).map_err(Fault::Batch)?;
        Message::Batch(predictions).write(out)?;
        start += keep;
    }
    Ok(())
}

/// `keep` samples from `start` on, the last one repeated until there are `rows`.
fn samples(fd: BorrowedFd<'_>, elements: usize, start: usize, keep: usize, rows: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; keep * elements];
    read_exact_at(fd, &mut bytes, start * elements)?;
    for _ in keep..rows {
        bytes.extend_from_within((keep - 1) * elements..keep * elements);
    }
    Ok(bytes)
}

fn borrow(fd: i32) -> BorrowedFd<'static> {
    // SAFETY: the parent passed these descriptors for the life of this process and nothing here closes them.
    unsafe { BorrowedFd::borrow_raw(fd) }
}

pub(super) fn send(out: &mut impl Write, event: Event) -> io::Result<()> {
    Message::Event(event).write(out)
}
