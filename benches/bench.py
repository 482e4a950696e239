"""`make bench`: what grading costs here, beside what it could cost and what people use instead.

Starts an installation of its own in a temporary folder, measures, prints a page of results and writes it to
`benches/results.md`. It ends what it started on every way out, and itself after a quarter of an hour.
"""

import argparse
import os
import resource
import signal
import sys
import time
from pathlib import Path

import results
from gradings import Bare, Rounds, records, steps
from installation import Installation
from load import QUEUED, Load, pages
from models import CNN, variant
from people import ATTEMPTS, Crowd
from rescoring import rescored
from scripts import MODELS, beside, overhead

LONGEST_SECONDS = 900
PAGE = Path(__file__).resolve().parent / "results.md"


def main():
    options = parse()
    signal.signal(signal.SIGALRM, out_of_time)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.alarm(LONGEST_SECONDS)
    began = time.monotonic()
    busy = processor_seconds_of_all()
    found = {"profile": options.profile}
    installation = Installation(options.profile)
    try:
        measure(installation, options, found)
    finally:
        signal.alarm(0)
        installation.remove()
    found["duration"] = time.monotonic() - began
    found["others"] = processor_seconds_of_all() - busy - processor_seconds_of_ours() - found["scripts"]["cpu"]
    page = results.page(found)
    PAGE.write_text(page + others_part())
    print(page)


def others_part():
    """What `make bench-exam` has written below."""
    before = PAGE.read_text() if PAGE.exists() else ""
    at = before.find("# Results of `make bench-exam`")
    return "" if at < 0 else "\n" + before[at:]


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--profile", choices=["debug", "release"], default="release", help="which build to measure")
    parser.add_argument("--runs", type=int, default=10, help="counted runs behind every median")
    parser.add_argument("--gradings", type=int, default=20, help="gradings behind each figure of throughput")
    return parser.parse_args()


def processor_seconds_of_all():
    """Processor time in seconds that this machine has spent so far on anything, and that its host has kept from it."""
    user, nice, system, _, _, interrupts, soft, stolen = map(int, Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + interrupts + soft + stolen) / os.sysconf("SC_CLK_TCK")


def processor_seconds_of_ours():
    """The same of this process and of everything that it started, all of which must have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def out_of_time(_signal, _frame):
    raise TimeoutError(f"the bench took longer than {LONGEST_SECONDS} s")


def measure(installation, options, found):
    """One server with one slot, then one with two; `found` is filled in as things are known."""
    crowd = Crowd(installation)
    load = Load(installation, crowd)
    found |= {"throughput": {}, "memory": {}}
    say("a script behind its walls, and bare")
    found["scripts"] = overhead(installation, options.runs)
    say("one slot: accounts, gradings a minute")
    installation.start(slots=1)
    crowd.grow(people_needed(options))
    found["postgresql"] = installation.query("SHOW server_version")[0][0]
    gradings_a_minute(load, 1, options, found)
    found["memory"][1] = installation.peak_memory()
    installation.stop()
    say("two slots: gradings a minute")
    installation.start(slots=2, script_slots=2)
    gradings_a_minute(load, 2, options, found)
    say("submission to verdict, bare ONNX Runtime, fresh Python")
    rounds = in_turn(installation, crowd, options, found)
    say("models while scripts are queued")
    found["scripts"] |= beside(crowd, installation)
    say("pages while gradings are queued")
    found["pages"], found["queued"] = pages(load, rounds.repeater, rounds.repeated_id)
    found["memory"][2] = installation.peak_memory()
    say("stored submissions scored again")
    found["rescored"] = rescored(installation, rounds.repeated_id)
    found["memory"]["scoring again"] = installation.peak_memory()


def people_needed(options):
    """Accounts for all attempts at the CNN's exercise, one grading to warm up each server included."""
    attempts = 2 * (options.gradings + 1) + 2 * (options.runs + 1) + 1 + QUEUED + 2 * MODELS + 1
    # One attempt more is needed to send a file again, though the repeat uses none.
    return -(-attempts // ATTEMPTS) + 1


def gradings_a_minute(load, slots, options, found):
    # The first grading of a server unpacks the exercise's data, which all later ones share.
    warm(load.crowd)
    found["throughput"][slots] = load.throughput(options.gradings)


def warm(crowd):
    """One grading that nobody times."""
    person = crowd.author(CNN.exercise)
    person.wait_for(person.submit(CNN.exercise, variant(CNN, time.time_ns())))


def in_turn(installation, crowd, options, found):
    """Rounds of everything that is timed one at a time."""
    bare = Bare()
    try:
        rounds = Rounds(crowd, bare)
        rounds.run(options.runs)
    finally:
        bare.stop()
    found |= {"models": rounds.models, "repeated": rounds.repeated, "steps": {}, "peaks": {}}
    for name, measured in rounds.models.items():
        known = records(installation, measured.waited)
        found["steps"][name] = by_step(steps(grading, known[grading.id]) for grading in measured.waited)
        found["peaks"][name] = max(record["peak"] for record in known.values())
    known = records(installation, rounds.repeated.waited)
    found["steps"]["repeated"] = by_step(repeated(steps(one, known[one.id])) for one in rounds.repeated.waited)
    return rounds


def repeated(found):
    """Steps of a repeat: its report is the first one's, so that nothing of it was done again."""
    around = sum(value for name, value in found.items() if name not in ("received", "dispatched", "answered"))
    return {"received": found["received"], "dispatched": found["dispatched"], "around": around,
            "answered": found["answered"]}


def by_step(all_steps):
    """Lists of values by step."""
    lists = {}
    for one in all_steps:
        for name, value in one.items():
            lists.setdefault(name, []).append(value)
    return lists


def say(what):
    print(f"bench: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
