// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/image/image.h"
#include "convert/image/new_file.h"
#include "convert/image/node.h"
#include "convert/image/progress_reader.h"
#include "convert/image/qemu_img.h"
#include "convert/image/ranges/copy.h"
#include "convert/image/space_guard.h"

namespace h2k {

namespace {

Result<> check_compression(const Conversion &order) {
    if (order.compression == Compression::none)
        return {};
    if (!facts_of(order.format).compresses)
        return fail(H2K_ERROR_USAGE, _("Only a qcow2 image can be compressed, not a %s image."), name_of(order.format));
    if (order.preallocation != Preallocation::off)
        return fail(H2K_ERROR_USAGE, _("An image is either compressed or preallocated, not both."));
    return {};
}

Result<> check_order(const Conversion &order) {
    if (!facts_of(order.format).is_result)
        return fail(H2K_ERROR_USAGE, _("A disk can be converted to a qcow2, raw or vdi image, not to %s."),
                    name_of(order.format));
    H2K_CHECK(check_compression(order));
    if (!can_preallocate(order.format, order.preallocation))
        return fail(H2K_ERROR_USAGE, _("The format %s does not support the preallocation “%s”."), name_of(order.format),
                    name_of(order.preallocation));
    return {};
}

/// The creation options for qemu-img; empty: its defaults.
std::string options_of(const Conversion &order) {
    const auto preallocation = std::string{"preallocation="} + name_of(order.preallocation);
    switch (order.format) {
    case DiskFormat::qcow2: {
        const auto *type = order.compression == Compression::zstd ? ",compression_type=zstd" : "";
        return "compat=1.1,lazy_refcounts=off," + preallocation + type;
    }
    // QEMU's VDI would accept other values, and preallocate no more than the header.
    case DiskFormat::vdi: return order.preallocation == Preallocation::metadata ? "static=on" : "static=off";
    default: return preallocation;
    }
}

Result<> copy_image(const Conversion &order, const HeldFile &to, const std::function<void(double)> &fraction,
                    GCancellable *cancel) {
    if (H2K_TRY(copy_ranges(order, to, fraction, cancel)))
        return {};
    QemuFiles files;
    std::vector<std::string> arguments{"convert",        "-p", "-W", "-m", "16", "-O", name_of(order.format), "-o",
                                       options_of(order)};
    if (order.compression != Compression::none)
        arguments.emplace_back("-c");
    arguments.push_back(H2K_TRY(block_node(chain_of(order.from), files)));
    arguments.push_back(files.name_of(to, order.to));
    ProgressReader progress{fraction};
    return run_qemu_img(arguments, files, order.to, [&](std::string_view chunk) { progress.take(chunk); }, cancel);
}

} // namespace

Result<> convert_image(const Conversion &order, const std::function<void(double)> &fraction, GCancellable *cancel) {
    H2K_CHECK(check_order(order));
    auto file = H2K_TRY(NewFile::create(absolute_path(order.to)));
    const SpaceGuard guard{folder_of(absolute_path(order.to)), cancel};
    H2K_CHECK(guard.explain(copy_image(order, file.held(), fraction, guard.cancellable())));
    H2K_CHECK(file.sync());
    H2K_CHECK(check_cancelled(cancel));
    file.keep();
    return {};
}

} // namespace h2k
