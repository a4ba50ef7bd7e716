// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/check/boot_test.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/check/boot_domain.h"
#include "convert/check/boot_watch.h"
#include "convert/check/leftovers.h"
#include "convert/check/probe.h"
#include "convert/check/screenshot.h"
#include "convert/check/verdict.h"
#include "convert/image/image.h"
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace h2k {

namespace {

constexpr const char *stage = "validate";
constexpr std::size_t serial_limit = 256u << 20;
constexpr gint64 screenshot_timeout = 10'000'000; // microseconds

/// One run of a test: what belongs together from the first overlay to the evidence.
class Run {
  public:
    Run(const BootTestOrder &order, Progress &progress, GCancellable *cancel)
        : order_(order), progress_(progress), cancel_(cancel), folder_(order.work + "/h2k-boot"), nonce_(new_nonce()),
          probes_(order.mode == BootTest::probe && order.init == "systemd") {}
    Run(const Run &) = delete;
    Run &operator=(const Run &) = delete;
    ~Run() { remove_boot_folder(folder_); }
    Result<BootEvidence> boot();

  private:
    Result<> make_overlays();
    Result<> hand_to_qemu_user();
    Result<std::string> domain_description() const;
    void judge_ending(const BootEnding &ending, const ProbeReport &report);
    void keep_evidence(BootDomain &domain);
    void keep_screenshot(BootDomain &domain);
    [[nodiscard]] std::string serial_log() const { return folder_ + "/serial.log"; }
    void warn(const std::string &text) { progress_.warn(stage, text); }

    const BootTestOrder &order_;
    Progress &progress_;
    GCancellable *cancel_;
    std::string folder_, nonce_;
    bool probes_;
    std::vector<Disk> overlays_;
    std::optional<QemuUser> user_;
    std::optional<Passage> passage_;
    BootEvidence evidence_;
};

Result<> Run::make_overlays() {
    remove_boot_folder(folder_);
    H2K_CHECK(make_folder(folder_, 0700));
    for (const auto &disk : order_.domain.machine.disks) {
        Disk overlay = disk;
        overlay.path = folder_ + "/" + std::to_string(overlays_.size()) + ".qcow2";
        overlay.format = DiskFormat::qcow2;
        overlay.files = {overlay.path};
        H2K_CHECK(create_overlay(overlay.path, disk, cancel_));
        overlays_.push_back(std::move(overlay));
    }
    if (!probes_)
        return {};
    progress_.step(stage, -1, _("Putting the probe into a throw-away copy of the guest."));
    auto done = order_.prepare(overlays_, probe_changes(nonce_));
    if (!done)
        return std::unexpected(std::move(done).error().context(_("putting the probe into the throw-away copy")));
    return {};
}

/// QEMU runs what came from a stranger's disk, so not as root where there is an account for it that can reach the
/// files.
Result<> Run::hand_to_qemu_user() {
    const int log = open(serial_log().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (log < 0)
        return fail(H2K_ERROR_FAILED, "%s: %s", serial_log().c_str(), g_strerror(errno));
    close(log);
    user_ = find_qemu_user();
    if (user_) {
        passage_.emplace(*user_, order_.work);
        std::vector<std::string> written{folder_, serial_log()}, read;
        for (std::size_t i = 0; i < overlays_.size(); i++) {
            written.push_back(overlays_[i].path);
            read.push_back(order_.domain.machine.disks[i].path);
        }
        if (order_.use_kvm)
            read.emplace_back("/dev/kvm");
        for (const auto &path : written)
            if (lchown(path.c_str(), user_->uid, user_->own_group) != 0)
                return fail(H2K_ERROR_FAILED, "%s: %s", path.c_str(), g_strerror(errno));
        if (!qemu_user_can_reach(*user_, folder_, read, cancel_)) {
            for (const auto &path : written)
                if (lchown(path.c_str(), geteuid(), getegid()) != 0)
                    return fail(H2K_ERROR_FAILED, "%s: %s", path.c_str(), g_strerror(errno));
            passage_.reset();
            user_.reset();
        }
    }
    if (!user_ && geteuid() == 0)
        warn(_("QEMU runs as root in the boot test, since no account of its own can read the disk images."));
    return {};
}

Result<std::string> Run::domain_description() const {
    DomainSpec spec = order_.domain;
    spec.machine.disks = overlays_;
    // Short, since it becomes part of the paths of sockets; not the real one, which may exist already.
    spec.machine.name = "h2k-boot-" + nonce_.substr(0, 8);
    spec.machine.uuid.clear();
    spec.virt_type = order_.use_kvm ? "kvm" : "qemu";
    spec.serial_log = serial_log();
    spec.nvram = folder_ + "/nvram.fd";
    spec.user_network = true;
    return domain_xml(spec);
}

void Run::judge_ending(const BootEnding &ending, const ProbeReport &report) {
    using Kind = BootEnding::Kind;
    evidence_.seconds = ending.seconds;
    evidence_.why = ending.why;
    evidence_.proven = ending.kind == Kind::login || ending.kind == Kind::agent;
    if (ending.kind == Kind::reported)
        for (const auto &warning : judge(report, evidence_))
            warn(warning);
    if (ending.kind != Kind::timeout || !evidence_.why.empty())
        return;
    const auto told = [this](const char *text) { return replace_all(text, "%u", std::to_string(order_.timeout)); };
    evidence_.why = !probes_             ? told(_("The guest showed no sign of having booted within %u seconds."))
                    : report.has_begun() ? told(_("The guest's report was not complete within %u seconds."))
                                         : told(_("The guest did not report within %u seconds."));
}

void Run::keep_screenshot(BootDomain &domain) {
    domain.ask_for_screenshot();
    const gint64 until = g_get_monotonic_time() + screenshot_timeout;
    while (g_get_monotonic_time() < until) {
        const auto event = domain.next_event(200);
        if (event == "gone" || (event && event->starts_with("noscreenshot ")))
            return;
        if (!event || !event->starts_with("screenshot "))
            continue;
        const auto picture = domain.screenshot();
        const std::string path = order_.evidence + "/screenshot.png";
        if (picture && write_png(*picture, path))
            evidence_.screenshot = path;
        return;
    }
}

void Run::keep_evidence(BootDomain &domain) {
    if (const auto made = make_folder(order_.evidence, 0755); !made)
        return warn(made.error().message());
    keep_screenshot(domain);
    const std::string path = order_.evidence + "/serial.log";
    const auto text = read_file(serial_log(), serial_limit);
    const auto kept = text ? write_file(path, *text) : Result<>{};
    if (text && kept)
        evidence_.serial_log = path;
    else
        warn(text ? kept.error().message() : text.error().message());
}

Result<BootEvidence> Run::boot() {
    if (order_.mode == BootTest::probe && !probes_)
        warn(_("The guest does not use systemd, so that the boot test cannot put its probe in and only observes."));
    evidence_.method = name_of(probes_ ? BootTest::probe : BootTest::observe);
    evidence_.accelerator = order_.use_kvm ? "kvm" : "tcg";
    H2K_CHECK(make_overlays());
    H2K_CHECK(hand_to_qemu_user());
    progress_.step(stage, -1, _("Waiting for the guest to boot."));
    auto xml = H2K_TRY(domain_description());
    const auto domain = H2K_TRY(BootDomain::start({.xml = std::move(xml), .work = folder_, .user = user_}));
    ProbeReport report{nonce_};
    BootWatch watch{*domain, serial_log(), probes_ ? &report : nullptr};
    judge_ending(H2K_TRY(watch.run(order_.timeout, cancel_)), report);
    if (!evidence_.proven)
        keep_evidence(*domain);
    return evidence_;
}

} // namespace

Result<BootEvidence> boot_test(const BootTestOrder &order, Progress &progress, GCancellable *cancel) {
    H2K_CHECK(check_cancelled(cancel));
    return Run{order, progress, cancel}.boot();
}

} // namespace h2k
