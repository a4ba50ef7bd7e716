// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/appliance/handle.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/secrets/mask.h"
#include "convert/base/text.h"
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <unistd.h>
extern "C" { // missing in glibc 2.36
#include <sys/pidfd.h>
}

namespace h2k {

namespace {

constexpr std::size_t console_kept = 8u << 10;
constexpr std::size_t longest_line = 1u << 10; ///< of the console; the kernel breaks its own there

/// Processes that @thread of ours started and nothing has waited for; none where the kernel does not list them.
std::set<int> children_of(int thread) {
    std::set<int> found;
    const auto list = read_file("/proc/self/task/" + std::to_string(thread) + "/children", 1u << 20);
    for (const auto &word : words(list.value_or("")))
        if (const auto pid = parse_number<unsigned>(word, 1, G_MAXINT))
            found.insert(static_cast<int>(*pid));
    return found;
}

} // namespace

Call::Call(const Handle &handle, CallLimit limit) : handle_(handle) {
    handle.limit_ = handle.limits_.*limit;
    before_ = handle.watchdog_.set(std::chrono::steady_clock::now() + handle.limit_);
}

Call::~Call() { handle_.watchdog_.set(before_); }

Call::operator guestfs_h *() const noexcept { return handle_.handle_.get(); }

Result<std::unique_ptr<Handle>> Handle::create(GCancellable *cancel, CallLimits limits) {
    std::unique_ptr<Handle> self{new Handle{limits}};
    self->handle_.reset(guestfs_create_flags(GUESTFS_CREATE_NO_ENVIRONMENT));
    if (!self->handle_)
        return fail(H2K_ERROR_FAILED, "%s", _("Cannot create a libguestfs handle."));
    guestfs_set_error_handler(self->handle_.get(), nullptr, nullptr);
    constexpr std::uint64_t events =
        GUESTFS_EVENT_APPLIANCE | GUESTFS_EVENT_LIBRARY | GUESTFS_EVENT_TRACE | GUESTFS_EVENT_WARNING;
    if (guestfs_set_event_callback(self->handle_.get(), on_console, events, 0, self.get()) < 0)
        return self->failed(_("Setting up libguestfs"));
    // LIBGUESTFS_PATH, LIBGUESTFS_CACHEDIR and the like are the administrator's; what we need is set after them.
    if (guestfs_parse_environment(self->handle_.get()) < 0)
        return self->failed(_("Reading the LIBGUESTFS_* environment variables"));
    // A trace has what is written into files of the guest, hashes of passwords too.
    if (guestfs_set_trace(self->handle_.get(), 0) < 0)
        return self->failed(_("Setting up libguestfs"));
    if (cancel) {
        self->cancel_ = Ref<GCancellable>::retain(cancel);
        self->watch_ = g_cancellable_connect(cancel, G_CALLBACK(on_cancel), self.get(), nullptr);
    }
    return self;
}

Handle::~Handle() {
    if (watch_)
        g_cancellable_disconnect(cancel_.get(), watch_);
    // What is not shut down yet is not wanted; guestfs_close() would ask an appliance to sync that may not answer.
    if (handle_)
        guestfs_set_autosync(handle_.get(), 0);
    end_process();
    handle_.reset();
}

void Handle::on_console(guestfs_h *, void *self, std::uint64_t event, int, int, const char *text, std::size_t size,
                        const std::uint64_t *, std::size_t) {
    auto &handle = *static_cast<Handle *>(self);
    g_debug("libguestfs: %s", without_secrets(last_words({text, size})).c_str());
    if (event != GUESTFS_EVENT_APPLIANCE)
        return;
    handle.look_for_write_error({text, size});
    handle.console_.append(text, size);
    if (handle.console_.size() > 2 * console_kept)
        handle.console_.erase(0, handle.console_.size() - console_kept);
    if (handle.is_cancelled())
        handle.end_launch();
}

Result<> Handle::launch() {
    {
        const std::scoped_lock hold{lock_};
        launching_thread_ = gettid();
        before_launch_ = children_of(launching_thread_);
    }
    const bool launched = !is_cancelled() && guestfs_launch(call(&CallLimits::launch)) == 0;
    {
        const std::scoped_lock hold{lock_};
        launching_thread_ = 0;
    }
    if (launched)
        H2K_CHECK(learn_process());
    if (launched && !is_cancelled()) {
        if (after_launch_)
            after_launch_();
        return {};
    }
    auto why = failed(_("Starting the appliance"));
    const auto shown = last_words(console_);
    if (why.error().is(H2K_ERROR_CANCELLED) || ran_out() || shown.empty())
        return why;
    // libguestfs only says where to ask for help; the cause is in what qemu and the kernel printed.
    return fail(H2K_ERROR_FAILED, _("The libguestfs appliance did not start. It said: %s"), shown.c_str());
}

/// Without it neither a cancellation nor a time limit could end anything.
Result<> Handle::learn_process() {
    const int pid = guestfs_get_pid(handle_.get());
    if (pid <= 0)
        return failed(_("Looking for the appliance's process"));
    const std::scoped_lock hold{lock_};
    process_ = Descriptor{pidfd_open(pid, 0)};
    if (!process_)
        return fail(H2K_ERROR_FAILED, _("The appliance's process cannot be watched: %s."), g_strerror(errno));
    return {};
}

/// The console's text arrives in pieces that do not end with lines.
void Handle::look_for_write_error(std::string_view said) {
    for (const char c : said) {
        if (c != '\n' && line_.size() < longest_line) {
            line_ += c;
            continue;
        }
        if (write_error_.empty() && is_write_error(line_))
            write_error_ = last_words(line_);
        line_.clear();
    }
}

void Handle::end_process() const {
    const std::scoped_lock hold{lock_};
    if (process_)
        pidfd_send_signal(process_.get(), SIGKILL, nullptr, 0);
}

/// libguestfs does not give qemu's pid before the launch has ended.  Until then its processes are those that the
/// launching thread has started since: qemu, its watcher, or whatever makes the appliance.  A process that is still
/// listed after its pidfd was opened is one of them, and not another with the same number.
void Handle::end_launch() {
    const std::scoped_lock hold{lock_};
    if (!launching_thread_)
        return;
    for (const int child : children_of(launching_thread_)) {
        const Descriptor process{before_launch_.contains(child) ? -1 : pidfd_open(child, 0)};
        if (process && children_of(launching_thread_).contains(child))
            pidfd_send_signal(process.get(), SIGKILL, nullptr, 0);
    }
}

std::vector<int> Handle::launching() const {
    const std::scoped_lock hold{lock_};
    std::vector<int> started;
    for (const int child : launching_thread_ ? children_of(launching_thread_) : std::set<int>{})
        if (!before_launch_.contains(child))
            started.push_back(child);
    return started;
}

void Handle::end() {
    end_process();
    end_launch();
}

void Handle::on_cancel(GCancellable *, gpointer self) { static_cast<Handle *>(self)->end(); }

std::string Handle::last_error() const {
    const char *said = guestfs_last_error(handle_.get());
    return said ? last_words(said) : std::string{};
}

int Handle::last_errno() const { return guestfs_last_errno(handle_.get()); }

std::unexpected<Error> Handle::failed() const {
    if (auto go_on = check_cancelled(cancel_.get()); !go_on)
        return std::unexpected(std::move(go_on).error());
    if (ran_out())
        return fail(H2K_ERROR_FAILED,
                    _("the appliance did not answer within %d minutes and was ended. A damaged file system can be the "
                      "cause. Check the guest's file systems where it ran before, and try again."),
                    minutes(limit_));
    const auto said = last_error();
    return fail(H2K_ERROR_FAILED, "%s", said.empty() ? _("libguestfs gave no reason.") : said.c_str());
}

std::unexpected<Error> Handle::failed(const std::string &what) const {
    auto why = failed();
    if (why.error().is(H2K_ERROR_CANCELLED))
        return why;
    return std::unexpected(std::move(why).error().context(what));
}

bool Handle::alive() const { return guestfs_is_ready(handle_.get()) == 1; }

int minutes(std::chrono::milliseconds limit) {
    return static_cast<int>(std::chrono::ceil<std::chrono::minutes>(limit).count());
}

bool is_write_error(std::string_view line) { return line.contains(" error, dev sd") && line.contains("WRITE"); }

std::vector<std::string> strings_of(char **list) {
    std::vector<std::string> found;
    for (char **at = list; at && *at; ++at)
        found.emplace_back(*at);
    return found;
}

} // namespace h2k
