#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""No misuse of the GObject API from another language ends the process."""

import os
import subprocess
import sys

MISSING = "/nonexistent.vmdk"

# Each runs in a process of its own, which has to end by itself.
RISKY = {
    "a property set after construction": """
job.props.request = Request(); job.props.action = Action.REVERT
print(job.props.request == request, job.props.action == Action.PLAN)""",
    "run without a request": "Job().run(None)",
    "run a job made with g_object_new": "GObject.new(Job).run(None)",
    "documents of a job that never ran": "Job().dup_report_text(False), Job().dup_document_json()",
    "a number that is no action": "Job.new(Request(), 77)",
    "a number that is no action, checked": "Request().check(77)",
    "a number that is no action, as a property": "Job(action=77)",
    "a number that is no action, of an option": "Option.find('mac').is_for(-1)",
    "a callback that raises": "Option.foreach(lambda *_: 1 / 0)",
    "an option made by hand": "Option().get_name()",
    "an option that is kept": "kept = []; Option.foreach(kept.append); print([each.get_name() for each in kept])",
    "an option that is copied": "option = Option.find('mac'); other = option.copy(); print(other.get_name())",
    "a handler that raises": "job.connect('progress', lambda *_: 1 / 0); job.run(None)",
    "a handler that runs the job": "job.connect('progress', lambda job, *_: job.run(None)); job.run(None)",
    "a handler that waits for the job": """
def on_state(job, spec):
    job.handler_block_by_func(on_state)
    job.run_async(None, None)
job.connect('notify::state', on_state)
job.run(None)""",
    "released while it runs": "job.run_async(None, lambda *_: done.append('ended')); del job; spin(1); print(done)",
    "released while it runs, and the process ends": "job.run_async(None, None); del job",
    "no callback": "job.run_async(None, None); spin()",
    "run twice at once": "job.run_async(None, None); job.run_async(None, None); spin()",
    "run by two threads": """
threads = [threading.Thread(target=job.run, args=[None]) for _ in range(8)]
[thread.start() for thread in threads]; [thread.join() for thread in threads]""",
    "cancelled while it runs": "job.run_async(stop, None); stop.cancel(); spin()",
    "cancelled before it runs": "stop.cancel(); job.run_async(stop, None); spin()",
    "finished with a foreign result": "job.run_finish(Gio.Task.new(job, None, None))",
    "finished with a result of another job": """
other = Job.new(request, Action.PLAN)
job.run_async(None, lambda job, result: other.run_finish(result)); spin()""",
    "finished twice": """
def on_end(job, result):
    for _ in range(2):
        try:
            job.run_finish(result)
            done.append('none')
        except GLib.Error:
            done.append('error')
job.run_async(None, on_end); spin(2); print(done)""",
    "a context that is gone": """
context = GLib.MainContext.new(); context.push_thread_default()
job.run_async(None, None)
context.pop_thread_default(); del context; spin()""",
    "a class derived from a final one": "type('Derived', (Job,), {})().run(None)",
    "a subclass of a request": "type('Derived', (Request,), {})().set('name', 'x')",
    "a very long source": "request.add_source('x' * 1000000); Job.new(request, Action.PLAN).run(None)",
    "many sources": "[request.add_source('x') for _ in range(10000)]; Job.new(request, Action.PLAN).run(None)",
    "a source that is no UTF-8": """
request.add_source(b'\\xff.raw'); print(request.dup_sources())
Job.new(request, Action.PLAN).run_async(None, None); spin(); print(request.props.sources)""",
    "a source that is a folder": "run('/')",
    "a source that is a device": "run('/dev/null'), run('/dev/zero')",
    "every option without a value": """
names = []
Option.foreach(lambda option: names.append(option.get_name()))
for name in names + ['', '-', 'x' * 100000]:
    for value in None, '', '-1', 'ü' * 100000, '99999999999999999999':
        try:
            Request().set(name, value)
        except GLib.Error as error:
            assert error.domain == 'h2k-error-quark'
print(len(names) > 20)""",
}
PROLOGUE = f"""
import sys, threading, time
try:
    import gi
except ImportError:
    sys.exit(77)
gi.require_version("Hyper2kvm", "0.1")
from gi.repository import Gio, GLib, GObject, Hyper2kvm
from gi.repository.Hyper2kvm import Action, Error, Job, JobState as State, Option, Request
done = []
def spin(wanted=0):
    start = time.monotonic()
    while (passed := time.monotonic() - start) < 0.3 or (len(done) < wanted and passed < 20):
        GLib.MainContext.default().iteration(False)
def run(source):
    request = Request()
    request.add_source(source)
    Job.new(request, Action.INSPECT).run(None)
request = Request()
request.add_source({MISSING!r})
job, stop = Job.new(request, Action.PLAN), Gio.Cancellable()
"""

# What a process must print; of the others only the end counts.
PRINTS = {
    "run without a request": "h2k-error-quark: The job has no request. (1)",
    "documents of a job that never ran": "h2k-error-quark: The job has not ended. (0)",
    "a property set after construction": "True True",
    "run by two threads": "A job can be run only once. (1)",
    "released while it runs": "['ended']",
    "finished twice": "['error', 'none']",
    "an option that is kept": "'mac'",
    "every option without a value": "True",
    "a source that is no UTF-8": "udcff.raw",
    "many sources": "h2k-error-quark: A guest has at most 24 disks. (1)",
}


def run(code):
    """The exit code, negative for a signal, and the output of @code after the prologue."""
    ended = subprocess.run([sys.executable, "-c", PROLOGUE + code], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                           timeout=60, check=False)
    return ended.returncode, ended.stdout


def check(name, code):
    try:
        status, output = run(code)
    except subprocess.TimeoutExpired:
        return "does not end"
    # An exception of Python is a clean end.
    if status not in (0, 1):
        return f"exit code {status}: {output}"
    if any(error in output for error in ("NameError:", "SyntaxError:", "AttributeError:")):
        return f"the case itself is wrong: {output}"
    if PRINTS.get(name, "") not in output:
        return f"printed: {output}"
    return None


os.environ.setdefault("VIRT_HYPER2KVM_STATE_DIR", "/nonexistent")
ready = run("")
if ready[0] == 77:
    print("1..0 # SKIP python3-gi is not installed")
    sys.exit(0)
assert ready == (0, ""), ready
assert PRINTS.keys() <= RISKY.keys()
bad = 0
print(f"1..{len(RISKY) + 1}")
for number, (name, code) in enumerate(RISKY.items(), 1):
    wrong = check(name, code)
    bad += wrong is not None
    for line in (wrong or "").splitlines():
        print(f"# {line}")
    print(f"{'not ' if wrong else ''}ok {number} - {name}")
# The same check sees a process that does crash.
seen = check("", "import os; os.abort()")
bad += seen is None
print(f"{'' if seen else 'not '}ok {len(RISKY) + 1} - a crash would be noticed")
sys.exit(bad)
