// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/appliance/watchdog.h"
#include "convert/base/descriptor.h"
#include "convert/base/error.h"
#include "convert/base/messages.h"
#include <chrono>
#include <functional>
#include <guestfs.h>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace h2k {

template <> struct Release<guestfs_h> {
    void operator()(guestfs_h *p) const noexcept { guestfs_close(p); }
};

/// How long a call may take before the appliance is ended, by what it depends on.
struct CallLimits {
    std::chrono::milliseconds brief = std::chrono::minutes{10}; ///< a few blocks of a disk
    std::chrono::milliseconds work = std::chrono::hours{6};     ///< the size of a file system, or of what is on it
    /// A program of the guest.  A rebuild of an initramfs takes minutes without KVM; it may also never end.
    std::chrono::milliseconds program = std::chrono::minutes{30};
    std::chrono::milliseconds launch = std::chrono::minutes{30}; ///< building the appliance the first time, and booting
};
using CallLimit = std::chrono::milliseconds CallLimits::*;

class Handle;

/// What a function of libguestfs takes as its handle.  The time limit holds as long as the object lives.
class Call {
  public:
    Call(const Handle &handle, CallLimit limit);
    Call(const Call &) = delete;
    Call &operator=(const Call &) = delete;
    ~Call();
    operator guestfs_h *() const noexcept; // NOLINT(google-explicit-constructor): so that it reads as a handle

  private:
    const Handle &handle_;
    Watchdog::Deadline before_;
};

/// A libguestfs handle that prints nothing, returns errors as Error and can be ended from another thread.  No call can
/// last for ever: the guest's content decides what the appliance does.
class Handle {
  public:
    [[nodiscard]] static Result<std::unique_ptr<Handle>> create(GCancellable *cancel, CallLimits limits = {});
    Handle(const Handle &) = delete;
    Handle &operator=(const Handle &) = delete;
    ~Handle();

    /// For one call: guestfs_sync(handle.call(&CallLimits::work)).
    [[nodiscard]] Call call(CallLimit limit = &CallLimits::brief) const { return {*this, limit}; }
    /// The failure of the call just made.  H2K_ERROR_CANCELLED where the appliance was ended for that.
    [[nodiscard]] std::unexpected<Error> failed() const;
    /// The same after "what: ".
    [[nodiscard]] std::unexpected<Error> failed(const std::string &what) const;
    /// What ends it; may be null.
    [[nodiscard]] GCancellable *cancel() const noexcept { return cancel_.get(); }
    /// libguestfs's own message for the failure of the call just made: valid UTF-8, no control characters, its last
    /// lines.
    [[nodiscard]] std::string last_error() const;
    /// Its errno in the appliance; 0: none.
    [[nodiscard]] int last_errno() const;
    [[nodiscard]] const CallLimits &limits() const noexcept { return limits_; }
    /// Was the appliance ended because a call took too long?
    [[nodiscard]] bool ran_out() const noexcept { return watchdog_.ran_out(); }
    /// @act is called once the appliance is launched.
    void after_launch(std::function<void()> act) { after_launch_ = std::move(act); }
    /// guestfs_launch(), which a cancellation ends too.
    [[nodiscard]] Result<> launch();
    /// Can calls still succeed?  False once the appliance died or was ended.
    [[nodiscard]] bool alive() const;
    /// Kills qemu, and with it the call that is running.  For other threads.
    void end_process() const;
    /// The same during a launch too.
    void end();
    /// Processes that the running launch has started: qemu, or what libguestfs asks before.  For other threads.
    [[nodiscard]] std::vector<int> launching() const;
    /// The first failed write that the appliance's kernel reported on its console; empty: none.  It is noted as it
    /// comes: the kernel's log can be cleared by a guest's program.
    [[nodiscard]] const std::string &write_error() const noexcept { return write_error_; }

  private:
    friend class Call;
    explicit Handle(CallLimits limits) : limits_(limits), watchdog_([this] { end(); }) {}
    static void on_console(guestfs_h *, void *self, std::uint64_t event, int, int, const char *text, std::size_t size,
                           const std::uint64_t *, std::size_t);
    static void on_cancel(GCancellable *, gpointer self);
    [[nodiscard]] Result<> learn_process();
    void end_launch();
    void look_for_write_error(std::string_view said);
    [[nodiscard]] bool is_cancelled() const { return cancel_ && g_cancellable_is_cancelled(cancel_.get()); }

    const CallLimits limits_;
    Owned<guestfs_h> handle_;
    Ref<GCancellable> cancel_;
    gulong watch_ = 0;
    mutable std::mutex lock_;  ///< of what follows: the canceller's thread reads it
    Descriptor process_;       ///< pidfd of qemu, so that no other process is ever hit
    int launching_thread_ = 0; ///< while guestfs_launch() runs
    std::function<void()> after_launch_;
    std::set<int> before_launch_; ///< children that this thread had without libguestfs
    std::string console_;         ///< the last few KiB
    std::string line_;            ///< of the console, as far as it came
    std::string write_error_;
    mutable std::chrono::milliseconds limit_{}; ///< of the last call
    mutable Watchdog watchdog_;                 ///< last, so that it ends before what it ends
};

/// Minutes, rounded up, as a sentence of people has them.
[[nodiscard]] int minutes(std::chrono::milliseconds limit);

/// Does @line of a kernel's log report a failed write to a disk?
[[nodiscard]] bool is_write_error(std::string_view line);

/// The strings of a libguestfs list.
[[nodiscard]] std::vector<std::string> strings_of(char **list);

} // namespace h2k
