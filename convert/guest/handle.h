// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/descriptor.h"
#include "convert/base/error.h"
#include "convert/base/messages.h"
#include <chrono>
#include <condition_variable>
#include <guestfs.h>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace h2k {

template <> struct Release<guestfs_h> {
    void operator()(guestfs_h *p) const noexcept { guestfs_close(p); }
};

/// A libguestfs handle that prints nothing, returns errors as Error and can be ended from another thread.
class Handle {
  public:
    [[nodiscard]] static Result<std::unique_ptr<Handle>> create(GCancellable *cancel);
    Handle(const Handle &) = delete;
    Handle &operator=(const Handle &) = delete;
    ~Handle();

    [[nodiscard]] guestfs_h *raw() const noexcept { return handle_.get(); }
    /// The failure of the call just made, after "what: ".  H2K_ERROR_CANCELLED where the appliance was ended for that.
    [[nodiscard]] std::unexpected<Error> failed(const std::string &what) const;
    /// libguestfs's own message for the failure of the call just made: valid UTF-8, no control characters, its last
    /// lines.
    [[nodiscard]] std::string last_error() const;
    /// guestfs_launch(), which a cancellation ends too.
    [[nodiscard]] Result<> launch();
    /// Can calls still succeed?  False once the appliance died or was ended.
    [[nodiscard]] bool alive() const;
    /// Kills qemu, and with it the call that is running.  For other threads.
    void end_process() const;
    /// The first failed write that the appliance's kernel reported on its console; empty: none.  It is noted as it
    /// comes: the kernel's log can be cleared by a guest's program.
    [[nodiscard]] const std::string &write_error() const noexcept { return write_error_; }

  private:
    Handle() = default;
    static void on_console(guestfs_h *, void *self, std::uint64_t event, int, int, const char *text, std::size_t size,
                           const std::uint64_t *, std::size_t);
    static void on_cancel(GCancellable *, gpointer self);
    [[nodiscard]] Result<> learn_process();
    void end_launch();
    void look_for_write_error(std::string_view said);
    [[nodiscard]] bool is_cancelled() const { return cancel_ && g_cancellable_is_cancelled(cancel_.get()); }

    Owned<guestfs_h> handle_;
    Ref<GCancellable> cancel_;
    gulong watch_ = 0;
    mutable std::mutex lock_;     ///< of what follows: the canceller's thread reads it
    Descriptor process_;          ///< pidfd of qemu, so that no other process is ever hit
    int launching_thread_ = 0;    ///< while guestfs_launch() runs
    std::set<int> before_launch_; ///< children that this thread had without libguestfs
    std::string console_;         ///< the last few KiB
    std::string line_;            ///< of the console, as far as it came
    std::string write_error_;
};

/// Ends the appliance of @handle where the calls made until ran_out() last longer than @limit.
class TimeLimit {
  public:
    TimeLimit(const Handle &handle, std::chrono::milliseconds limit);
    /// Stops the clock.  True: it had run out, and the appliance was ended.
    [[nodiscard]] bool ran_out();

  private:
    std::mutex lock_;
    std::condition_variable_any stopped_;
    bool ran_out_ = false; ///< the clock's own until it was joined
    std::jthread clock_;   ///< last, so that it ends before what it uses
};

/// Does @line of a kernel's log report a failed write to a disk?
[[nodiscard]] bool is_write_error(std::string_view line);

/// What a guest's program or libguestfs said, fit to show: valid UTF-8, no control characters, at most the last
/// ten lines and 2 KiB.
[[nodiscard]] std::string last_words(std::string_view said);

/// The strings of a libguestfs list.
[[nodiscard]] std::vector<std::string> strings_of(char **list);

} // namespace h2k
