// SPDX-License-Identifier: LGPL-2.1-or-later
// Each case of domain_xml() against its golden in tests/data/domain, and every golden against libvirt's own schema.
#include "config.h"
#include "convert/base/files.h"
#include "convert/base/process/subprocess.h"
#include "convert/base/text.h"
#include "domain/domain_xml.h"
#include "tests/support/test.h"
#include "tests/unit/domain/domain_cases.h"

using namespace h2k;
using namespace h2k::test;

static std::string golden_path(const Case &c) {
    return std::string{g_getenv("H2K_SOURCE_ROOT")} + "/tests/data/domain/" + c.name + ".xml";
}

static void golden(gconstpointer data) {
    const Case &c = *static_cast<const Case *>(data);
    const std::string tag = "<h2k:version>";
    const std::string made = replace_all(unwrap(domain_xml(c.spec())), tag + H2K_VERSION + "<", tag + "VERSION<");
    if (g_getenv("H2K_TEST_REGENERATE"))
        unwrap(write_file(golden_path(c), made));
    assert_equal(made, unwrap(read_file(golden_path(c), 1u << 20)));
}

static void fits_libvirts_schema(gconstpointer data) {
    constexpr const char *schema = "/usr/share/libvirt/schemas/domain.rng";
    const Owned<char> xmllint{g_find_program_in_path("xmllint")};
    if (!xmllint || !path_exists(schema)) {
        g_test_skip("xmllint or libvirt's domain.rng is not installed");
        return;
    }
    const std::string path = golden_path(*static_cast<const Case *>(data));
    unwrap(require_command({.argv = {xmllint.get(), "--noout", "--relaxng", schema, path}}, nullptr));
}

static void a_bad_domain_does_not_fit() {
    constexpr const char *schema = "/usr/share/libvirt/schemas/domain.rng";
    const Owned<char> xmllint{g_find_program_in_path("xmllint")};
    if (!xmllint || !path_exists(schema)) {
        g_test_skip("xmllint or libvirt's domain.rng is not installed");
        return;
    }
    const std::string broken = replace_all(unwrap(domain_xml(plain())), "bus=\"virtio\"", "bus=\"none\"");
    const Command command{.argv = {xmllint.get(), "--noout", "--relaxng", schema, "-"}, .input = broken};
    g_assert_cmpint(unwrap(run_command(command, nullptr)).status, !=, 0);
}

static void hostile_texts_are_refused() {
    const auto refused = [](auto &&change) {
        DomainSpec spec = plain();
        change(spec);
        return test::message_of(domain_xml(spec), H2K_ERROR_USAGE);
    };
    refused([](DomainSpec &s) { s.machine.name = ""; });
    refused([](DomainSpec &s) { s.machine.name = "a/b"; });
    refused([](DomainSpec &s) { s.machine.name = "a\nb"; });
    refused([](DomainSpec &s) { s.machine.name = "a\xff"; });
    refused([](DomainSpec &s) { s.machine.disks[0].top.path = "relative.qcow2"; });
    refused([](DomainSpec &s) { s.machine.disks[0].top.path = "/a\x01"; });
    refused([](DomainSpec &s) { s.machine.isos.push_back({.seed = true}); });
    refused([](DomainSpec &s) { s.machine.isos.push_back({.file = {.path = "/a\x01.iso", .window = {}}}); });
    refused([](DomainSpec &s) { s.machine.disks[0].top.format = DiskFormat::vmdk; });
    refused([](DomainSpec &s) { s.machine.nics[0].mac = "\x1b[0m"; });
    refused([](DomainSpec &s) { s.source = "/a\xef\xbf\xbf"; });
    refused([](DomainSpec &s) { s.kernel_arguments = "ro\nx"; });
    const std::string why = refused([](DomainSpec &s) { s.machine.arch = "aarch64"; });
    assert_equal(why, "The architecture “aarch64” is not supported; only x86 guests are.");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, nullptr);
    g_setenv("VIRT_HYPER2KVM_OSINFO_DIR", (std::string{g_getenv("H2K_SOURCE_ROOT")} + "/osinfo-data/libosinfo").c_str(),
             TRUE);
    for (const Case &c : cases) {
        g_test_add_data_func((std::string{"/domain/golden/"} + c.name).c_str(), &c, golden);
        g_test_add_data_func((std::string{"/domain/schema/"} + c.name).c_str(), &c, fits_libvirts_schema);
    }
    g_test_add_func("/domain/schema/refuses", a_bad_domain_does_not_fit);
    g_test_add_func("/domain/hostile", hostile_texts_are_refused);
    return g_test_run();
}
