// SPDX-License-Identifier: LGPL-2.1-or-later
// Snapshots of VirtualBox: differencing VDIs, whose parents only the settings of their machine name.
#include "convert/format/identifier.h"
#include "convert/image/image.h"
#include "tests/support/differencing.h"
#include "tests/support/notices.h"
#include "tests/support/overlays.h"

using namespace h2k;
using namespace std::string_literals;
using test::assert_equal;
using test::TestFolder;
using test::unwrap;

constexpr std::uint64_t mib = 1u << 20;
constexpr off_t modification_at = 0x198, parent_at = 0x1a8;

namespace {

std::string uuid_at(const std::string &path, std::size_t offset) {
    return guid_text(unwrap(unwrap(HostFile::open(path)).read(offset, 16)));
}
std::string uuid_of(const std::string &path) { return uuid_at(path, 0x188); }

/// An entry of the list of media.
std::string medium(const std::string &uuid, const std::string &location, const std::string &below,
                   const std::string &format = "VDI") {
    return "<HardDisk uuid=\"{" + uuid + "}\" location=\"" + location + "\" format=\"" + format + "\">" + below +
           "</HardDisk>";
}

/// The folder of a machine with two snapshots; content.raw is what its guest sees.
class MachineFolder {
  public:
    MachineFolder() {
        unwrap(make_folder(folder_ / "Snapshots", 0755));
        test::make_image(folder_, "vdi", "static=off", "base.vdi", "8704K");
        base = folder_ / "base.vdi", middle = folder_ / "Snapshots/one.vdi", top = folder_ / "Snapshots/two.vdi";
        test::patch(base, modification_at, std::string(16, '\x42'));
        make("Snapshots/one.vdi", base,
             "--at 0 --byte 0x31 --length 1048576 --at 3145728 --byte 0x32 --length 2097152");
        make("Snapshots/two.vdi", middle,
             "--at 4194304 --byte 0x41 --length 1048576 --at 2097152 --byte 0x42 --length 1048576 --state 7340032 0");
        auto content = test::raw_content(folder_, "vdi", base);
        content.replace(0, mib, mib, '1').replace(3 * mib, mib, mib, '2').replace(4 * mib, mib, mib, 'A');
        content.replace(2 * mib, mib, mib, 'B').replace(7 * mib, mib, mib, '\0');
        unwrap(write_file(folder_ / "content.raw", content));
        write_settings(
            medium(uuid_of(base), "base.vdi",
                   medium(uuid_of(middle), "Snapshots/one.vdi", medium(uuid_of(top), "Snapshots/two.vdi", {}))));
    }
    void make(const std::string &name, const std::string &parent, const std::string &options) const {
        test::make_child(folder_, "vdi", parent, name, options);
    }
    /// The machine uses the image two.vdi.
    void write_settings(const std::string &media) const {
        unwrap(write_file(path(), "<VirtualBox><Machine name=\"m\"><MediaRegistry><HardDisks>" + media +
                                      "</HardDisks></MediaRegistry><Hardware><StorageControllers><StorageController "
                                      "name=\"SATA\" type=\"AHCI\"><AttachedDevice type=\"HardDisk\" port=\"0\" "
                                      "device=\"0\"><Image uuid=\"{" +
                                      uuid_of(top) +
                                      "}\"/></AttachedDevice></StorageController></StorageControllers></Hardware>"
                                      "</Machine></VirtualBox>"));
    }
    [[nodiscard]] std::string path() const { return folder_ / "m.vbox"; }
    [[nodiscard]] const TestFolder &folder() const { return folder_; }
    [[nodiscard]] CarryPlan described() const { return unwrap(test::describe_file(path())); }
    [[nodiscard]] std::string refusal() const {
        return test::message_of(test::describe_file(path()), H2K_ERROR_SOURCE);
    }
    [[nodiscard]] std::string sums() const { return test::run({"sha256sum", base, middle, top}); }
    std::string base, middle, top;

  private:
    TestFolder folder_;
};

} // namespace

static void reads_a_chain() {
    const MachineFolder machine;
    const auto before = machine.sums();
    const auto plan = machine.described();
    const auto &disk = plan.source.disks[0];
    g_assert_cmpuint(disk.below.size(), ==, 2);
    assert_equal(disk.top.subformat + " " + disk.below[0].subformat + " " + disk.below[1].subformat,
                 "differencing differencing dynamic");
    assert_equal(join(disk.files, " "), machine.top + " " + machine.middle + " " + machine.base);
    assert_equal(join(test::texts_of(plan.notices), "|"),
                 "The disk is also read from “one.vdi”, on which “two.vdi” is based.|The disk is also read from "
                 "“base.vdi”, on which “one.vdi” is based.");
    const auto overlay = unwrap(create_overlay(machine.folder() / "overlay", disk, nullptr));
    g_assert_cmpuint(overlay.below.size(), ==, 1);
    test::assert_reads_as(overlay, machine.folder() / "content.raw");
    assert_equal(machine.sums(), before);
    // Nothing but the list of media says where the parents are.
    test::assert_refused(machine.top,
                         "“two.vdi” is a snapshot of VirtualBox and holds only what changed since its parent, which "
                         "only the settings of its machine name; name the .vbox file as the source, or copy the disk "
                         "with “VBoxManage clonemedium THIS.vdi COPY.vdi” and name the copy.");
}

static void reads_a_chain_in_an_archive() {
    const MachineFolder machine;
    const auto tar = machine.folder() / "m.tar";
    test::run({"tar", "-C", machine.folder().path(), "-cf", tar, "m.vbox", "base.vdi", "Snapshots"});
    const auto disk = unwrap(test::describe_file(tar)).source.disks[0];
    g_assert_true(disk.below.size() == 2 && disk.top.window && disk.below[1].window);
    test::assert_reads_as(unwrap(create_overlay(machine.folder() / "overlay", disk, nullptr)),
                          machine.folder() / "content.raw");
}

static void checks_each_link() {
    const MachineFolder machine;
    const auto base = uuid_of(machine.base), middle = uuid_of(machine.middle), top = uuid_of(machine.top);
    const auto other = "00000000-1111-4222-8333-444444444444"s;
    // The list lacks a parent.
    machine.write_settings(medium(top, "Snapshots/two.vdi", {}));
    g_assert_true(machine.refusal().starts_with("“two.vdi” is a snapshot of VirtualBox and holds only what changed"));
    machine.write_settings(medium(middle, "Snapshots/one.vdi", medium(top, "Snapshots/two.vdi", {})));
    g_assert_true(machine.refusal().starts_with("“one.vdi” is a snapshot of VirtualBox and holds only what changed"));
    // It names another one, under its own UUID or under that of the parent.
    machine.write_settings(medium(base, "base.vdi", medium(top, "Snapshots/two.vdi", {})));
    assert_equal(machine.refusal(), "“two.vdi” is not based on this “base.vdi”: its parent has the ID " + middle +
                                        ", but this image has the ID " + base + ".");
    machine.write_settings(medium(middle, "base.vdi", medium(top, "Snapshots/two.vdi", {})));
    assert_equal(machine.refusal(),
                 "“base.vdi” is not the image that the settings of its machine list: it has the UUID " + middle +
                     " there, but " + base + " itself.");
    machine.write_settings(medium(other, "gone.vdi", medium(top, "Snapshots/two.vdi", {})));
    assert_equal(machine.refusal(), "“m.vbox” names the file “gone.vdi”, which does not exist.");
    machine.write_settings(medium(other, "Snapshots/two.vdi", medium(top, "Snapshots/two.vdi", {})));
    g_assert_true(machine.refusal().starts_with("The chain of parents below “two.vdi” is circular or too long."));
    machine.write_settings(medium(other, "../../etc/passwd", medium(top, "Snapshots/two.vdi", {})));
    g_assert_true(machine.refusal().starts_with("“m.vbox” names the file “../../etc/passwd”, which"));
}

/// VirtualBox itself does not look at that.
static void warns_of_a_changed_parent() {
    const MachineFolder machine;
    test::patch(machine.base, modification_at, std::string(16, '\x43'));
    const auto plan = machine.described();
    assert_equal(test::texts_of(plan.notices).at(2),
                 "“base.vdi” was changed after a snapshot was based on it; files in the snapshot may be damaged.");
}

static void refuses_damage() {
    const MachineFolder machine;
    // A snapshot that says that it has no parent, and one whose base has another size.
    test::patch(machine.middle, parent_at, std::string(32, '\0'));
    g_assert_true(machine.refusal().starts_with("“one.vdi” is not based on this “base.vdi”: its parent has the ID "
                                                "00000000-0000-0000-0000-000000000000, but"));
    const MachineFolder sized;
    test::patch(sized.base, 0x170, "\0\0\x80\0"s);
    assert_equal(sized.refusal(), "“one.vdi” and its parent “base.vdi” have different sizes.");
    const MachineFolder cut;
    test::resize(cut.top, std::filesystem::file_size(cut.top) - 512);
    assert_equal(cut.refusal(), "“two.vdi” is truncated: this VDI refers to data beyond the end of the file.");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/image-vdi-chain/read", reads_a_chain);
    g_test_add_func("/image-vdi-chain/archive", reads_a_chain_in_an_archive);
    g_test_add_func("/image-vdi-chain/links", checks_each_link);
    g_test_add_func("/image-vdi-chain/changed", warns_of_a_changed_parent);
    g_test_add_func("/image-vdi-chain/damage", refuses_damage);
    return g_test_run();
}
