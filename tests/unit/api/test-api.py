#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The GObject API as a program in another language sees it."""

import os
import sys
import tempfile
import threading

try:
    import gi
except ImportError:
    print("1..0 # SKIP python3-gi is not installed")
    sys.exit(0)
gi.require_version("Hyper2kvm", "0.1")
from gi.repository import Gio, GLib, GObject, Hyper2kvm  # noqa: E402

Action, Error, Job, Option, Request, State = (Hyper2kvm.Action, Hyper2kvm.Error, Hyper2kvm.Job, Hyper2kvm.Option,
                                              Hyper2kvm.Request, Hyper2kvm.JobState)
MISSING = "/nonexistent.vmdk"


def refused(code, call, *words):
    try:
        call(*words)
    except GLib.Error as error:
        assert error.domain == "h2k-error-quark", error.domain
        assert error.matches(GLib.quark_from_string("h2k-error-quark"), code), (error.code, error.message)
        return error.message
    raise AssertionError("no error")


def raises(kind, call, *words, **named):
    try:
        call(*words, **named)
    except kind:
        return
    raise AssertionError(f"no {kind.__name__}")


def request_for(source):
    request = Request.new()
    request.add_source(source)
    return request


def run_async(job, cancellable=None, context=None):
    """Runs @job, and returns what run_finish() raised."""
    ended, loop = [], GLib.MainLoop.new(context, False)

    def on_end(job, result):
        try:
            job.run_finish(result)
            ended.append(None)
        except GLib.Error as error:
            ended.append(error)
        loop.quit()

    job.run_async(cancellable, on_end)
    loop.run()
    return ended[0]


def enums():
    """enums have types, values and nicks"""
    def nicks(kind):
        return [kind(number).value_nick for number in range(len(kind.__enum_values__))]

    assert nicks(Action) == ["import", "inspect", "plan", "boot-test", "revert"], nicks(Action)
    assert nicks(Error) == ["failed", "usage", "source", "not-proven", "cancelled", "target"], nicks(Error)
    assert nicks(Hyper2kvm.OptionKind) == ["flag", "text", "number", "size", "choice", "file", "folder"]
    assert nicks(Hyper2kvm.Severity) == ["note", "warning"]
    assert nicks(State) == ["new", "running", "succeeded", "failed", "cancelled"], nicks(State)
    assert GObject.type_from_name("H2kAction") == Action.__gtype__
    assert GLib.quark_to_string(Hyper2kvm.error_quark()) == "h2k-error-quark"


def options():
    """options have names, kinds, choices, defaults and headings"""
    rows = {}
    Option.foreach(lambda option: rows.update({option.get_name(): option}))
    assert {"pool", "output-dir", "mac"} <= set(rows), rows
    mode = Option.find("boot-test")
    assert mode.get_kind() == Hyper2kvm.OptionKind.CHOICE
    assert mode.get_choices() == ["probe", "quick", "observe", "none"]
    assert mode.dup_default() == "probe"
    assert (mode.get_group(), mode.get_heading()) == ("boot-test", "Boot test")
    assert mode.is_for(Action.IMPORT) and not mode.is_for(Action.PLAN)
    assert rows["mac"].is_repeatable() and not mode.is_repeatable()
    assert rows["key"].is_secret() and not mode.is_secret()
    assert rows["dry-run"].get_value_name() is None and not rows["dry-run"].get_choices()
    assert Option.find("none-such") is None
    request = Request.new()
    request.set("mac", "52-54-00-12-34-56")
    request.set("no-define", None)
    assert rows["mac"].dup_values(request) == ["52:54:00:12:34:56"]
    assert rows["no-define"].dup_values(request) == ["true"] and rows["dry-run"].dup_values(request) == []
    assert Hyper2kvm.nearest_name("ipmort", ["plan", "import"]) == "import"
    assert Hyper2kvm.nearest_name("xyz", ["plan", "import"]) is None


def request():
    """a request checks its values, and its sources can be read"""
    request, notified = Request.new(), []
    request.connect("notify::sources", lambda *_: notified.append(request.props.sources))
    refused(Error.USAGE, request.set, "mac", "x")
    assert "output-dir" in refused(Error.USAGE, request.set, "output-di", "x")
    refused(Error.USAGE, request.check, Action.IMPORT)
    refused(Error.USAGE, request.add_source, "")
    request.set("name", "x")
    request.set("dry-run", None)
    assert request.dup_option("name") == ["x"] and request.dup_option("dry-run") == ["true"]
    assert request.dup_option("pool") == [] and request.dup_option("boot-test") == ["probe"]
    assert "output-dir" in refused(Error.USAGE, request.dup_option, "output-di")
    assert request.is_dry_run()
    request.add_source(MISSING)
    request.add_source("ü.raw")
    assert request.check(Action.INSPECT)
    assert notified == [[MISSING], [MISSING, "ü.raw"]], notified
    assert request.dup_sources() == [MISSING, "ü.raw"]
    raises(TypeError, request.set_property, "sources", ["x"])


def job_properties():
    """a job keeps what it was constructed with"""
    request = request_for(MISSING)
    job = Job(request=request, action=Action.PLAN)
    assert job.props.request == request == job.get_request()
    assert job.props.action == Action.PLAN == job.get_action()
    assert job.props.state == State.NEW == job.get_state()
    raises(TypeError, job.set_property, "state", State.RUNNING)
    empty = Job()
    assert empty.props.request is None and empty.get_request() is None
    assert empty.props.action == Action.INSPECT
    assert Job.new(request, Action.REVERT).props.action == Action.REVERT


def job_signals():
    """signals have the parameters that are documented"""
    def types(name):
        return [kind.name for kind in GObject.signal_query(name, Job).param_types]

    assert types("progress") == ["gchararray", "gdouble", "gchararray"], types("progress")
    assert types("warning") == ["gchararray", "gchararray", "H2kSeverity", "gchararray"], types("warning")


def job_without_request():
    """a job that cannot be started says so, and stays new"""
    without, incomplete = "The job has no request.", "Name a source"
    for job, words in ((Job(), without), (Job(request=None), without), (Job(action=Action.IMPORT), without),
                       (Job(request=Request()), incomplete), (Job.new(Request(), Action.IMPORT), incomplete)):
        assert words in refused(Error.USAGE, job.run, None)
        failure = run_async(job)
        assert failure.matches(Hyper2kvm.error_quark(), Error.USAGE) and words in failure.message, failure
        assert job.props.state == State.NEW
        assert job.dup_report_json() is None and job.dup_report_text(False) is None
        refused(Error.FAILED, job.dup_document_json)
        refused(Error.FAILED, job.dup_document_text)


def job_copies():
    """a job does not see later changes of its request"""
    request = Request()
    job = Job.new(request, Action.INSPECT)
    request.add_source(MISSING)
    refused(Error.USAGE, job.run, None)


def job():
    """a job on a thread of its own emits in the caller's context, fails with a code and leaves a report"""
    job = Job.new(request_for(MISSING), Action.INSPECT)
    seen = []

    def note(what):
        assert threading.current_thread() is threading.main_thread()
        seen.append(what)

    job.connect("progress", lambda _job, stage, _fraction, _message: note(stage))
    job.connect("notify::state", lambda job, _spec: note(job.props.state))
    failure = run_async(job)
    assert failure.domain == "h2k-error-quark" and failure.code == Error.SOURCE, failure
    assert "nonexistent.vmdk" in failure.message
    # The thread may have ended before the first handler is called.
    assert seen[0] in (State.RUNNING, State.FAILED) and seen[1:] == ["describe", State.FAILED], seen
    assert '"success" : false' in job.dup_report_json()
    assert job.dup_report_text(True) is not None
    refused(Error.FAILED, job.dup_document_json)
    refused(Error.USAGE, job.run, None)
    assert run_async(job).code == Error.USAGE
    assert job.props.state == State.FAILED


def job_succeeds():
    """a job that succeeds leaves its document"""
    with tempfile.NamedTemporaryFile(suffix=".raw") as disk:
        disk.truncate(1 << 20)
        request = request_for(disk.name)
        request.set("input-format", "raw")
        request.set("metadata-only", None)
        job = Job.new(request, Action.INSPECT)
        assert run_async(job) is None
    assert job.props.state == State.SUCCEEDED
    assert '"kind" : "inspection"' in job.dup_document_json()
    assert job.dup_document_text()
    assert '"success" : true' in job.dup_report_json()


def job_before_loop():
    """no signal is emitted before the caller's context is run, and none on another thread"""
    job = Job.new(request_for(MISSING), Action.INSPECT)
    threads, ended = [], []
    job.connect("progress", lambda *_: threads.append(threading.current_thread()))
    job.run_async(None, lambda _job, result: ended.append(result))
    while job.props.state in (State.NEW, State.RUNNING):
        GLib.usleep(1000)
    assert not threads and not ended
    while not ended:
        GLib.MainContext.default().iteration(True)
    assert set(threads) == {threading.main_thread()}, threads
    refused(Error.SOURCE, job.run_finish, ended[0])


def job_from_thread():
    """a job can be run on a thread of the caller's"""
    job = Job.new(request_for(MISSING), Action.INSPECT)
    threads, failures = set(), []
    job.connect("progress", lambda *_: threads.add(threading.current_thread()))
    thread = threading.Thread(target=lambda: failures.append(refused(Error.SOURCE, job.run, None)))
    thread.start()
    thread.join()
    assert threads == {thread} and len(failures) == 1


def cancelled():
    """a job that is cancelled, before or while it runs, says so"""
    stop = Gio.Cancellable()
    stop.cancel()
    job = Job.new(request_for(MISSING), Action.INSPECT)
    refused(Error.CANCELLED, job.run, stop)
    assert job.props.state == State.CANCELLED
    assert run_async(Job.new(request_for(MISSING), Action.INSPECT), stop).code == Error.CANCELLED
    late = Gio.Cancellable()
    with tempfile.NamedTemporaryFile(suffix=".raw") as disk:
        disk.truncate(1 << 20)
        request = request_for(disk.name)
        request.set("input-format", "raw")
        job = Job.new(request, Action.INSPECT)
        job.connect("progress", lambda *_: late.cancel())
        refused(Error.CANCELLED, job.run, late)


def wrong_types():
    """what has a wrong type is refused"""
    request = Request.new()
    for call in request.add_source, request.set, request.check, Job.new, Option.foreach, Option.find:
        raises(TypeError, call)
    raises(TypeError, request.add_source, None)
    raises(TypeError, request.set, None, None)
    raises(TypeError, request.dup_option, None)
    raises(TypeError, request.check, "import")
    raises(TypeError, Job.new, None, Action.PLAN)
    raises(TypeError, Job.new, Job(), Action.PLAN)
    raises(TypeError, Job, request="x")
    raises(TypeError, Job, request=Job())
    raises(TypeError, Job, unknown=1)
    raises(TypeError, Job().run, "x")
    raises(TypeError, Job().run_async, Job(), None)
    raises(TypeError, Job().run_finish, None)
    raises(TypeError, Option.foreach, None)
    raises(TypeError, Option.find, None)
    raises(TypeError, Option.find("mac").dup_values, Job())


def appliance():
    """an appliance that is not recorded has a status, and can be removed and not kept where nobody can write"""
    assert "No appliance is recorded" in Hyper2kvm.appliance_dup_status()
    assert Hyper2kvm.appliance_drop()
    refused(Error.TARGET, Hyper2kvm.appliance_prepare, None)


os.environ.setdefault("VIRT_HYPER2KVM_STATE_DIR", "/nonexistent")
os.environ["VIRT_HYPER2KVM_CACHE_DIR"] = "/dev/null/nonexistent"
tests = [enums, options, request, job_properties, job_signals, job_without_request, job_copies, job, job_succeeds,
         job_before_loop, job_from_thread, cancelled, wrong_types, appliance]
print(f"1..{len(tests)}")
bad = 0
for number, test in enumerate(tests, 1):
    try:
        test()
        print(f"ok {number} - {test.__doc__}")
    except Exception as error:  # noqa: BLE001
        bad += 1
        print("\n".join("# " + line for line in f"{type(error).__name__}: {error}".splitlines()))
        print(f"not ok {number} - {test.__doc__}")
sys.exit(bad)
