// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/check/boot/powers.h"

namespace h2k {

namespace {

constexpr const char *kvm_device = "/dev/kvm";
constexpr std::uint64_t mib = 1u << 20;
/// Beside the guest's memory, QEMU reserves 1 GiB for translated code, and address space for the heap and the stack of
/// each thread: of up to 64 workers, and of each virtual processor.
constexpr std::uint64_t more_memory = 6144 * mib, memory_of_vcpu = 80 * mib;
/// What a test takes beside its timeout.
constexpr std::uint64_t more_seconds = 60;

} // namespace

std::optional<gid_t> group_for(const PrivateUser &user, const struct stat &device) {
    if ((device.st_mode & 06) == 06)
        return user.gid;
    if ((device.st_mode & 060) == 060 && device.st_gid != 0) // what root's group may do, no guest should
        return device.st_gid;
    return std::nullopt;
}

QemuPowers qemu_powers(bool use_kvm) {
    QemuPowers powers{.user = private_user(), .use_kvm = use_kvm};
    struct stat device{};
    if (!powers.user || !use_kvm)
        return powers;
    const auto group = stat(kvm_device, &device) == 0 ? group_for(*powers.user, device) : std::nullopt;
    powers.use_kvm = group.has_value();
    powers.user->gid = group.value_or(powers.user->gid);
    return powers;
}

QemuLimits qemu_limits(std::uint64_t memory, unsigned vcpus, unsigned timeout, std::uint64_t longest_file) {
    const std::uint64_t threads = std::uint64_t{vcpus} + 1; // the main one is as busy as a processor at most
    return {.address_space = memory + more_memory + vcpus * memory_of_vcpu,
            .file_size = longest_file,
            .cpu_seconds = 2 * threads * (timeout + more_seconds)};
}

} // namespace h2k
