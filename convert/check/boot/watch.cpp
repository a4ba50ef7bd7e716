// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/check/boot/watch.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>

namespace h2k {

namespace {

constexpr int tick = 200; // milliseconds
/// Microseconds.  libvirt runs QEMU twice to ask what it can do before the domain starts, and hosts can be busy.
constexpr gint64 start_timeout = 300'000'000;
constexpr gint64 report_grace = 90'000'000; // for the probe's report from emergency mode
constexpr gint64 second = 1'000'000;
constexpr std::size_t chunk = 256u << 10;

} // namespace

Result<GrowingFile> GrowingFile::create(const std::string &path) {
    Descriptor file{
        open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600)};
    struct stat st{};
    if (!file || fstat(file.get(), &st) != 0)
        return fail(H2K_ERROR_FAILED, "%s: %s", path.c_str(), g_strerror(errno));
    if (!S_ISREG(st.st_mode))
        return fail(H2K_ERROR_FAILED, "%s: %s", path.c_str(), g_strerror(EINVAL));
    return GrowingFile{std::move(file)};
}

std::string_view GrowingFile::more() {
    buffer_.resize(chunk);
    const ssize_t got = pread(file_.get(), buffer_.data(), buffer_.size(), static_cast<off_t>(at_));
    const auto size = got > 0 ? static_cast<std::size_t>(got) : 0;
    at_ += size;
    return std::string_view{buffer_}.substr(0, size);
}

std::uint64_t GrowingFile::size() const {
    struct stat st{};
    return fstat(file_.get(), &st) == 0 && st.st_size > 0 ? static_cast<std::uint64_t>(st.st_size) : 0;
}

Result<std::string> GrowingFile::content(std::uint64_t limit, std::uint64_t tail) const {
    const auto all = size();
    const auto from = all > limit ? all - std::min(all, tail) : 0;
    std::string text(all - from, '\0');
    std::size_t filled = 0;
    while (filled < text.size()) {
        const ssize_t got =
            pread(file_.get(), text.data() + filled, text.size() - filled, static_cast<off_t>(from + filled));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail(H2K_ERROR_FAILED, _("Cannot read the serial output of the guest: %s."), g_strerror(errno));
        if (got == 0)
            break; // it was truncated meanwhile
        filled += static_cast<std::size_t>(got);
    }
    text.resize(filled);
    return text;
}

void BootWatch::end(BootEnding::Kind kind, std::string why) {
    if (!ending_)
        ending_ = {.kind = kind,
                   .seconds = static_cast<double>(g_get_monotonic_time() - started_) / static_cast<double>(second),
                   .why = std::move(why)};
}

void BootWatch::take_line(std::string_view line) {
    if (probe_) {
        probe_->take(line);
        if (probe_->is_over())
            end(BootEnding::Kind::reported, {});
    }
    if (!probe_ && is_login_prompt(line))
        end(BootEnding::Kind::login, _("The guest showed its login prompt on the serial console."));
    if (const auto text = unlock_.answer(line, g_get_monotonic_time()))
        if (const auto typed = domain_.first_port().send(text->view()); !typed)
            g_debug("%s", typed.error().message());
    const auto sign = dead_end(line);
    if (!sign.meaning || grace_until_ != 0)
        return;
    grace_why_ = sign.meaning;
    grace_until_ = g_get_monotonic_time() + (probe_ && sign.services_run ? report_grace : 0);
}

void BootWatch::read_serial() {
    const auto bytes = serial_.more();
    console_.take(bytes, [this](std::string_view line) { take_line(line); });
    const auto &open_line = console_.open_line();
    if (!open_line.empty() && !bytes.empty())
        take_line(open_line);
}

void BootWatch::answer_probe() {
    (void)domain_.first_port().received(); // it is in the log
    if (!probe_)
        return;
    SerialPort &port = domain_.second_port();
    if (const auto opened = port.open(); !opened)
        return g_debug("%s", opened.error().message());
    if (const auto reply = probe_->answer(port.received()); !reply.empty())
        if (const auto said = port.send(reply); !said)
            g_debug("%s", said.error().message());
    if (probe_->is_over())
        end(BootEnding::Kind::reported, {});
}

void BootWatch::read_event(const std::string &event) {
    if (event == "agent" && !probe_)
        end(BootEnding::Kind::agent, _("The guest agent answered from inside the guest."));
    if (event == "gone")
        end(BootEnding::Kind::stopped, _("The process of the boot test died."));
    if (!event.starts_with("stopped "))
        return;
    read_serial(); // the rest of its output
    end(BootEnding::Kind::stopped, event == "stopped shutdown"  ? _("The guest shut itself down.")
                                   : event == "stopped crashed" ? _("The guest crashed.")
                                                                : _("The virtual machine stopped by itself."));
}

void BootWatch::check_space() {
    const gint64 now = g_get_monotonic_time();
    if (now < next_check_)
        return;
    next_check_ = now + second;
    if (serial_.size() > serial_limit)
        end(BootEnding::Kind::space,
            _("The boot test was stopped, because the guest wrote more than 64 MiB to its serial "
              "console."));
    if (space_.is_short())
        end(BootEnding::Kind::space,
            _("The boot test was stopped, because the host's file system with the throw-away copy "
              "of the guest was running out of space."));
}

Result<> BootWatch::wait_for_start(GCancellable *cancel) {
    const gint64 until = g_get_monotonic_time() + start_timeout;
    while (g_get_monotonic_time() < until) {
        H2K_CHECK(check_cancelled(cancel));
        const auto event = domain_.next_event(tick);
        check_space();
        if (ending_ && ending_->kind == BootEnding::Kind::space)
            return {};
        if (!event)
            continue;
        if (event == "started")
            return {};
        if (event->starts_with("failed "))
            return fail(H2K_ERROR_FAILED, _("libvirt could not start the virtual machine of the boot test: %s"),
                        event->c_str() + strlen("failed "));
        if (event->starts_with("unisolated "))
            return fail(H2K_ERROR_FAILED,
                        _("The boot test cannot keep the guest away from the host's network (%s). Run as root, allow "
                          "user namespaces on this host (user.max_user_namespaces), or let the guest reach what the "
                          "host can reach with --boot-network=host."),
                        event->c_str() + strlen("unisolated "));
        if (event == "gone" || event == "bye")
            return fail(H2K_ERROR_FAILED, _("The process of the boot test died."));
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
        answer_probe();
        read_serial();
        check_space();
        const gint64 now = g_get_monotonic_time();
        if (grace_until_ != 0 && now >= grace_until_)
            end(BootEnding::Kind::dead_end, grace_why_);
        if (now >= until)
            end(BootEnding::Kind::timeout, grace_until_ != 0 ? grace_why_ : std::string{});
    }
    return *ending_;
}

} // namespace h2k
