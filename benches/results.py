"""What a run of the bench found, as one page of Markdown: targets first, then everything that was measured."""

import datetime
import os
import platform
import re
import subprocess
from math import ceil
from pathlib import Path
from statistics import median

from models import ROOT, SUBJECTS

STEPS = {
    "received": "request sent until the submission is written: connection, upload to disk, hash, limits",
    "dispatched": "until a worker has claimed it: commit, waking the queue, lease",
    "precheck": "static check of the file",
    "start": "child started, ONNX Runtime loaded, locked down",
    "load": "model loaded by ONNX Runtime",
    "practice": "practice sample",
    "run": "hidden samples, open and sealed",
    "score": "predictions scored",
    "ending": "preparing descriptors, child ended and reaped",
    "around": "cache asked, model read, predictions written",
    "answered": "result recorded, noticed by the sender",
}


def page(found):
    """The whole page; `found` is what `bench.py` gathered."""
    parts = [introduction(found), targets(found), times(found), anatomy(found), throughput(found), latencies(found)]
    return "\n".join(part.rstrip() + "\n" for part in parts)


def introduction(found):
    git = ["git", "-C", ROOT, "describe", "--always", "--dirty", "--exclude", "*"]
    commit = subprocess.run(git, capture_output=True, text=True).stdout.strip() or "unknown"
    facts = [
        ("date", datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")),
        ("commit", f"{commit}, {found['profile']} build"),
        ("processor", f"{processor()}, {os.cpu_count()} cores"),
        ("memory", f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"),
        ("kernel", f"{platform.system()} {platform.release()}"),
        ("versions", f"Python {platform.python_version()}, {', '.join(wheels())}, PostgreSQL {found['postgresql']}"),
        ("duration", f"{found['duration']:.0f} s"),
        ("used by others meanwhile", others(found)),
    ]
    lines = ["# Results of `make bench`", "", "Compare figures of one run only: machines, and their moods, differ.", ""]
    return "\n".join(lines + ["| | |", "|---|---|"] + [f"| {name} | {fact} |" for name, fact in facts])


def processor():
    """The model's name as the kernel tells it."""
    found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found.group(1).strip() if found else platform.machine()


def wheels():
    """Names and versions of what the bench compares with."""
    text = (Path(__file__).parent / "requirements.txt").read_text()
    return [line.replace("==", " ") for line in text.splitlines() if "==" in line]


def others(found):
    """How far the machine was not ours alone."""
    share = max(0.0, found["others"]) / found["duration"]
    said = f"{share:.2f} cores on average"
    return said if share < 0.1 else f"{said}: **the machine was not quiet, and no figure below can be relied on**"


def targets(found):
    """The table of targets, and for each that is missed what bounds it."""
    rows, bounds = [], []
    for target in judged(found):
        rows.append([target["what"], target["measured"], target["wanted"], "met" if target["met"] else "**missed**"])
        bounds.append(f"- {target['what']}: {target['why']}")
    head = ["target", "measured", "wanted", ""]
    return "\n".join(["## Targets", "", table(head, rows), "", "What bounds them:", "", *bounds])


def judged(found):
    """Every target of the bench with its figure."""
    cnn, logreg = found["models"]["cnn"], found["models"]["logreg"]
    whole, bare = median(seconds(cnn.waited)), median(cnn.bare)
    short, script = median(seconds(logreg.waited)), min(median(logreg.fresh_one), median(logreg.fresh_default))
    repeat = median(seconds(found["repeated"].waited))
    one, two = found["throughput"][1], found["throughput"][2]
    slots = rate(two) / rate(one)
    slowest = max(percentile(values, 99) for values in found["pages"].values())
    return [
        target("CNN, end to end ÷ bare ONNX Runtime", whole / bare, 1.15, f"{{:.2f}} ({ms(whole)} ÷ {ms(bare)} ms)",
               largest(found["steps"]["cnn"]) + f"; bare ONNX Runtime itself takes {ms(bare)} ms"),
        target("logistic regression, open only, end to end ÷ fresh Python", short / script, 0.6,
               f"{{:.2f}} ({ms(short)} ÷ {ms(script)} ms)", largest(found["steps"]["logreg"])),
        target("2 slots ÷ 1 slot, CNN", slots, 1.8, f"{{:.2f}} ({rate(two):.1f} ÷ {rate(one):.1f} a minute)",
               processor_bound(one, two), at_least=True),
        target("p99 of the slowest page while gradings are queued", 1000 * slowest, 50, "{:.1f} ms",
               slowest_pages(found["pages"])),
        target("repeated file", 1000 * repeat, 50, "{:.1f} ms", largest(found["steps"]["repeated"])),
        *of_scripts(found["scripts"]),
        of_rescoring(found),
    ]


def of_scripts(scripts):
    """What walls cost a script that imports NumPy, and what a model waits beside many scripts."""
    walled, bare = median(scripts["walled"]), median(scripts["bare"])
    alone, among = median(scripts["alone"]), median(scripts["among"])
    return [
        target("a script that imports NumPy, behind its walls − bare", 1000 * (walled - bare), 30, "{:.1f} ms",
               f"{ms(walled)} and {ms(bare)} ms; least {ms(min(scripts['walled']))} and {ms(min(scripts['bare']))} ms"),
        target("CNN while 20 scripts are queued on 2 slots ÷ alone", among / alone, 2,
               f"{{:.2f}} ({ms(among)} ÷ {ms(alone)} ms)",
               f"{scripts['left']} of 20 scripts were unfinished when the last model was done; scripts run at idle priority"),
    ]


def of_rescoring(found):
    """What a new metric costs a class that has handed in much."""
    steps = found["rescored"]
    return target(
        f"{steps['count']:,} stored submissions scored again under another metric", steps["scored"], 60, "{:.1f} s",
        "scoring itself, 10,000 open and 10,000 sealed samples each, on two slots; the trial is made in "
        f"{steps['made']:.1f} s, its page comes in {steps['shown']:.1f} s, it is published in "
        f"{steps['published']:.1f} s; the predictions are one grading's, so that reading as many different ones from a "
        f"disk is not in it; peak memory of the server {megabytes(found['memory']['scoring again'])}",
    )


def slowest_pages(pages):
    """The medians beside it: what is far above them is waiting for a core, not work."""
    middle = ", ".join(f"{name} {ms(median(values))} ms" for name, values in pages.items())
    return f"medians: {middle}; pages share {os.cpu_count()} cores with the gradings, which give way to them (nice 10)"


def target(what, value, bound, form, why, at_least=False):
    met = value >= bound if at_least else value <= bound
    wanted = f"{'at least' if at_least else 'at most'} {bound:g}{unit(form)}"
    return {"what": what, "measured": form.format(value), "wanted": wanted, "met": met, "why": why}


def unit(form):
    """The unit in which a figure is given, with its space."""
    return next((unit for unit in (" ms", " s") if form.endswith(unit)), "")


def largest(steps):
    """The three steps that took most of the time, as a sentence."""
    middle = {name: median(values) for name, values in steps.items()}
    order = sorted(middle, key=middle.get, reverse=True)[:3]
    return "most of the time: " + ", ".join(f"{name} {middle[name]:.1f} ms" for name in order)


def processor_bound(one, two):
    """How much two slots could bring at most on this machine, by the processor time that a grading needs."""
    cores = os.cpu_count()
    needed = one["child"] + one["server"]
    most = min(2.0, cores * one["seconds"] / one["count"] / needed)
    return (
        f"a grading takes {needed:.2f} s of processor time ({one['child']:.2f} in the child, {one['server']:.2f} in "
        "the server, which draws the sealed variants on a thread of its own) and with one slot "
        f"{one['seconds'] / one['count']:.2f} s of wall-clock time, so that {cores} cores allow at most {most:.2f}; "
        f"with two slots it takes {two['child'] + two['server']:.2f} s of processor time"
    )


def times(found):
    """Medians of everything that was timed around one model."""
    rows = []
    for name, subject in SUBJECTS.items():
        measured = found["models"][name]
        base = median(measured.bare)
        kinds = [
            ("submission to verdict, `?wait=60`", seconds(measured.waited)),
            ("submission to verdict, looking every 5 ms", seconds(measured.polled)),
            (f"bare ONNX Runtime, one thread, {subject.samples:,} samples in memory", measured.bare),
            ("fresh Python process, one thread, 10,000 samples", measured.fresh_one),
            ("fresh Python process, default threads, 10,000 samples", measured.fresh_default),
        ]
        rows += [timed(subject.name, kind, values, base) for kind, values in kinds]
    repeated = found["repeated"]
    rows.append(timed("repeated file (CNN)", "submission to verdict, `?wait=60`", seconds(repeated.waited)))
    rows.append(timed("repeated file (CNN)", "submission to verdict, looking every 5 ms", seconds(repeated.polled)))
    text = (
        f"Each row: {len(repeated.waited)} runs, taken in turn with those of the other rows, after one that is not "
        "counted. Every submission is another file (one entry of metadata), but for the repeated one. Bare: batches "
        "of 100, the model's own type, intra- and inter-op threads 1. Fresh: imports NumPy and ONNX Runtime, unpacks "
        "MNIST's test set, loads, runs and scores; the CNN in batches of 100 and the regression in one call, which "
        "is the faster way for each; with one thread, NumPy has one as well."
    )
    head = ["model", "what", "median ms", "least ms", "most ms", "÷ bare"]
    return "\n".join(["## Times", "", text, "", table(head, rows)])


def timed(model, kind, values, base=None):
    ratio = f"{median(values) / base:.2f}" if base else ""
    return [model, kind, ms(median(values)), ms(min(values)), ms(max(values)), ratio]


def seconds(gradings):
    return [grading.seconds for grading in gradings]


def anatomy(found):
    """Where the milliseconds between request and verdict go."""
    columns = found["steps"]
    rows = []
    for step, meaning in STEPS.items():
        cells = [f"{median(values[step]):.1f}" if step in values else "" for values in columns.values()]
        rows.append([step, *cells, meaning])
    head = ["step, median ms", "CNN", "logistic regression", "repeated file", "what it is"]
    return "\n".join(["## Where the time goes", "", "Of the submissions with `?wait=60`.", "", table(head, rows)])


def throughput(found):
    """Gradings a minute, and memory."""
    rows = [
        [str(slots), str(run["count"]), f"{run['seconds']:.1f}", f"{rate(run):.1f}", f"{run['child']:.2f}",
         f"{run['server']:.2f}", megabytes(found["memory"][slots])]
        for slots, run in found["throughput"].items()
    ]
    head = ["slots", "gradings", "seconds", "a minute", "processor s a grading, child", "the same, server",
            "peak memory of the server"]
    peaks = ", ".join(f"{SUBJECTS[name].name}: {megabytes(peak)}" for name, peak in found["peaks"].items())
    title = ["## Gradings a minute and memory", "", "The CNN, from the first in the queue to the last verdict."]
    text = f"Peak memory of a child: {peaks}. The server's is that of its process, worker and pages, before it ends."
    return "\n".join([*title, "", table(head, rows), "", text])


def latencies(found):
    rows = [
        [name, str(len(values)), *(ms(percentile(values, share)) for share in (50, 99)), ms(max(values))]
        for name, values in found["pages"].items()
    ]
    before, after = found["queued"]
    text = (
        f"20 requests a second, {before} gradings waiting or running at the beginning and {after} at the end, two "
        "slots, a signed-in learner; from when a page is due to its last byte."
    )
    return "\n".join(["## Pages while gradings are queued", "", text, "",
                      table(["page", "requests", "p50 ms", "p99 ms", "most ms"], rows)])


def percentile(values, share):
    """The nearest-rank percentile."""
    return sorted(values)[max(0, ceil(share / 100 * len(values)) - 1)]


def rate(run):
    return 60 * run["count"] / run["seconds"]


def ms(seconds):
    return f"{1000 * seconds:.1f}"


def megabytes(count):
    return f"{count / 1e6:.0f} MB"


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
