#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The GObject API as a program in another language sees it."""

import os
import sys

try:
    import gi
except ImportError:
    print("1..0 # SKIP python3-gi is not installed")
    sys.exit(0)
gi.require_version("Hyper2kvm", "0.1")
from gi.repository import Gio, GLib, Hyper2kvm  # noqa: E402

tests = []


def refused(code, call, *words):
    try:
        call(*words)
    except GLib.Error as error:
        assert error.domain == "h2k-error-quark", error.domain
        assert error.code == code, (error.code, error.message)
        return error.message
    raise AssertionError("no error")


def options():
    """options have names, kinds, choices, defaults and headings"""
    rows = {}
    Hyper2kvm.Option.foreach(lambda option: rows.update({option.get_name(): option}))
    assert {"pool", "output-dir", "mac"} <= set(rows), rows
    mode = Hyper2kvm.Option.find("boot-test")
    assert mode.get_kind() == Hyper2kvm.OptionKind.CHOICE
    assert mode.get_choices() == ["probe", "observe", "none"]
    assert mode.dup_default() == "probe"
    assert (mode.get_group(), mode.get_heading()) == ("boot-test", "Boot test")
    assert mode.is_for(Hyper2kvm.Action.IMPORT) and not mode.is_for(Hyper2kvm.Action.PLAN)
    assert rows["mac"].is_repeatable() and not mode.is_repeatable()
    assert rows["key"].is_secret() and not mode.is_secret()
    assert rows["dry-run"].get_value_name() is None and not rows["dry-run"].get_choices()
    assert Hyper2kvm.Option.find("none-such") is None
    wish = Hyper2kvm.Request.new()
    wish.set("mac", "52-54-00-12-34-56")
    wish.set("no-define", None)
    assert rows["mac"].dup_values(wish) == ["52:54:00:12:34:56"]
    assert rows["no-define"].dup_values(wish) == ["true"] and rows["dry-run"].dup_values(wish) == []
    assert Hyper2kvm.nearest_name("ipmort", ["plan", "import"]) == "import"
    assert Hyper2kvm.nearest_name("xyz", ["plan", "import"]) is None


def request():
    """a request checks its values"""
    wish = Hyper2kvm.Request.new()
    refused(Hyper2kvm.Error.USAGE, wish.set, "mac", "x")
    assert "output-dir" in refused(Hyper2kvm.Error.USAGE, wish.set, "output-di", "x")
    refused(Hyper2kvm.Error.USAGE, wish.check, Hyper2kvm.Action.IMPORT)
    wish.set("name", "x")
    wish.add_source("/nonexistent.vmdk")
    assert wish.check(Hyper2kvm.Action.INSPECT)


def job():
    """a job runs on its own thread, tells its progress in the caller's context, fails with a code and leaves a report"""
    wish = Hyper2kvm.Request.new()
    wish.add_source("/nonexistent.vmdk")
    work = Hyper2kvm.Job.new(wish, Hyper2kvm.Action.INSPECT)
    stages, ended, loop = [], [], GLib.MainLoop()
    work.connect("progress", lambda _job, stage, _fraction, _message: stages.append(stage))

    def on_end(_job, result):
        ended.append(refused(Hyper2kvm.Error.SOURCE, work.run_finish, result))
        loop.quit()

    work.run_async(None, on_end)
    loop.run()
    assert stages == ["describe"], stages
    assert "nonexistent.vmdk" in ended[0], ended
    assert '"success" : false' in work.dup_report_json()
    refused(Hyper2kvm.Error.USAGE, work.run, None)


def cancelled():
    """a job that is cancelled says so"""
    wish = Hyper2kvm.Request.new()
    wish.add_source("/nonexistent.vmdk")
    stop = Gio.Cancellable()
    stop.cancel()
    refused(Hyper2kvm.Error.CANCELLED, Hyper2kvm.Job.new(wish, Hyper2kvm.Action.INSPECT).run, stop)


os.environ.setdefault("VIRT_HYPER2KVM_STATE_DIR", "/nonexistent")
tests = [options, request, job, cancelled]
print(f"1..{len(tests)}")
bad = 0
for number, test in enumerate(tests, 1):
    try:
        test()
        print(f"ok {number} - {test.__doc__}")
    except AssertionError as error:
        bad += 1
        print(f"# {error!r}\nnot ok {number} - {test.__doc__}")
sys.exit(bad)
