// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/appliance/warm/record.h"
#include "convert/appliance/hypervisor.h"
#include "convert/appliance/warm/initrd.h"
#include "convert/appliance/warm/monitor.h"
#include "convert/appliance/warm/recordings.h"
#include "convert/appliance/warm/sums.h"
#include "convert/appliance/warm/wake.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/process/subprocess.h"
#include "convert/base/text.h"
#include "convert/confine/warm/recording.h"
#include <algorithm>
#include <cerrno>
#include <sys/socket.h>
#include <sys/stat.h>
#include <thread>

namespace h2k {

namespace {

constexpr auto longest_start = std::chrono::minutes{10};
constexpr std::size_t longest_line = 1u << 20;

/// What libguestfs starts, and how.
struct Learned {
    ApplianceLine line;
    ConfinedQemu qemu;
    std::string facts;
};

/// Has libguestfs start the appliance, which does not happen: only the command line is noted.
Result<Learned> learn(const WorkFolder &work, GCancellable *cancel) {
    const auto note = work.file("arguments"), own = work.file("own");
    const auto handle = H2K_TRY(Handle::create(cancel));
    H2K_CHECK(make_folder(own, 0700));
    auto qemu = H2K_TRY(confined_qemu(*handle, own, false)); // before libguestfs is given another
    Notices notices;
    const auto folder = H2K_TRY(set_up_hypervisor(*handle, false, notices, {.learn = note}));
    H2K_CHECK(add_disk(*handle, work.file("none"))); // libguestfs wants one; nothing opens it
    auto launched = handle->launch();
    H2K_CHECK(check_cancelled(cancel));
    const auto noted = read_file(note, longest_line);
    if (!noted && !launched)
        return std::unexpected(std::move(launched).error());
    Learned learned{
        .line = H2K_TRY(read_appliance_line(split(noted.value_or(""), '\0'))), .qemu = std::move(qemu), .facts = {}};
    learned.line.disks.clear();
    learned.facts = H2K_TRY(facts_of(learned.qemu.program, libguestfs_version(*handle), learned.line));
    return learned;
}

Result<> create_overlay(const std::string &path, const std::string &root, GCancellable *cancel) {
    const Command command{.argv = {"qemu-img", "create", "-q", "-f", "qcow2", "-b", root, "-F", "raw", path}};
    H2K_TRY(require_command(confined(command, {.readable = {root}, .writable = {folder_of(path)}}), cancel));
    return {};
}

/// Ends of a connection, the first of which is for QEMU.
Result<std::pair<HeldFile, Descriptor>> connection() {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return fail(H2K_ERROR_FAILED, "socketpair: %s", g_strerror(errno));
    return std::pair{HeldFile{Descriptor{ends[0]}}, Descriptor{ends[1]}};
}

void end_too(GCancellable *, gpointer other) { g_cancellable_cancel(G_CANCELLABLE(other)); }

/// A QEMU that runs @command in a thread of its own.
class Running {
  public:
    Running(Command command, GCancellable *cancel) : command_(std::move(command)), cancel_(cancel) {
        if (cancel)
            watch_ = g_cancellable_connect(cancel, G_CALLBACK(end_too), stop_.get(), nullptr);
        thread_ = std::jthread{[this] {
            done_ = run_command(command_, stop_.get());
            ended_.request_stop();
        }};
    }
    Running(const Running &) = delete;
    Running &operator=(const Running &) = delete;
    ~Running() {
        g_cancellable_cancel(stop_.get());
        wait();
        if (watch_)
            g_cancellable_disconnect(cancel_, watch_);
    }
    [[nodiscard]] std::stop_token ended() const { return ended_.get_token(); }
    void wait() {
        if (thread_.joinable())
            thread_.join();
    }
    void kill() { g_cancellable_cancel(stop_.get()); }
    /// After wait(): what it printed last, if it was not killed.
    [[nodiscard]] std::string last() const {
        return done_ ? last_words(done_->errors.empty() ? done_->output : done_->errors) : std::string{};
    }
    [[nodiscard]] bool succeeded() const { return done_ && done_->status == 0; }

  private:
    Command command_;
    GCancellable *cancel_;
    gulong watch_ = 0;
    Ref<GCancellable> stop_ = Ref<GCancellable>::adopt(g_cancellable_new());
    std::stop_source ended_;
    Result<Finished> done_ = Finished{};
    std::jthread thread_; ///< last, so that it ends before what it uses
};

Result<> save_when_held(const Descriptor &hold, const Descriptor &qmp, const Running &qemu, int state,
                        GCancellable *cancel) {
    const auto said = H2K_TRY(read_line(hold.get(), qemu.ended(), std::chrono::steady_clock::now() + longest_start));
    if (said != "held")
        return fail(H2K_ERROR_FAILED, "“%s”", said.c_str());
    return save_machine(qmp, state, cancel);
}

/// Runs the appliance until it holds, and writes it to @state.
Result<> run_and_save(const Learned &learned, const std::string &overlay, int state, GCancellable *cancel) {
    const auto initrd = H2K_TRY(holding_initrd(learned.line.initrd));
    const auto disk = H2K_TRY(HeldFile::open(overlay, O_RDWR));
    const auto root = H2K_TRY(HeldFile::open(learned.line.root, O_RDONLY));
    const auto [hold, own_hold] = H2K_TRY(connection());
    const auto [qmp, own_qmp] = H2K_TRY(connection());
    const RecordingParts parts{
        .initrd = initrd.name(), .overlay = disk.get(), .root = root.get(), .hold = hold.get(), .qmp = qmp.get()};
    auto words = recording_arguments(learned.line, parts);
    words.insert(words.begin(), learned.qemu.program);
    const Command command{.argv = std::move(words), .files = {initrd, disk, root, hold, qmp}};
    Running qemu{confined(command, learned.qemu.least), cancel};
    auto saved = save_when_held(own_hold, own_qmp, qemu, state, cancel);
    if (!saved)
        qemu.kill();
    qemu.wait();
    H2K_CHECK(check_cancelled(cancel));
    if (saved && qemu.succeeded())
        return {};
    std::vector<std::string> why;
    if (!saved)
        why.emplace_back(saved.error().message());
    if (const auto last = qemu.last(); !last.empty())
        why.push_back(last);
    return fail(saved ? H2K_ERROR_FAILED : saved.error().code(), _("The appliance cannot be recorded: %s"),
                join(why, " ").c_str());
}

Result<> record(const Recordings &recordings, const WorkFolder &work, const Learned &learned, GCancellable *cancel) {
    const auto made = work.file("recording");
    H2K_CHECK(make_folder(made, 0700));
    const auto overlay = made + "/" + overlay_name, path = made + "/" + state_name;
    H2K_CHECK(create_overlay(overlay, learned.line.root, cancel));
    const Descriptor state{open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
    if (!state)
        return fail(H2K_ERROR_TARGET, "“%s”: %s.", path.c_str(), g_strerror(errno));
    H2K_CHECK(run_and_save(learned, overlay, state.get(), cancel));
    for (const auto &file : {overlay, path})
        if (const int why = chmod(file.c_str(), 0400) != 0 ? errno : sync_path(file))
            return fail(H2K_ERROR_TARGET, "“%s”: %s.", file.c_str(), g_strerror(why));
    const auto sums = H2K_TRY(sums_of(made));
    H2K_CHECK(write_file(made + "/" + sums_name, sums));
    H2K_CHECK(write_file(made + "/" + facts_name, learned.facts));
    return recordings.publish(made, key_of(learned.facts));
}

std::string age_of(std::int64_t since) {
    const auto minutes = std::max<std::int64_t>(g_get_real_time() / G_USEC_PER_SEC - since, 0) / 60;
    return sentence(_("%lld h %lld min"), static_cast<long long>(minutes / 60), static_cast<long long>(minutes % 60));
}

} // namespace

Result<> prepare_appliance(GCancellable *cancel) {
    const auto recordings = H2K_TRY(Recordings::lock());
    const auto work = H2K_TRY(WorkFolder::create(recordings.path()));
    const auto learned = H2K_TRY(learn(*work, cancel));
    if (const auto kept = recordings.kept();
        kept && kept->facts == learned.facts && recordings.require_sound(kept->key))
        return {};
    return record(recordings, *work, learned, cancel);
}

Result<std::string> appliance_status() {
    auto recordings = Recordings::find();
    if (!recordings && recordings.error().is(H2K_ERROR_TARGET))
        return std::unexpected(std::move(recordings).error());
    const auto kept = recordings ? recordings->kept() : std::nullopt;
    if (!kept)
        return sentence("%s\n", _("No appliance is recorded: each job boots it."));
    const auto handle = H2K_TRY(Handle::create(nullptr));
    const auto program = hypervisor_of(*handle);
    const bool fits = program && still_hold(kept->facts, *program, libguestfs_version(*handle)) &&
                      recordings->require_sound(kept->key);
    return sentence(_("Folder: %s\nKey: %s\nSize: %s\nAge: %s\nFits this host: %s\n"), recordings->path().c_str(),
                    kept->key.c_str(), size_for_people(kept->bytes).c_str(), age_of(kept->recorded).c_str(),
                    fits ? _("yes") : _("no"));
}

Result<> drop_appliance() {
    if (const auto recordings = Recordings::find())
        recordings->drop_all();
    return {};
}

} // namespace h2k
