// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/guest/files/changes.h"
#include "convert/base/descriptor.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/guest/files/files.h"
#include "convert/guest/files/paths.h"
#include "convert/guest/files/replace.h"
#include "convert/guest/named.h"
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace h2k {

namespace {

constexpr off_t most_copied_in = 256 << 20;
constexpr std::size_t longest_label = 4096;

/// What is copied is what was checked: the file is named by its descriptor from here on.
Result<Descriptor> open_regular(const std::string &from) {
    const auto real = H2K_TRY(real_path(from));
    // Without O_NONBLOCK a FIFO would wait for its writer.
    Descriptor file{open(real.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
    struct stat found{};
    if (!file || fstat(file.get(), &found) != 0)
        return fail(H2K_ERROR_FAILED, _("Cannot read “%s”: %s."), from.c_str(), g_strerror(errno));
    if (!S_ISREG(found.st_mode))
        return fail(H2K_ERROR_FAILED, _("“%s” is not a regular file."), from.c_str());
    if (found.st_size > most_copied_in)
        return fail(H2K_ERROR_FAILED, _("“%s” is longer than %d MiB."), from.c_str(), 256);
    return file;
}

Result<> copy_pieces(FileCalls &calls, const std::string &from, const std::string &to) {
    const auto file = H2K_TRY(open_regular(from));
    const auto what = sentence(_("Copying “%s” into the guest"), from.c_str());
    H2K_CHECK(named(calls.write(to, {}), what));
    std::string piece(FileCalls::most_at_once, '\0');
    for (off_t at = 0; at <= most_copied_in;) {
        const auto got = pread(file.get(), piece.data(), piece.size(), at);
        if (got < 0)
            return fail(H2K_ERROR_FAILED, _("Cannot read “%s”: %s."), from.c_str(), g_strerror(errno));
        if (got == 0)
            return {};
        H2K_CHECK(named(calls.append(to, {piece.data(), static_cast<std::size_t>(got)}), what));
        at += got;
    }
    return fail(H2K_ERROR_FAILED, _("“%s” is longer than %d MiB."), from.c_str(), 256);
}

} // namespace

Result<> write_whole(FileCalls &calls, const WriteFile &write) {
    const FileAttributes attributes{.mode = write.mode, .owner = write.owner};
    return replace_file(calls, write.path, attributes,
                        [&](const std::string &part) { return write_to(calls, part, write.content); });
}

Result<> remove_file(FileCalls &calls, const std::string &path) {
    const auto target = H2K_TRY(resolve_above(calls, path));
    const auto old = H2K_TRY(stat_of(calls, target, false));
    if (!old)
        return {};
    return named(is_folder(*old) ? calls.remove_folder(target) : calls.remove(target),
                 sentence(_("Removing “%s” in the guest"), path.c_str()));
}

Result<> make_guest_folder(FileCalls &calls, const MakeFolder &make) {
    const auto target = H2K_TRY(resolve(calls, make.path));
    const bool exists = H2K_TRY(stat_of(calls, target, false)).has_value();
    H2K_CHECK(make_folders(calls, exists ? target : folder_of(target), 0755));
    if (exists)
        return {};
    H2K_CHECK(make_folders(calls, target, 0700)); // closed until it has its owner
    return set_attributes(calls, {.mode = make.mode, .owner = make.owner}, target);
}

Result<> make_link(FileCalls &calls, const MakeLink &make) {
    const auto target = H2K_TRY(resolve_above(calls, make.path));
    H2K_CHECK(make_folders(calls, folder_of(target), 0755));
    const auto old = H2K_TRY(stat_of(calls, target, false));
    if (old && !is_regular(*old) && !is_link(*old))
        return fail(H2K_ERROR_FAILED, _("“%s” in the guest is neither a file nor a link."), make.path.c_str());
    const auto part = part_of(target);
    const auto what = sentence(_("Making the link “%s” in the guest"), make.path.c_str());
    (void)calls.remove(part);
    H2K_CHECK(named(calls.make_link(make.to, part), what));
    label_like_folder(calls, part);
    auto done = named(calls.rename(part, target), what);
    if (!done && calls.alive())
        (void)calls.remove(part);
    return done;
}

Result<> copy_in(FileCalls &calls, const CopyIn &copy) {
    const FileAttributes attributes{.mode = copy.mode, .owner = {}, .like_old = false};
    return replace_file(calls, copy.path, attributes,
                        [&](const std::string &part) { return copy_pieces(calls, copy.from, part); });
}

Result<> copy_file(FileCalls &calls, const CopyFile &copy) {
    const auto from = H2K_TRY(resolve(calls, copy.from));
    const auto file = H2K_TRY(stat_of(calls, from, false));
    if (!file || !is_regular(*file))
        return fail(H2K_ERROR_FAILED, _("“%s” in the guest is not a regular file."), copy.from.c_str());
    return replace_file(calls, copy.path, std::nullopt, [&](const std::string &part) {
        return named(calls.copy(from, part), sentence(_("Copying “%s” in the guest"), copy.from.c_str()));
    });
}

Result<> cut_file(FileCalls &calls, const CutFile &cut) {
    const auto sums = H2K_TRY(sums_of(calls, cut.path, cut.bytes));
    if (sums.part.empty() || sums.part != cut.sha256)
        return fail(H2K_ERROR_FAILED, _("“%s” in the guest does not begin with the file that it was."),
                    cut.path.c_str());
    if (sums.bytes == cut.bytes)
        return {};
    return named(calls.truncate(H2K_TRY(resolve(calls, cut.path)), cut.bytes),
                 sentence(_("Cutting “%s” in the guest"), cut.path.c_str()));
}

Result<> set_labels(FileCalls &calls, const SetLabels &set) {
    for (const auto &[path, label] : set.labels) {
        const auto target = H2K_TRY(resolve_above(calls, path));
        if (label.size() >= longest_label || !H2K_TRY(stat_of(calls, target, false)))
            continue;
        const std::string stored{label.c_str(), label.size() + 1}; // with the NUL, as the kernel and libselinux do
        H2K_CHECK(named(calls.set_label(target, stored),
                        sentence(_("Setting the SELinux label of “%s” in the guest"), path.c_str())));
    }
    return {};
}

} // namespace h2k
