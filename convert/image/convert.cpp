// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/image/image.h"
#include "convert/image/new_file.h"
#include "convert/image/progress_reader.h"
#include "convert/image/qemu_img.h"

namespace h2k {

Result<> convert_image(const Conversion &order, const std::function<void(double)> &fraction, GCancellable *cancel) {
    if (order.format != DiskFormat::qcow2 && order.format != DiskFormat::raw)
        return fail(H2K_ERROR_USAGE, _("A disk can become a qcow2 or a raw image, not %s."), name_of(order.format));
    const auto to = absolute_path(order.to);
    auto file = H2K_TRY(NewFile::create(to));
    std::vector<std::string> arguments{"convert", "-p", "-W", "-m", "16", "-f", "qcow2", "-O", name_of(order.format)};
    if (order.format == DiskFormat::qcow2)
        arguments.insert(arguments.end(), {"-o", "compat=1.1,lazy_refcounts=off"});
    arguments.insert(arguments.end(), {absolute_path(order.from), to});
    ProgressReader progress{fraction};
    H2K_CHECK(run_qemu_img(arguments, to, [&](std::string_view chunk) { progress.take(chunk); }, cancel));
    H2K_CHECK(file.sync());
    H2K_CHECK(check_cancelled(cancel));
    file.keep();
    return {};
}

} // namespace h2k
