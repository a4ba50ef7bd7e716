// SPDX-License-Identifier: LGPL-2.1-or-later
// The ISO images of a package: on their way to the result, and what is left of them where that fails.
#include "tests/support/iso.h"
#include "tests/support/job_bench.h"
#include "tests/support/ovf_package.h"

using namespace h2k;
using namespace h2k::test;

namespace {

/// A job on a package of a disk and two drives, the second one with seed.iso.
class PackageBench : public Bench {
  public:
    PackageBench() : folder_(folder_of(request.sources.front())) {
        tools.copy = copy_bytes;
        tools.unpack = unpack;
        tools.digest = digest_of;
        Envelope one{.files = file("f", "app.img") + file("cd", "seed.iso"),
                     .disks = disk("d", "f", ""),
                     .items = drive("9", "ovf:/disk/d") + item({"InstanceID=10", "ResourceType=15"}) +
                              item({"InstanceID=11", "ResourceType=15", "HostResource=ovf:/file/cd"})};
        unwrap(write_file(folder_ + "/x.ovf", one.text()));
        set_iso(iso_bytes());
        request.sources = {folder_ + "/x.ovf"};
        request.define = false;
    }
    void set_iso(const std::string &bytes) const { unwrap(write_file(folder_ + "/seed.iso", bytes)); }
    void set_size(std::uint64_t bytes) const { resize(folder_ + "/seed.iso", bytes); }
    /// Packs the package; its descriptor and manifest come first, so that its content is not all known.
    void pack(bool with_iso, const std::string &promised = sha256_of(iso_bytes())) {
        unwrap(write_file(folder_ + "/x.mf", "SHA256(seed.iso)= " + promised + "\n"));
        std::vector<std::string> argv{"tar", "-C", folder_, "-czf", folder_ + "/x.tgz", "x.ovf", "x.mf", "app.img"};
        if (with_iso)
            argv.emplace_back("seed.iso");
        test::run(argv);
        request.sources = {folder_ + "/x.tgz"};
    }
    [[nodiscard]] std::string made(const std::string &name) const {
        return unwrap(read_file(request.output_dir + "/" + name, 1u << 20));
    }
    /// The notices of the job that are about @id.
    [[nodiscard]] std::string said(const std::string &id) const {
        std::string all;
        for (const auto &one : report.notices)
            if (one.notice.id == id)
                all += one.notice.text;
        return all;
    }

  private:
    std::string folder_;
};

} // namespace

/// They stand beside the disks; the boot test does not have them.
static void are_published_with_the_disks() {
    for (const bool packed : {false, true}) {
        PackageBench bench;
        if (packed)
            bench.pack(true);
        bench.request.checksum = true;
        const auto boot = bench.tools.boot_test;
        bench.tools.boot_test = [&](const BootTestOrder &order, Progress &progress, GCancellable *cancel) {
            g_assert_true(order.domain.machine.isos.empty());
            return boot(order, progress, cancel);
        };
        unwrap(bench.run());
        assert_equal(bench.left(), "report.json vm-cdrom1.iso vm.qcow2 vm.xml ");
        g_assert_true(bench.made("vm-cdrom1.iso") == iso_bytes());
        g_assert_true(
            bench.made("vm.xml").contains("<source file=\"" + bench.request.output_dir + "/vm-cdrom1.iso\"/>"));
        const auto iso = std::ranges::find(bench.report.artifacts, "cdrom_iso", &Artifact::type);
        g_assert_true(iso != bench.report.artifacts.end());
        assert_equal(iso->path, bench.request.output_dir + "/vm-cdrom1.iso");
        assert_equal(iso->sha256, sha256_of(iso_bytes()));
        g_assert_cmpuint(iso->virtual_size, ==, iso_bytes().size());
        assert_equal(bench.said("source.medium-left-out") + bench.said("ovf.checksum-without-file"), "");
        if (packed)
            g_assert_true(std::ranges::find(bench.report.checksums, "seed.iso", &Checksum::path)->promised);
    }
}

/// Where a package asks for it, its properties come on an ISO image that is made.
static void tell_the_guest_its_properties() {
    PackageBench bench;
    const auto ovf = bench.request.sources.front();
    auto text = replace_all(unwrap(read_file(ovf, 1u << 20)), "<VirtualHardwareSection>",
                            "<ProductSection class=\"net.app\" instance=\"1\">"
                            "<Property key=\"ip\" type=\"string\" value=\"192.0.2.7\"/></ProductSection>"
                            "<ProductSection><Property key=\"motd\" value=\"&lt;a &amp; b&gt;\"/></ProductSection>"
                            "<VirtualHardwareSection transport=\"com.vmware.guestInfo iso\">");
    unwrap(write_file(ovf, text));
    unwrap(bench.run());
    // The second drive has an image of the package.
    assert_equal(bench.left(), "report.json vm-cdrom.iso vm-cdrom1.iso vm.qcow2 vm.xml ");
    const auto iso = bench.made("vm-cdrom.iso");
    g_assert_true(iso.substr(0x8028, 8) == "OVF ENV ");
    g_assert_true(iso.contains("<Property oe:key=\"net.app.ip.1\" oe:value=\"192.0.2.7\"/>"));
    g_assert_true(iso.contains("<Property oe:key=\"motd\" oe:value=\"&lt;a &amp; b&gt;\"/>"));
    g_assert_false(unwrap(read_file(bench.request.output_dir + "/report.json", 1u << 20)).contains("192.0.2.7"));
    unwrap(write_file(ovf, replace_all(text, " iso\"", "\"")));
    bench.request.name = "other";
    unwrap(bench.run());
    g_assert_false(bench.left().contains("other-cdrom.iso"));
}

/// What is only known once the archive is unpacked is no reason to refuse the machine either.
static void may_be_missing_in_an_archive() {
    const std::string start = "A drive for CDs and DVDs stays empty: “seed.iso” is not ";
    for (const bool there : {false, true}) {
        PackageBench bench;
        if (there)
            bench.set_iso("no image");
        bench.pack(there, sha256_of(there ? "no image" : iso_bytes()));
        unwrap(bench.run());
        assert_equal(bench.left(), "report.json vm.qcow2 vm.xml ");
        assert_equal(bench.said("source.medium-left-out"), start + (there ? "an ISO image." : "in the archive."));
        g_assert_cmpuint(bench.report.carry->source.not_carried.size(), ==, 1);
        g_assert_true(bench.report.checksums.empty());
    }
    PackageBench damaged;
    damaged.pack(true, std::string(64, 'a'));
    g_assert_true(message_of(damaged.run(), H2K_ERROR_SOURCE).contains("The checksum of “seed.iso” differs"));
}

static void are_not_unpacked_for_a_plan() {
    PackageBench bench;
    bench.pack(true);
    bench.tools.unpack = [](const std::vector<Unpacking> &orders, auto &digests, const auto &fraction,
                            GCancellable *cancel) {
        g_assert_cmpuint(orders.size(), ==, 1);
        return unpack(orders, digests, fraction, cancel);
    };
    unwrap(bench.run(Action::plan));
}

static void go_where_the_result_goes() {
    PackageBench bench;
    // A name that is in use is known before anything is copied.
    unwrap(make_folder(bench.request.output_dir, 0755));
    unwrap(write_file(bench.request.output_dir + "/vm-cdrom1.iso", "another's"));
    g_assert_true(message_of(bench.run(), H2K_ERROR_TARGET).contains("vm-cdrom1.iso"));
    assert_equal(bench.order(), "");
    assert_equal(bench.made("vm-cdrom1.iso"), "another's");
    // So is one that cannot be copied: sparse here, it would not have to be there.
    PackageBench large;
    large.set_size(std::uint64_t{8} << 40);
    g_assert_true(
        message_of(large.run(), H2K_ERROR_TARGET).contains("of free space, and the import needs about 8.0\u00a0TiB"));
    assert_equal(large.order(), "");
    // What comes after it cannot be published.
    PackageBench failing;
    failing.tools.boot_test = [&](const BootTestOrder &, Progress &, GCancellable *) -> Result<BootEvidence> {
        unwrap(write_file(failing.request.output_dir + "/vm.xml", "another's"));
        return BootEvidence{.grade = BootGrade::proven};
    };
    message_of(failing.run(), H2K_ERROR_TARGET);
    assert_equal(failing.left(), "report.json vm.xml ");
    // A source that changes meanwhile.
    PackageBench changing;
    changing.tools.copy = [&](const Piece &from, const std::string &to, GCancellable *cancel) -> Result<> {
        H2K_CHECK(copy_bytes(from, to, cancel));
        patch(from.path, 0, "x");
        return {};
    };
    g_assert_true(message_of(changing.run(), H2K_ERROR_SOURCE).contains("changed while it was read"));
    assert_equal(changing.left(), "report.json ");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/isos/published", are_published_with_the_disks);
    g_test_add_func("/isos/environment", tell_the_guest_its_properties);
    g_test_add_func("/isos/missing", may_be_missing_in_an_archive);
    g_test_add_func("/isos/plan", are_not_unpacked_for_a_plan);
    g_test_add_func("/isos/target", go_where_the_result_goes);
    return g_test_run();
}
