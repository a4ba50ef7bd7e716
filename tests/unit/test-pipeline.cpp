// SPDX-License-Identifier: LGPL-2.1-or-later
// The order of a job's steps and what it leaves when one fails.  The tools are values; files and folders are real.
#include "convert/base/files.h"
#include "convert/model/overlay.h"
#include "convert/pipeline/job.h"
#include "tests/support/fake_guest.h"
#include "tests/support/test.h"
#include <filesystem>
#include <fstream>

using namespace h2k;
using test::assert_equal;
using test::message_of;
using test::unwrap;

namespace {

constexpr auto os_release = "ID=debian\nVERSION_ID=12\nPRETTY_NAME=\"Debian 12\"\n";
constexpr auto fstab = "/dev/sda1 / ext4 defaults 0 1\n";

test::FakeGuest small_guest() {
    test::FakeGuest guest;
    guest.files = {{"/etc/os-release", os_release},
                   {"/etc/fstab", fstab},
                   {"/etc/passwd", "root:x:0:0::/root:/bin/sh\n"},
                   {"/etc/hostname", "app\n"},
                   {"/usr/lib/systemd/systemd", ""}};
    // An earlier job made a file, which is there no more, and says so.
    guest.files["/var/lib/virt-hyper2kvm/job-1/journal.json"] =
        R"({"kind": "journal", "job": "job-1", "files": [{"path": "/etc/made", "first": "absent"}]})";
    return guest;
}

/// The small guest as one disk with one file system.
class FakeAppliance final : public Appliance {
  public:
    explicit FakeAppliance(std::vector<std::string> &told) : told_(told) {}
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
    Result<> open_encrypted(const std::vector<DiskKey> &, std::vector<std::string> &) override { return {}; }
    Result<std::unique_ptr<Guest>> mount(const std::vector<Mount> &, std::vector<std::string> &) override {
        return std::make_unique<Overlay>(below_);
    }
    Result<> trim() override { return note("trim"); }
    Result<std::vector<std::string>> check_filesystems() override {
        told_.emplace_back("fsck");
        return std::vector<std::string>{};
    }
    Result<> close() override { return note("close"); }

  private:
    Result<> note(const char *what) {
        told_.emplace_back(what);
        return {};
    }
    std::vector<std::string> &told_;
    test::FakeGuest below_ = small_guest();
};

class SilentProgress final : public Progress {
  public:
    void step(const std::string &, double, const std::string &) override {}
    void warn(const std::string &, const std::string &) override {}
};

/// A folder with a source disk, tools that write down what they were asked, and a job.
class Bench {
  public:
    Bench() : folder_(Owned<char>{g_dir_make_tmp("h2k-XXXXXX", nullptr)}.get()) {
        g_setenv("VIRT_HYPER2KVM_STATE_DIR", (folder_ + "/state").c_str(), TRUE);
        std::ofstream{folder_ + "/app.img"} << std::string(510, '\0') << "\x55\xaa" << std::string(65536 - 512, '\0');
        wish.sources = {folder_ + "/app.img"};
        wish.output_dir = folder_ + "/out";
        wish.define = false;
        tools = {
            .launch = [this](const auto &, bool, GCancellable *) -> Result<std::unique_ptr<Appliance>> {
                told.emplace_back("launch");
                return std::make_unique<FakeAppliance>(told);
            },
            .create_overlay = [this](const std::string &, const Disk &, GCancellable *) { return note("overlay"); },
            .convert = [this](const Conversion &order, const auto &, GCancellable *) -> Result<> {
                told.emplace_back("convert");
                return write_file(order.to, "converted");
            },
            .check_image = [this](const std::string &, DiskFormat, std::uint64_t,
                                  GCancellable *) { return note("check"); },
            .boot_test = [this](const BootTestOrder &order, Progress &, GCancellable *) -> Result<BootEvidence> {
                told.emplace_back("boot");
                g_assert_true(path_exists(order.domain.machine.disks.front().path));
                BootEvidence evidence;
                evidence.proven = proven;
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
        Job job{wish, action, tools};
        SilentProgress progress;
        auto outcome = job.run(progress, cancel.get());
        success = job.report().success;
        return outcome;
    }
    Result<> note(const char *what) {
        told.emplace_back(what);
        return {};
    }
    /// Names in the output folder.
    [[nodiscard]] std::string left() const {
        std::vector<std::string> names;
        std::error_code none;
        for (const auto &entry : std::filesystem::directory_iterator{wish.output_dir, none})
            names.push_back(entry.path().filename());
        std::ranges::sort(names);
        std::string all;
        for (const auto &name : names)
            all += name + " ";
        return all;
    }
    [[nodiscard]] std::string order() const {
        std::string all;
        for (const auto &step : told)
            all += step + " ";
        return all;
    }

    Request wish;
    Toolbox tools;
    Ref<GCancellable> cancel = Ref<GCancellable>::adopt(g_cancellable_new());
    std::vector<std::string> told;
    bool proven = true;
    bool success = false;

  private:
    std::string folder_;
};

} // namespace

static void order_is_fixed() {
    Bench bench;
    unwrap(bench.run());
    assert_equal(bench.order(), "overlay launch trim fsck close convert check boot ");
    assert_equal(bench.left(), "app.qcow2 app.xml report.json ");
    g_assert_true(bench.success);
}

static void unproven_is_kept_and_told() {
    Bench bench;
    bench.proven = false;
    g_assert_nonnull(g_strstr_len(message_of(bench.run(), H2K_ERROR_NOT_PROVEN).c_str(), -1, "It hung."));
    assert_equal(bench.left(), "app.qcow2 app.xml report.json ");
    g_assert_false(bench.success);
}

static void plan_and_inspect_write_nothing() {
    for (const auto action : {Action::plan, Action::inspect}) {
        Bench bench;
        unwrap(bench.run(action));
        assert_equal(bench.order(), "overlay launch ");
        assert_equal(bench.left(), "");
    }
    Bench dry;
    dry.wish.dry_run = true;
    unwrap(dry.run());
    assert_equal(dry.order(), "overlay launch ");
    assert_equal(dry.left(), "");
}

static void failure_leaves_only_a_report() {
    for (const char *step : {"convert", "check"}) {
        Bench bench;
        const auto bad = [&](auto...) -> Result<> { return fail(H2K_ERROR_TARGET, "no room"); };
        if (g_str_equal(step, "convert"))
            bench.tools.convert = [&](const auto &, const auto &, GCancellable *) { return bad(); };
        else
            bench.tools.check_image = [&](const auto &, DiskFormat, std::uint64_t, GCancellable *) { return bad(); };
        assert_equal(message_of(bench.run(), H2K_ERROR_TARGET), "no room");
        assert_equal(bench.left(), "report.json ");
    }
}

static void cancelled_boot_publishes_nothing() {
    Bench bench;
    bench.tools.boot_test = [&](const auto &, Progress &, GCancellable *cancel) -> Result<BootEvidence> {
        g_cancellable_cancel(bench.cancel.get());
        H2K_CHECK(check_cancelled(cancel));
        return BootEvidence{};
    };
    message_of(bench.run(), H2K_ERROR_CANCELLED);
    assert_equal(bench.left(), "report.json ");
}

static void broken_boot_test_is_not_a_proof() {
    Bench bench;
    bench.tools.boot_test = [](const auto &, Progress &, GCancellable *) -> Result<BootEvidence> {
        return fail(H2K_ERROR_FAILED, "no QEMU here");
    };
    g_assert_nonnull(g_strstr_len(message_of(bench.run(), H2K_ERROR_NOT_PROVEN).c_str(), -1, "no QEMU here"));
    assert_equal(bench.left(), "app.qcow2 app.xml report.json ");
}

static void boot_test_needs_no_target() {
    Bench bench;
    unwrap(bench.run(Action::boot_test));
    assert_equal(bench.order(), "overlay launch close boot ");
    assert_equal(bench.left(), "");
}

/// The seed stands beside the disks, and only with them; the boot test does not see it.
static void seed_is_published_with_the_disks() {
    const auto seeded = [](Bench &bench) {
        bench.wish.repair.cloud_init = CloudSeed{
            .user_data = "#cloud-config\n", .meta_data = "instance-id: i-1\n", .network_config = {}, .as_iso = true};
    };
    Bench bench;
    seeded(bench);
    const auto boot = bench.tools.boot_test;
    bench.tools.boot_test = [&](const BootTestOrder &order, Progress &progress, GCancellable *cancel) {
        g_assert_false(order.domain.machine.seed_iso.has_value());
        return boot(order, progress, cancel);
    };
    unwrap(bench.run());
    assert_equal(bench.left(), "app-cidata.iso app.qcow2 app.xml report.json ");
    const auto made = bench.wish.output_dir + "/app-cidata.iso";
    const auto in = [&](const char *name) { return unwrap(read_file(bench.wish.output_dir + name, 1u << 20)); };
    g_assert_true(in("/app.xml").contains("<source file=\"" + made + "\"/>"));
    g_assert_true(in("/report.json").contains("\"type\" : \"seed_iso\",\n      \"path\" : \"" + made + "\""));
    g_assert_true(in("/report.json").contains("\"seed_iso\" : {\n      \"path\" : \"" + made + "\""));
    const auto before = in("/app-cidata.iso");
    g_assert_true(std::filesystem::remove(bench.wish.output_dir + "/app.qcow2"));
    g_assert_true(std::filesystem::remove(bench.wish.output_dir + "/app.xml"));
    bench.told.clear();
    g_assert_true(message_of(bench.run(), H2K_ERROR_TARGET).contains("app-cidata.iso"));
    assert_equal(bench.order(), "");
    assert_equal(in("/app-cidata.iso"), before);
    Bench failing;
    seeded(failing);
    failing.tools.boot_test = [&](const BootTestOrder &, Progress &, GCancellable *) -> Result<BootEvidence> {
        // What comes after the seed cannot be published.
        unwrap(write_file(failing.wish.output_dir + "/app.xml", "a stranger's"));
        return BootEvidence{.proven = true};
    };
    message_of(failing.run(), H2K_ERROR_TARGET);
    assert_equal(failing.left(), "app.xml report.json ");
}

/// The image is written when all else is done, from an overlay that stays until then.
static void revert_writes_the_image_last() {
    Bench bench;
    bench.wish.output_dir.clear();
    const auto kept = bench.wish.sources.front() + ".virt-hyper2kvm-revert.qcow2";
    bench.tools.create_overlay = [&](const std::string &overlay, const Disk &, GCancellable *) {
        bench.told.emplace_back("overlay");
        return write_file(overlay, "overlay");
    };
    bool works = false;
    bench.tools.commit_overlay = [&](const std::string &overlay, const std::string &image) -> Result<> {
        assert_equal(overlay, kept);
        assert_equal(image, bench.wish.sources.front());
        g_assert_true(path_exists(overlay));
        bench.told.emplace_back("commit");
        return works ? Result<>{} : fail(H2K_ERROR_TARGET, "It is in use.");
    };
    bench.wish.dry_run = true;
    unwrap(bench.run(Action::revert));
    assert_equal(bench.order(), "overlay launch ");
    bench.wish.dry_run = false;
    bench.told.clear();
    g_assert_nonnull(
        g_strstr_len(message_of(bench.run(Action::revert), H2K_ERROR_TARGET).c_str(), -1, "qemu-img commit"));
    assert_equal(bench.order(), "overlay launch fsck close commit ");
    g_assert_true(path_exists(kept));
    message_of(bench.run(Action::revert), H2K_ERROR_SOURCE);
    g_assert_true(std::filesystem::remove(kept));
    works = true;
    bench.told.clear();
    unwrap(bench.run(Action::revert));
    assert_equal(bench.order(), "overlay launch fsck close commit check ");
    g_assert_false(path_exists(kept));
    bench.wish.job = "job-2";
    message_of(bench.run(Action::revert), H2K_ERROR_SOURCE);
}

/// Each overlay is made beside its image, and none is written before all are there.
static void disks_in_several_folders_go_back() {
    Bench bench;
    bench.wish.output_dir.clear();
    const auto first = bench.wish.sources.front();
    const auto second = folder_of(first) + "/other/data.img";
    unwrap(make_folder(folder_of(second), 0755));
    std::filesystem::copy_file(first, second);
    bench.wish.sources.push_back(second);
    const auto undecided = second + ".virt-hyper2kvm-undecided.qcow2";
    const auto decided = [](const std::string &image) { return image + ".virt-hyper2kvm-revert.qcow2"; };
    unwrap(write_file(undecided, "of a run that was killed"));
    bench.tools.create_overlay = [&](const std::string &overlay, const Disk &disk, GCancellable *) {
        g_assert_true(overlay.starts_with(folder_of(disk.path) + "/.virt-hyper2kvm-"));
        return write_file(overlay, disk.path);
    };
    std::string committed;
    bench.tools.commit_overlay = [&](const std::string &overlay, const std::string &image) -> Result<> {
        assert_equal(unwrap(read_file(overlay, 1000)), image);
        g_assert_true(path_exists(decided(second)));
        committed += base_name(image) + " ";
        return image == second ? fail(H2K_ERROR_TARGET, "No.") : Result<>{};
    };
    message_of(bench.run(Action::revert), H2K_ERROR_TARGET);
    assert_equal(committed, "app.img data.img ");
    g_assert_true(!path_exists(undecided) && !path_exists(decided(first)) && path_exists(decided(second)));
    // Ended between two renames: one overlay has its final name, and all are to be finished.
    unwrap(publish(decided(second), decided(first)));
    unwrap(write_file(undecided, second));
    const auto told = message_of(bench.run(Action::revert), H2K_ERROR_SOURCE);
    g_assert_true(told.contains(decided(first)) && told.contains(undecided));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/pipeline/order", order_is_fixed);
    g_test_add_func("/pipeline/not-proven", unproven_is_kept_and_told);
    g_test_add_func("/pipeline/plan", plan_and_inspect_write_nothing);
    g_test_add_func("/pipeline/failure", failure_leaves_only_a_report);
    g_test_add_func("/pipeline/cancelled", cancelled_boot_publishes_nothing);
    g_test_add_func("/pipeline/broken-boot-test", broken_boot_test_is_not_a_proof);
    g_test_add_func("/pipeline/boot-test", boot_test_needs_no_target);
    g_test_add_func("/pipeline/seed", seed_is_published_with_the_disks);
    g_test_add_func("/pipeline/revert", revert_writes_the_image_last);
    g_test_add_func("/pipeline/revert-folders", disks_in_several_folders_go_back);
    return g_test_run();
}
