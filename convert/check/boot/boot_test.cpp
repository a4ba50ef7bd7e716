// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/check/boot/boot_test.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/base/work_folder.h"
#include "convert/check/boot/direct_start.h"
#include "convert/check/boot/domain.h"
#include "convert/check/boot/leftovers.h"
#include "convert/check/boot/memory.h"
#include "convert/check/boot/powers.h"
#include "convert/check/boot/watch.h"
#include "convert/check/evidence/probe.h"
#include "convert/check/evidence/screenshot.h"
#include "convert/check/evidence/verdict.h"
#include "convert/image/image.h"
#include "convert/image/nbd/served_disks.h"
#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

namespace h2k {

namespace {

constexpr const char *stage = "validate", *serial_log_name = "/serial.log";
constexpr std::uint64_t serial_tail = 4u << 20;          // what is kept of a serial log that is too long
constexpr std::uint64_t longest_file = 2 * serial_limit; // BootWatch sees a flood first; a screenshot is smaller
constexpr gint64 screenshot_timeout = 10'000'000;        // microseconds

/// One run of a test, from the first overlay to the evidence.
class Run {
  public:
    Run(const BootTestOrder &order, Progress &progress, GCancellable *cancel)
        : order_(order), progress_(progress), cancel_(cancel), folder_(order.work + "/h2k-boot"),
          probes_(order.mode != BootTest::observe && order.init == "systemd") {}
    Run(const Run &) = delete;
    Run &operator=(const Run &) = delete;
    ~Run() { remove_boot_folder(folder_); }
    Result<BootEvidence> boot();

  private:
    Result<> make_overlays();
    Result<> decide_powers();
    Result<> make_serial_log(const std::string &root);
    Result<> serve_disks();
    Result<> choose_start(DomainSpec &spec, const std::string &root);
    Result<std::string> describe(const std::string &root);
    Result<std::unique_ptr<BootDomain>> start_domain();
    Result<> run_domain(const SpaceWatch &space);
    Bus bus_of_disks() const;
    template <typename F> auto timed(const char *step, F &&what) {
        const gint64 from = g_get_monotonic_time();
        auto result = what();
        evidence_.steps.emplace_back(step, static_cast<double>(g_get_monotonic_time() - from) / G_USEC_PER_SEC);
        return result;
    }
    void judge_ending(const BootEnding &ending, const ProbeDialogue &probe);
    void keep_screenshot(BootDomain &domain, const SpaceWatch &space);
    void keep_serial_log();
    void warn(std::string id, std::string text) { report({std::move(id), std::move(text), Severity::warning}); }
    void note(std::string id, std::string text) { report({std::move(id), std::move(text), Severity::note}); }
    void report(const Notice &notice) { progress_.notice(stage, notice); }

    const BootTestOrder &order_;
    Progress &progress_;
    GCancellable *cancel_;
    std::string folder_;
    bool probes_;
    std::vector<Disk> overlays_;
    PreparedCopy copy_;
    std::unique_ptr<WorkFolder> sockets_;
    std::optional<ServedDisks> served_;
    QemuPowers powers_;
    std::uint64_t memory_ = 0;
    bool evidence_folder_ = false; ///< there is one for what shows why the guest did not come up
    std::optional<GrowingFile> serial_;
    Unlock unlock_{order_.keys};
    BootEvidence evidence_;
};

Result<> Run::make_overlays() {
    remove_boot_folder(folder_);
    H2K_CHECK(make_folder(folder_, 0700));
    for (const auto &disk : order_.domain.machine.disks) {
        const auto path = folder_ + "/" + std::to_string(overlays_.size()) + ".qcow2";
        overlays_.push_back(H2K_TRY(create_overlay(path, disk, cancel_)));
    }
    const bool holds = order_.mode != BootTest::observe && order_.first_boot;
    if (!probes_ && !holds && order_.mode != BootTest::quick)
        return {};
    progress_.step(stage, -1, _("Installing the probe in a throw-away copy of the guest."));
    auto done = order_.prepare(overlays_, probes_ ? probe_changes()
                                          : holds ? std::vector{hold_first_boot()}
                                                  : std::vector<Change>{});
    if (!done)
        return std::unexpected(std::move(done).error().context(_("installing the probe in the throw-away copy")));
    copy_ = *std::move(done);
    return {};
}

/// The guest is untrusted, and the host has other work.
Result<> Run::decide_powers() {
    powers_ = qemu_powers(order_.use_kvm);
    if (!powers_.user && geteuid() == 0)
        warn("boot.qemu-as-root",
             _("QEMU runs as root in the boot test, since it cannot be given a user of its own. Run this program as an "
               "ordinary user, or where root may change users."));
    if (order_.use_kvm && !powers_.use_kvm)
        warn("boot.kvm-for-root-only",
             _("Only root can open /dev/kvm, so that the boot test runs without KVM and takes longer."));
    const auto wanted = order_.domain.machine.memory ? order_.domain.machine.memory : default_memory;
    const auto available = available_memory();
    const auto granted = available ? boot_memory(wanted, *available) : wanted;
    if (!granted)
        return fail(H2K_ERROR_FAILED,
                    _("The boot test may use three quarters of the host's free memory, and that is too little: %s are "
                      "free."),
                    size_for_people(*available).c_str());
    memory_ = *granted;
    if (memory_ < wanted)
        note("boot.less-memory",
             sentence(_("The domain has %s of memory and got %s in the boot test: three quarters of what is free on "
                        "the host."),
                      size_for_people(wanted).c_str(), size_for_people(memory_).c_str()));
    return {};
}

/// QEMU's user cannot put anything in its place, since the folder is ours.
Result<> Run::make_serial_log(const std::string &root) {
    serial_ = H2K_TRY(GrowingFile::create(root + serial_log_name));
    if (powers_.user && fchown(serial_->descriptor(), powers_.user->uid, powers_.user->gid) != 0)
        return fail(H2K_ERROR_FAILED, "fchown: %s", g_strerror(errno));
    return {};
}

/// Their sockets lie where QEMU's user gets, whatever the job's folder is in, and only it can use them.
Result<> Run::serve_disks() {
    sockets_ = H2K_TRY(WorkFolder::create(BootDomain::parent()));
    const char *path = sockets_->path().c_str();
    if (powers_.user && (chown(path, static_cast<uid_t>(-1), powers_.user->gid) != 0 || chmod(path, 0710) != 0))
        return fail(H2K_ERROR_FAILED, "%s: %s", path, g_strerror(errno));
    served_ = H2K_TRY(ServedDisks::start(overlays_, sockets_->path(), powers_.user, cancel_));
    return {};
}

/// What the guest starts by default, if that is asked for and certain.
Result<> Run::choose_start(DomainSpec &spec, const std::string &root) {
    if (order_.mode != BootTest::quick)
        return {};
    const KernelPlan plan{.folder = root, .user = powers_.user, .memory = memory_, .translated = !powers_.use_kvm};
    const auto doubt = H2K_TRY(
        timed("boot_kernel", [&] { return start_directly(std::exchange(copy_, {}), plan, spec, evidence_, cancel_); }));
    if (!doubt.empty())
        note("boot.not-direct",
             sentence(_("The guest was started by its firmware and its boot loader, although --boot-test=quick was "
                        "given: %s"),
                      doubt.c_str()));
    return {};
}

Result<std::string> Run::describe(const std::string &root) {
    H2K_CHECK(make_serial_log(root));
    DomainSpec spec = order_.domain;
    spec.machine.disks = overlays_;
    spec.machine.memory = memory_;
    spec.disk_sockets = served_->sockets();
    // Short, since it becomes part of the paths of sockets; not the real name, which may be in use.
    spec.machine.name = "h2k-boot-" + new_nonce().substr(0, 8);
    spec.machine.uuid.clear();
    spec.host = {.kvm = powers_.use_kvm, .user_network = true};
    spec.serial_log = root + serial_log_name;
    if (unlock_.has_keys())
        spec.serial_socket = root + BootDomain::first_port_name;
    if (probes_)
        spec.second_serial = root + BootDomain::second_port_name;
    spec.nvram = root + "/nvram.fd"; // libvirt creates it and gives it to QEMU's user
    H2K_CHECK(choose_start(spec, root));
    return domain_xml(spec);
}

Result<std::unique_ptr<BootDomain>> Run::start_domain() {
    const auto vcpus = order_.domain.machine.vcpus ? order_.domain.machine.vcpus : default_vcpus;
    return BootDomain::start({.describe = [this](const std::string &root) { return describe(root); },
                              .network = order_.network,
                              .use_kvm = powers_.use_kvm,
                              .work = folder_,
                              .user = powers_.user,
                              .limits = qemu_limits(memory_, vcpus, order_.timeout, longest_file)});
}

Bus Run::bus_of_disks() const {
    const auto &disks = order_.domain.machine.disks;
    return disks.empty() ? Bus::virtio : disks.front().bus;
}

void Run::judge_ending(const BootEnding &ending, const ProbeDialogue &probe) {
    using Kind = BootEnding::Kind;
    evidence_.seconds = ending.seconds;
    evidence_.why = ending.why;
    evidence_.grade = grade_of(ending.kind == Kind::login || ending.kind == Kind::agent, evidence_.start);
    if (ending.kind == Kind::reported)
        for (const auto &notice : judge(probe, bus_of_disks(), evidence_))
            report(notice);
    if (evidence_.came_up())
        evidence_.trust = what_a_proof_is_worth(probes_);
    if (evidence_.start == StartedBy::kernel)
        evidence_.untested = what_a_direct_start_leaves_open(evidence_);
    if (ending.kind != Kind::timeout || !evidence_.why.empty())
        return;
    const auto filled_in = [this](const char *text) { return replace_all(text, "%u", std::to_string(order_.timeout)); };
    evidence_.why = !probes_ ? filled_in(_("The guest showed no sign of a completed boot within %u seconds."))
                    : probe.has_begun() ? filled_in(_("The guest's report was not complete within %u seconds."))
                                        : filled_in(_("The guest did not report within %u seconds."));
    if (const auto complaint = unlock_.complaint(); !complaint.empty())
        evidence_.why += " " + complaint;
}

void Run::keep_screenshot(BootDomain &domain, const SpaceWatch &space) {
    domain.ask_for_screenshot();
    const gint64 until = g_get_monotonic_time() + screenshot_timeout;
    while (g_get_monotonic_time() < until && !space.is_short()) {
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

void Run::keep_serial_log() {
    const std::string path = order_.evidence + "/serial.log";
    if (serial_->size() > serial_limit)
        note("boot.serial-log-cut",
             _("The guest wrote more than 64 MiB to its serial console; only the last 4 MiB are kept."));
    const auto text = serial_->content(serial_limit, serial_tail);
    const auto kept = text ? write_file(path, unlock_.redacted(*text)) : Result<>{};
    if (text && kept)
        evidence_.serial_log = path;
    else
        warn("boot.evidence-not-kept", text ? kept.error().message() : text.error().message());
}

Result<BootEvidence> Run::boot() {
    if (order_.mode != BootTest::observe && !probes_)
        note("boot.only-observed",
             _("The guest is not known to use systemd, which the probe of the boot test requires; the boot is only "
               "observed."));
    evidence_.method = name_of(probes_ ? BootTest::probe : BootTest::observe);
    H2K_CHECK(decide_powers());
    evidence_.accelerator = powers_.use_kvm ? "kvm" : "tcg";
    evidence_.network = name_of(order_.network);
    H2K_CHECK(timed("boot_copy", [&] { return make_overlays(); }));
    H2K_CHECK(timed("boot_serve", [&] { return serve_disks(); }));
    progress_.step(stage, -1, _("Waiting for the guest to boot."));
    const SpaceWatch space{order_.work};
    H2K_CHECK(run_domain(space));
    if (evidence_folder_)
        keep_serial_log();
    return evidence_;
}

/// Starts the domain, watches it to its end, and is rid of it.
Result<> Run::run_domain(const SpaceWatch &space) {
    const gint64 from = g_get_monotonic_time();
    auto domain = H2K_TRY(start_domain());
    ProbeDialogue probe{new_nonce()};
    BootWatch watch{*domain, *serial_, space, probes_ ? &probe : nullptr, unlock_};
    const auto ending = H2K_TRY(watch.run(order_.timeout, cancel_));
    const auto passed = static_cast<double>(g_get_monotonic_time() - from) / G_USEC_PER_SEC;
    evidence_.steps.emplace_back("boot_start", passed - ending.seconds);
    evidence_.steps.emplace_back("boot_guest", ending.seconds);
    judge_ending(ending, probe);
    if (!evidence_.came_up()) {
        const auto made = make_folder(order_.evidence, 0700);
        evidence_folder_ = made.has_value();
        if (!made)
            warn("boot.evidence-not-kept", made.error().message());
        if (made && ending.kind != BootEnding::Kind::space)
            keep_screenshot(*domain, space);
    }
    return timed("boot_end", [&]() -> Result<> {
        domain.reset();
        served_.reset(); // frees the space of the overlays before the evidence is written
        return {};
    });
}

} // namespace

Result<BootEvidence> boot_test(const BootTestOrder &order, Progress &progress, GCancellable *cancel) {
    H2K_CHECK(check_cancelled(cancel));
    return Run{order, progress, cancel}.boot();
}

} // namespace h2k
