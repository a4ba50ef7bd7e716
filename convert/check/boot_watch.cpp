// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/check/boot_watch.h"
#include "convert/base/i18n.h"
#include <fcntl.h>
#include <unistd.h>

namespace h2k {

namespace {

constexpr int tick = 200;                    // milliseconds
constexpr gint64 start_timeout = 60'000'000; // microseconds
constexpr gint64 report_grace = 90'000'000;  // for the probe's report out of emergency mode
constexpr gint64 second = 1'000'000;
constexpr std::size_t chunk = 256u << 10;

} // namespace

GrowingFile::GrowingFile(const std::string &path)
    : fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)), buffer_(chunk, '\0') {}

GrowingFile::~GrowingFile() {
    if (fd_ >= 0)
        close(fd_);
}

std::string_view GrowingFile::more() {
    const ssize_t size = fd_ < 0 ? 0 : read(fd_, buffer_.data(), buffer_.size());
    return std::string_view{buffer_}.substr(0, size > 0 ? static_cast<std::size_t>(size) : 0);
}

void BootWatch::end(BootEnding::Kind kind, std::string why) {
    if (!ending_)
        ending_ = {.kind = kind,
                   .seconds = static_cast<double>(g_get_monotonic_time() - started_) / static_cast<double>(second),
                   .why = std::move(why)};
}

void BootWatch::take_line(std::string_view line) {
    if (report_) {
        report_->take(line);
        if (report_->is_complete())
            end(BootEnding::Kind::reported, {});
    }
    if (!report_ && is_login_prompt(line))
        end(BootEnding::Kind::login, _("The guest showed its login prompt on the serial console."));
    const auto sign = dead_end(line);
    if (!sign.meaning || grace_until_ != 0)
        return;
    grace_why_ = sign.meaning;
    grace_until_ = g_get_monotonic_time() + (report_ && sign.services_run ? report_grace : 0);
}

void BootWatch::read_serial() {
    const auto bytes = serial_.more();
    console_.take(bytes, [this](std::string_view line) { take_line(line); });
    const auto &open_line = console_.open_line();
    if (!open_line.empty() && !bytes.empty())
        take_line(open_line);
}

void BootWatch::read_event(const std::string &event) {
    if (event == "agent" && !report_)
        end(BootEnding::Kind::agent, _("The guest agent answered from inside the guest."));
    if (event == "gone")
        end(BootEnding::Kind::stopped, _("The boot test's own process has died."));
    if (!event.starts_with("stopped "))
        return;
    read_serial(); // the last words
    end(BootEnding::Kind::stopped, event == "stopped shutdown"  ? _("The guest turned itself off.")
                                   : event == "stopped crashed" ? _("The guest crashed.")
                                                                : _("The virtual machine stopped by itself."));
}

Result<> BootWatch::wait_for_start(GCancellable *cancel) {
    const gint64 until = g_get_monotonic_time() + start_timeout;
    while (g_get_monotonic_time() < until) {
        H2K_CHECK(check_cancelled(cancel));
        const auto event = domain_.next_event(tick);
        if (!event)
            continue;
        if (event == "started")
            return {};
        if (event->starts_with("failed "))
            return fail(H2K_ERROR_FAILED, _("libvirt could not start the virtual machine of the boot test: %s"),
                        event->c_str() + strlen("failed "));
        if (event == "gone" || event == "bye")
            return fail(H2K_ERROR_FAILED, _("The boot test's own process has died."));
        read_event(*event);
    }
    return fail(H2K_ERROR_FAILED, _("libvirt did not start the virtual machine of the boot test in time."));
}

Result<BootEnding> BootWatch::run(unsigned timeout, GCancellable *cancel) {
    started_ = g_get_monotonic_time();
    H2K_CHECK(wait_for_start(cancel));
    started_ = g_get_monotonic_time();
    const gint64 until = started_ + timeout * second;
    while (!ending_) {
        H2K_CHECK(check_cancelled(cancel));
        if (const auto event = domain_.next_event(tick))
            read_event(*event);
        read_serial();
        const gint64 now = g_get_monotonic_time();
        if (grace_until_ != 0 && now >= grace_until_)
            end(BootEnding::Kind::dead_end, grace_why_);
        if (now >= until)
            end(BootEnding::Kind::timeout, grace_until_ != 0 ? grace_why_ : std::string{});
    }
    return *ending_;
}

} // namespace h2k
