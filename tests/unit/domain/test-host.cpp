// SPDX-License-Identifier: LGPL-2.1-or-later
// What libvirt says of a host, and what is refused on one.  The answers in tests/data/host are libvirt 9.0's.
#include "convert/base/files.h"
#include "convert/base/text.h"
#include "domain/host.h"
#include "tests/support/test.h"

using namespace h2k;
using test::assert_equal;
using test::unwrap;

static std::string data(const char *name) {
    const Owned<char> path{g_test_build_filename(G_TEST_DIST, "data", "host", name, nullptr)};
    return unwrap(read_file(path.get(), 1u << 20));
}

static MachineOffer offer_without(const std::vector<std::pair<const char *, const char *>> &changes = {}) {
    auto xml = data("q35.xml");
    for (const auto &[from, to] : changes) {
        g_assert_true(xml.contains(from));
        xml = replace_all(xml, from, to);
    }
    return unwrap(read_domain_capabilities(xml));
}

static Machine uefi_guest() {
    return {.name = "app", .firmware = Firmware::uefi, .chipset = Chipset::q35, .nics = {{}}};
}

static std::string refused(const Host &host, const Machine &target) {
    const auto done = require_host(host, target);
    g_assert_false(done.has_value());
    g_assert_true(done.error().is(H2K_ERROR_TARGET));
    return done.error().message();
}

static void capabilities_are_read() {
    Host host;
    unwrap(read_capabilities(data("capabilities.xml"), host));
    g_assert_true(host.kvm && host.qemu_user && host.qemu_user->uid == 64055 && host.qemu_user->gid == 64055);
    Host other;
    unwrap(read_capabilities(replace_all(replace_all(data("capabilities.xml"), "type=\"kvm\"", "type=\"xen\""),
                                         "+64055:+64055", "qemu:qemu"),
                             other));
    g_assert_false(other.kvm || other.qemu_user.has_value());
    for (const char *label : {"+0", "+1:", ":+1", "+-1:+1", "+99999999999:+1", ""}) {
        Host odd;
        unwrap(read_capabilities(replace_all(data("capabilities.xml"), "+64055:+64055", label), odd));
        g_assert_false(odd.qemu_user.has_value());
    }
}

static void offers_are_read() {
    const auto offer = offer_without();
    g_assert_true(offer.uefi && offer.secure_boot);
    g_assert_true(offer.graphics.contains("vnc") && offer.graphics.contains("spice"));
    g_assert_true(offer.videos.contains("virtio") && offer.videos.contains("qxl"));
    g_assert_true(offer.tpm_models.contains("tpm-crb") && !offer.tpm_backends.contains("emulator"));
    g_assert_true(offer.cpu_modes.contains("maximum") && !offer.cpu_modes.contains("host-passthrough"));
    g_assert_true(offer.hyperv.contains("spinlocks"));
    g_assert_false(offer_without({{"<tpm supported=\"yes\"", "<tpm supported=\"no\""}}).tpm_models.contains("tpm-crb"));
}

static void other_answers_are_refused() {
    Host host;
    for (const std::string &xml : {std::string{}, std::string{"<domain/>"}, data("q35.xml").substr(0, 500)}) {
        g_assert_true(read_capabilities(xml, host).error().is(H2K_ERROR_TARGET));
        g_assert_true(read_domain_capabilities(xml).error().is(H2K_ERROR_TARGET));
    }
}

static void what_was_not_asked_is_there() {
    auto target = uefi_guest();
    target.tpm = target.secure_boot = true;
    unwrap(require_host({}, target));
    g_assert_true(networks_to_start({}, target).empty());
    g_assert_true(has(std::nullopt, &MachineOffer::videos, "virtio"));
}

static void missing_firmware_is_refused() {
    Host host{.q35 = offer_without()};
    auto target = uefi_guest();
    target.secure_boot = true;
    unwrap(require_host(host, target));
    host.q35 = offer_without({{"<value>yes</value>\n        <value>no</value>\n      </enum>\n    </loader>",
                               "<value>no</value>\n      </enum>\n    </loader>"}});
    g_assert_true(refused(host, target).contains("Secure Boot"));
    target.secure_boot = false;
    unwrap(require_host(host, target));
    host.q35 = offer_without({{"<value>efi</value>", "<value>bios</value>"}});
    g_assert_true(refused(host, target).contains("UEFI"));
    target.firmware = Firmware::bios;
    unwrap(require_host(host, target));
}

static void a_missing_tpm_is_refused() {
    Host host{.q35 = offer_without()};
    auto target = uefi_guest();
    target.tpm = true;
    g_assert_true(refused(host, target).contains("swtpm"));
    host.q35 = offer_without({{"<value>passthrough</value>", "<value>emulator</value>"}});
    unwrap(require_host(host, target));
}

static void networks_have_to_be_there() {
    Host host{.networks = {{{.name = "default", .active = false}, {.name = "lab\x1b", .active = true}}}};
    auto target = uefi_guest();
    unwrap(require_host(host, target));
    g_assert_true(networks_to_start(host, target) == std::set<std::string>{"default"});
    target.nics.push_back({.network = "dmz"});
    assert_equal(refused(host, target), "libvirt has no network “dmz”; it has: default, lab?.");
    host.networks->clear();
    g_assert_true(refused(host, target).contains("virsh net-define"));
    host.user_network = true;
    unwrap(require_host(host, target));
    g_assert_true(networks_to_start(host, target).empty());
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/host/capabilities", capabilities_are_read);
    g_test_add_func("/host/offers", offers_are_read);
    g_test_add_func("/host/other-answers", other_answers_are_refused);
    g_test_add_func("/host/not-asked", what_was_not_asked_is_there);
    g_test_add_func("/host/firmware", missing_firmware_is_refused);
    g_test_add_func("/host/tpm", a_missing_tpm_is_refused);
    g_test_add_func("/host/networks", networks_have_to_be_there);
    return g_test_run();
}
