// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/image/image.h"
#include "convert/image/new_file.h"
#include "convert/image/qemu_img.h"

namespace h2k {

Result<> create_overlay(const std::string &overlay, const Disk &below, GCancellable *cancel) {
    const auto path = absolute_path(overlay);
    auto file = H2K_TRY(NewFile::create(path));
    // The format below is written into the overlay: no later reader of the chain has to guess it.
    H2K_CHECK(run_qemu_img({"create", "-q", "-f", "qcow2", "-o", "compat=1.1,lazy_refcounts=off", "-F",
                            name_of(below.format), "-b", absolute_path(below.path), path},
                           path, nullptr, cancel));
    const auto facts = H2K_TRY(read_qcow2_facts(path));
    if (facts.bytes != below.bytes)
        return fail(
            H2K_ERROR_SOURCE,
            _("qemu reads “%s” as a disk of %" G_GUINT64_FORMAT " bytes, and its metadata says %" G_GUINT64_FORMAT "."),
            below.path.c_str(), guint64{facts.bytes}, guint64{below.bytes});
    file.keep();
    return {};
}

} // namespace h2k
