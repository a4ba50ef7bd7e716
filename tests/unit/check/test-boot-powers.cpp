// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/check/boot/memory.h"
#include "convert/check/boot/powers.h"
#include "tests/support/test.h"

using namespace h2k;

namespace {

constexpr std::uint64_t mib = 1u << 20, gib = 1u << 30;

void a_guest_gets_no_more_than_is_free() {
    g_assert_cmpuint(boot_memory(2 * gib, 64 * gib).value_or(0), ==, 2 * gib);
    g_assert_cmpuint(boot_memory(3 * gib, 4 * gib).value_or(0), ==, 3 * gib);
    g_assert_cmpuint(boot_memory(3 * gib + 1, 4 * gib).value_or(0), ==, 3 * gib);
    g_assert_cmpuint(boot_memory(16384 * gib, gib + 5).value_or(0), ==, 768 * mib);
    g_assert_cmpuint(boot_memory(UINT64_MAX, UINT64_MAX).value_or(0), ==, UINT64_MAX / 4 * 3 / mib * mib);
}

void too_little_memory_is_none() {
    g_assert_cmpuint(boot_memory(gib, 342 * mib).value_or(0), ==, 256 * mib);
    g_assert_false(boot_memory(gib, 341 * mib).has_value());
    g_assert_false(boot_memory(gib, 0).has_value());
    g_assert_cmpuint(boot_memory(64 * mib, 100 * mib).value_or(0), ==, 64 * mib); // it never had more
    g_assert_false(boot_memory(64 * mib, 80 * mib).has_value());
}

void free_memory_is_read() {
    const auto read = [](const char *text) { return available_in(text).value_or(1); };
    g_assert_cmpuint(read("MemTotal:       24683908 kB\nMemFree:          512 kB\nMemAvailable:     1024 kB\n"), ==,
                     mib);
    for (const char *bad : {"", "MemFree: 5 kB\n", "MemAvailable: 5\n", "MemAvailable: -5 kB\n", "MemAvailable: 5 MB\n",
                            "MemAvailable: 99999999999999999999 kB\n", "MemAvailable: 18446744073709551615 kB\n"})
        g_assert_false(available_in(bad).has_value());
    g_assert_cmpuint(available_memory().value_or(0), >, 0);
}

void limits_are_above_what_a_guest_needs() {
    const auto small = qemu_limits(gib, 2, 600, mib), large = qemu_limits(64 * gib, 32, 600, mib);
    g_assert_cmpuint(small.address_space, >=, 5 * gib);
    g_assert_cmpuint(small.address_space, <=, 8 * gib);
    g_assert_cmpuint(large.address_space, >, 68 * gib);
    g_assert_cmpuint(small.file_size, ==, mib);
    g_assert_cmpuint(small.cpu_seconds, >=, 2 * 600);
    g_assert_cmpuint(small.cpu_seconds, <, 8 * 600);
    g_assert_cmpuint(large.cpu_seconds, >=, 32 * 600);
    g_assert_cmpuint(qemu_limits(16384 * gib, 4096, UINT32_MAX, mib).cpu_seconds, >,
                     4096ull * UINT32_MAX); // no overflow
}

void kvm_is_opened_by_its_group_at_most() {
    constexpr PrivateUser user{.uid = 70000, .gid = 70001};
    const auto group = [&](mode_t mode, gid_t owner) {
        struct stat device{};
        device.st_mode = S_IFCHR | mode;
        device.st_gid = owner;
        return group_for(user, device);
    };
    g_assert_cmpuint(group(0666, 107).value_or(0), ==, user.gid);
    g_assert_cmpuint(group(0606, 0).value_or(0), ==, user.gid);
    g_assert_cmpuint(group(0660, 107).value_or(0), ==, 107);
    g_assert_cmpuint(group(0664, 107).value_or(0), ==, 107);
    for (const mode_t mode : {0600, 0640, 0604})
        g_assert_false(group(mode, 107).has_value());
    g_assert_false(group(0660, 0).has_value()); // never root's group
}

void qemu_is_never_root_here() {
    const auto powers = qemu_powers(false);
    g_assert_false(powers.use_kvm);
    if (!powers.user)
        return g_test_skip("not root, or it cannot change users here");
    g_assert_cmpuint(powers.user->uid, >=, 61184);
    g_assert_cmpuint(powers.user->gid, ==, powers.user->uid);
    const auto with_kvm = qemu_powers(true);
    g_assert_true(with_kvm.user.has_value() && with_kvm.user->uid != 0 && with_kvm.user->gid != 0);
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/boot/memory/cap", a_guest_gets_no_more_than_is_free);
    g_test_add_func("/boot/memory/too-little", too_little_memory_is_none);
    g_test_add_func("/boot/memory/free", free_memory_is_read);
    g_test_add_func("/boot/powers/limits", limits_are_above_what_a_guest_needs);
    g_test_add_func("/boot/powers/kvm-group", kvm_is_opened_by_its_group_at_most);
    g_test_add_func("/boot/powers/user", qemu_is_never_root_here);
    return g_test_run();
}
