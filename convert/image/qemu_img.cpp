// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/image/qemu_img.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/image/target_error.h"
#include <cerrno>

namespace h2k {

namespace {

/// The most useful line of @errors is the first: usage hints and consequences follow.
std::string first_line(const std::string &errors) {
    for (const auto &line : lines(trim(errors)))
        if (!trim(line).empty())
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

} // namespace

std::unexpected<Error> explain_qemu(const std::string &program, const Finished &done, const std::string &target) {
    const auto says = [&](std::string_view what) { return done.errors.contains(what); };
    for (const auto &[text, why] : full_or_refused)
        if (says(text))
            return cannot_write(target, why);
    const auto line = first_line(done.errors);
    if (says("error while writing"))
        return fail(H2K_ERROR_TARGET, _("Cannot write “%s”: %s"), target.c_str(), line.c_str());
    if (says("Failed to get"))
        return fail(H2K_ERROR_SOURCE, _("The source is in use by another program, possibly a running machine: %s"),
                    line.c_str());
    // A target is never opened before it is created.
    if (says("error while reading") || says("reading from file failed") || says("Could not open"))
        return fail(H2K_ERROR_SOURCE, _("The source cannot be read: %s"), line.c_str());
    return fail(H2K_ERROR_FAILED, _("%s failed with status %d: %s"), program.c_str(), done.status, line.c_str());
}

Result<> run_qemu_img(const std::vector<std::string> &arguments, const std::string &target,
                      const std::function<void(std::string_view)> &on_output, GCancellable *cancel) {
    Command command{.argv = {"qemu-img"}, .on_output = on_output};
    command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
    const auto done = H2K_TRY(run_command(command, cancel));
    if (done.status != 0)
        return explain_qemu("qemu-img", done, target);
    return {};
}

Result<Qcow2Facts> read_qcow2_facts(const std::string &path) {
    const auto file = Ref<GFile>::adopt(g_file_new_for_path(path.c_str()));
    GError *error = nullptr;
    const auto stream = Ref<GFileInputStream>::adopt(g_file_read(file.get(), nullptr, &error));
    if (!stream)
        return std::unexpected(Error::take(error));
    struct {
        char magic[4];
        guint32 version;
        guint64 backing_offset;
        guint32 backing_length, cluster_bits;
        guint64 bytes;
    } header{};
    static_assert(sizeof header == 32);
    gsize size = 0;
    if (!g_input_stream_read_all(G_INPUT_STREAM(stream.get()), &header, sizeof header, &size, nullptr, &error))
        return std::unexpected(Error::take(error));
    if (size != sizeof header || std::string_view{header.magic, sizeof header.magic} != "QFI\xfb")
        return fail(H2K_ERROR_FAILED, _("“%s” is not a qcow2 image."), path.c_str());
    return Qcow2Facts{GUINT64_FROM_BE(header.bytes), header.backing_offset == 0};
}

} // namespace h2k
