// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/check/kernel/placed_kernel.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/check/kernel/boot_image.h"
#include "convert/check/kernel/kernel_elf.h"
#include <array>
#include <sys/stat.h>

namespace h2k {

namespace {

/// Addresses that differ at each start make QEMU translate the same code again, and mitigations protect nobody here.
constexpr std::string_view faster_translated = "norandmaps nokaslr mitigations=off";
/// Linux, arch/x86/include/asm/setup.h, COMMAND_LINE_SIZE, with its NUL.
constexpr std::size_t longest_command_line = 2048;

std::unexpected<Error> cannot_place() {
    return fail(H2K_ERROR_FAILED, _("The guest's kernel cannot be put where QEMU reads it: %s."), g_strerror(errno));
}

Result<std::uint64_t> size_of(const Descriptor &file, std::uint64_t most) {
    struct stat st{};
    if (fstat(file.get(), &st) != 0)
        return cannot_place();
    if (st.st_size <= 0 || static_cast<std::uint64_t>(st.st_size) > most)
        return fail(H2K_ERROR_FAILED, "%s", _("The guest's kernel or its initramfs is empty or too large."));
    return static_cast<std::uint64_t>(st.st_size);
}

Result<std::string> content_of(const Descriptor &file) {
    std::string content(static_cast<std::size_t>(H2K_TRY(size_of(file, most_kernel_image))), '\0');
    for (std::size_t at = 0; at < content.size();) {
        const auto got = pread(file.get(), content.data() + at, content.size() - at, static_cast<off_t>(at));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return cannot_place();
        at += static_cast<std::size_t>(got);
    }
    return content;
}

/// A new file that QEMU's user can read.
Result<Descriptor> new_file(const std::string &path, const KernelPlan &plan) {
    Descriptor file{open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
    if (!file || (plan.user &&
                  (fchown(file.get(), static_cast<uid_t>(-1), plan.user->gid) != 0 || fchmod(file.get(), 0640) != 0)))
        return cannot_place();
    return file;
}

Result<> write_new(const std::string &path, std::string_view content, const KernelPlan &plan) {
    const auto file = H2K_TRY(new_file(path, plan));
    if (const int why = write_all(file.get(), content); why != 0) {
        errno = why;
        return cannot_place();
    }
    return {};
}

Result<> copy_to(const std::string &path, const Descriptor &from, const KernelPlan &plan) {
    const auto size = H2K_TRY(size_of(from, most_initramfs));
    const auto file = H2K_TRY(new_file(path, plan));
    std::array<char, 1u << 16> piece;
    for (std::uint64_t at = 0; at < size;) {
        const auto got = pread(from.get(), piece.data(), piece.size(), static_cast<off_t>(at));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return cannot_place();
        if (const int why = write_all(file.get(), {piece.data(), static_cast<std::size_t>(got)}); why != 0) {
            errno = why;
            return cannot_place();
        }
        at += static_cast<std::uint64_t>(got);
    }
    return {};
}

/// The kernel in @image where it can be started itself, in memory that it shares with nothing; else "".
Result<std::string> uncompressed(std::string_view image, const KernelPlan &plan, GCancellable *cancel) {
    const auto payload = plan.translated ? kernel_payload(image) : std::nullopt;
    if (!payload)
        return std::string{};
    auto kernel = unpacked_kernel(*payload, cancel);
    H2K_CHECK(check_cancelled(cancel));
    if (!kernel) {
        g_debug("kernel: %s", kernel.error().message());
        return std::string{};
    }
    const auto place = pvh_kernel(*kernel);
    return place && place->end <= plan.memory / 2 ? *std::move(kernel) : std::string{};
}

} // namespace

Result<PlacedKernel> place_kernel(const DirectKernel &kernel, const KernelPlan &plan, GCancellable *cancel) {
    const auto image = H2K_TRY(content_of(kernel.image));
    if (!is_boot_image(image))
        return fail(H2K_ERROR_FAILED, "%s", _("The guest's kernel is not an image that QEMU can start (bzImage)."));
    const auto unpacked = H2K_TRY(uncompressed(image, plan, cancel));
    PlacedKernel placed{.image = plan.folder + "/kernel",
                        .initramfs = kernel.initramfs ? plan.folder + "/initramfs" : "",
                        .arguments = kernel.arguments,
                        .added = {},
                        .is_uncompressed = !unpacked.empty()};
    const auto &written = unpacked.empty() ? image : unpacked;
    const auto needed = written.size() + (kernel.initramfs ? H2K_TRY(size_of(kernel.initramfs, most_initramfs)) : 0);
    if (SpaceWatch{plan.folder}.is_short(needed))
        return fail(H2K_ERROR_FAILED, _("There is no space in “%s” for the guest's kernel and its initramfs."),
                    folder_of(plan.folder).c_str());
    H2K_CHECK(write_new(placed.image, written, plan));
    if (kernel.initramfs)
        H2K_CHECK(copy_to(placed.initramfs, kernel.initramfs, plan));
    if (plan.translated && faster_translated.size() + 1 + placed.arguments.size() < longest_command_line) {
        placed.added = faster_translated;
        placed.arguments = placed.added + " " + placed.arguments;
    }
    return placed;
}

} // namespace h2k
