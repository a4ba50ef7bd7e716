// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/image/qemu_img.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/format/bytes.h"
#include "convert/image/target_error.h"
#include <algorithm>
#include <cerrno>

namespace h2k {

namespace {

/// The most useful line of @errors is the first: usage hints and consequences follow.  That the file which could not be
/// written cannot be removed either, as it was handed over, is no reason.
std::string first_line(const std::string &errors) {
    for (const auto &line : lines(trim(errors)))
        if (!trim(line).empty() && !line.contains("Error when deleting file"))
            return std::string{trim(line)};
    return "-";
}

constexpr struct {
    std::string_view text; ///< of strerror(3) in the C locale
    int why;
} full_or_refused[] = {{"No space left on device", ENOSPC},
                       {"Disk quota exceeded", EDQUOT},
                       {"File too large", EFBIG},
                       {"Read-only file system", EROFS}};

constexpr std::string_view failed_writes[] = {"rror while writing", "rror writing", "ailed to write", "ould not write",
                                              "nable to write"};

/// With less, QEMU's buffers and a file's tables do not fit.
constexpr std::uint64_t least_free = 64u << 10;

bool is_full(const std::string &target) { return free_bytes(folder_of(target)).value_or(least_free) < least_free; }

} // namespace

Confinement for_images() {
    // Tables of the largest images, and a stack for each request in flight.
    constexpr std::uint64_t memory = std::uint64_t{8} << 30;
    return {.memory = memory};
}

std::unexpected<Error> explain_qemu(const std::string &program, const Finished &done, const QemuFiles &files,
                                    const std::string &target) {
    const auto says = [&](std::string_view what) { return done.errors.contains(what); };
    for (const auto &[text, why] : full_or_refused)
        if (says(text))
            return cannot_write(target, why);
    const auto line = files.with_paths(first_line(done.errors));
    // Some of QEMU's drivers say what they were writing, not why it failed.
    const bool writes = std::ranges::any_of(failed_writes, says);
    if (writes && is_full(target))
        return cannot_write(target, ENOSPC);
    if (writes)
        return fail(H2K_ERROR_TARGET, _("Cannot write “%s”: %s"), target.c_str(), line.c_str());
    if (says("Failed to get"))
        return fail(H2K_ERROR_SOURCE, _("The source is in use by another program, possibly a running machine: %s"),
                    line.c_str());
    // A target is never opened before it is created.
    if (says("error while reading") || says("reading from file failed") || says("Could not open"))
        return fail(H2K_ERROR_SOURCE, _("The source cannot be read: %s"), line.c_str());
    return fail(H2K_ERROR_FAILED, _("%s failed with status %d: %s"), program.c_str(), done.status, line.c_str());
}

Result<> run_qemu_img(const std::vector<std::string> &arguments, const QemuFiles &files, const std::string &target,
                      const std::function<void(std::string_view)> &on_output, GCancellable *cancel) {
    Command command{.argv = {"qemu-img"}, .files = files.held(), .on_output = on_output};
    command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
    const auto done = H2K_TRY(run_command(confined(std::move(command), for_images()), cancel));
    if (done.status != 0)
        return explain_qemu("qemu-img", done, files, target);
    return {};
}

Result<Qcow2Facts> read_qcow2_facts(const HostFile &file) {
    constexpr std::size_t length = 32;
    const auto header = H2K_TRY(file.read_some(0, length));
    if (header.size() != length || !header.starts_with("QFI\xfb"))
        return fail(H2K_ERROR_FAILED, _("“%s” is not a qcow2 image."), file.path().c_str());
    return Qcow2Facts{.bytes = big_endian<std::uint64_t>(header, 24),
                      .standalone = big_endian<std::uint64_t>(header, 8) == 0};
}

} // namespace h2k
