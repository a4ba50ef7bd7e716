// SPDX-License-Identifier: LGPL-2.1-or-later
// A job over tools that are values; files and folders are real.
#pragma once
#include "convert/base/files.h"
#include "convert/model/overlay.h"
#include "convert/pipeline/job.h"
#include "tests/support/fake_guest.h"
#include <filesystem>
#include <fstream>

namespace h2k::test {

inline constexpr auto os_release = "ID=debian\nVERSION_ID=12\nPRETTY_NAME=\"Debian 12\"\n";
inline constexpr auto fstab = "/dev/sda1 / ext4 defaults 0 1\n";

inline FakeGuest small_guest() {
    FakeGuest guest;
    guest.files = {{"/etc/os-release", os_release},
                   {"/etc/fstab", fstab},
                   {"/etc/passwd", "root:x:0:0::/root:/bin/sh\n"},
                   {"/etc/hostname", "app\n"},
                   {"/usr/lib/systemd/systemd", ""}};
    // An earlier job made a file that has been removed since.
    guest.files["/var/lib/virt-hyper2kvm/job-1/journal.json"] =
        R"({"kind": "journal", "job": "job-1", "files": [{"path": "/etc/made", "first": "absent"}]})";
    return guest;
}

/// The small guest as one disk with one file system.
class FakeAppliance : public Appliance {
  public:
    FakeAppliance(std::vector<std::string> &calls, const std::map<std::string, std::string> &more) : calls_(calls) {
        for (const auto &[path, content] : more)
            below_.files[path] = content;
    }
    Result<std::vector<BlockDevice>> devices() const override {
        BlockDevice disk;
        disk.name = "/dev/sda";
        BlockDevice part;
        part.name = "/dev/sda1";
        part.type = "ext4";
        part.uuid = "11111111-2222-3333-4444-555555555555";
        part.partition = 1;
        return std::vector{disk, part};
    }
    Result<std::vector<std::string>> list_on(const std::string &, const std::string &) const override {
        return std::vector<std::string>{};
    }
    Result<std::optional<std::string>> read_on(const std::string &, const std::string &path) const override {
        return below_.read(path);
    }
    Result<> open_encrypted(const std::vector<DiskKey> &, Notices &) override { return {}; }
    Result<std::unique_ptr<Guest>> mount(const std::vector<Mount> &, Notices &) override {
        return std::make_unique<Overlay>(below_);
    }
    Result<> trim() override { return note("trim"); }
    Result<Notices> check_filesystems() override {
        calls_.emplace_back("fsck");
        return Notices{};
    }
    Result<> close() override { return note("close"); }

  private:
    Result<> note(const char *what) {
        calls_.emplace_back(what);
        return {};
    }
    std::vector<std::string> &calls_;
    FakeGuest below_ = small_guest();
};

class SilentProgress final : public Progress {
  public:
    void step(const std::string &, double, const std::string &) override {}
    void notice(const std::string &, const Notice &) override {}
};

/// The disk that an overlay at @path is the top of, without a file.
inline Disk overlay_on(const std::string &path, const Disk &below) {
    Disk disk = below;
    disk.top = {.path = path, .format = DiskFormat::qcow2, .bytes = below.top.bytes};
    disk.below = {below.top};
    return disk;
}

/// A folder with a source disk, tools that record their calls, and a job.
class Bench {
  public:
    Bench() : folder_(Owned<char>{g_dir_make_tmp("h2k-XXXXXX", nullptr)}.get()) {
        g_setenv("VIRT_HYPER2KVM_STATE_DIR", (folder_ + "/state").c_str(), TRUE);
        std::ofstream{folder_ + "/app.img"} << std::string(510, '\0') << "\x55\xaa" << std::string(65536 - 512, '\0');
        request.sources = {folder_ + "/app.img"};
        request.output_dir = folder_ + "/out";
        request.define = false;
        tools = {
            .launch = [this](const auto &, Notices &, GCancellable *) -> Result<std::unique_ptr<Appliance>> {
                calls.emplace_back("launch");
                return std::make_unique<FakeAppliance>(calls, more);
            },
            .serve = [](const auto &...) { return Result<ServedDisks>{}; },
            .create_overlay = [this](const std::string &path, const Disk &below, GCancellable *) -> Result<Disk> {
                calls.emplace_back("overlay");
                return overlay_on(path, below);
            },
            .convert = [this](const Conversion &order, const auto &, GCancellable *) -> Result<> {
                calls.emplace_back("convert");
                return write_file(order.to, "converted");
            },
            .check_image = [this](const std::string &, DiskFormat, std::uint64_t,
                                  GCancellable *) { return note("check"); },
            .boot_test = [this](const BootTestOrder &order, Progress &, GCancellable *) -> Result<BootEvidence> {
                calls.emplace_back("boot");
                g_assert_true(path_exists(order.domain.machine.disks.front().top.path));
                BootEvidence evidence;
                evidence.grade = proven ? BootGrade::proven : BootGrade::not_proven;
                evidence.why = proven ? "It came up." : "It hung.";
                return evidence;
            },
            .kvm_works = [] { return false; },
        };
    }
    Bench(const Bench &) = delete;
    Bench &operator=(const Bench &) = delete;
    ~Bench() { std::filesystem::remove_all(folder_); }

    Result<> run(Action action = Action::import) {
        Job job{request, action, tools};
        SilentProgress progress;
        auto outcome = job.run(progress, cancel.get());
        report = job.report();
        success = report.success;
        return outcome;
    }
    Result<> note(const char *what) {
        calls.emplace_back(what);
        return {};
    }
    /// Names in the output folder.
    [[nodiscard]] std::string left() const {
        std::vector<std::string> names;
        std::error_code none;
        for (const auto &entry : std::filesystem::directory_iterator{request.output_dir, none})
            names.push_back(entry.path().filename());
        std::ranges::sort(names);
        std::string all;
        for (const auto &name : names)
            all += name + " ";
        return all;
    }
    [[nodiscard]] std::string order() const {
        std::string all;
        for (const auto &step : calls)
            all += step + " ";
        return all;
    }

    Request request;
    Toolbox tools;
    Ref<GCancellable> cancel = Ref<GCancellable>::adopt(g_cancellable_new());
    std::vector<std::string> calls;
    std::map<std::string, std::string> more; ///< files of the guest
    bool proven = true;
    bool success = false;
    Report report;

  private:
    std::string folder_;
};

} // namespace h2k::test
