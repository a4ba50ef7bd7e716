// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/config/options.h"
#include "convert/config/values.h"

namespace h2k {

namespace {

/// Can format, compression and preallocation be combined?
Result<> check_result_format(const Request &request) {
    const bool compresses = request.compression != Compression::none;
    const auto preallocation = request.preallocation;
    if (compresses && !facts_of(request.format).compresses)
        return fail(H2K_ERROR_USAGE, _("A result in the format %s cannot be compressed; use qcow2."),
                    name_of(request.format));
    if (compresses && preallocation != Preallocation::off)
        return fail(H2K_ERROR_USAGE, "%s", _("--compress and --preallocation cannot be used together."));
    if (!can_preallocate(request.format, preallocation))
        return fail(H2K_ERROR_USAGE, _("The format %s does not support the preallocation mode “%s”."),
                    name_of(request.format), name_of(preallocation));
    return {};
}

} // namespace

Result<> check_request(const Request &request, Action action) {
    if (request.sources.empty())
        return fail(H2K_ERROR_USAGE,
                    _("Name a source to %s: a disk image, or a file or folder that describes a machine."),
                    name_of(action));
    if (request.sources.size() > max_disks)
        return fail(H2K_ERROR_USAGE, _("A guest has at most %zu disks."), max_disks);
    if (action == Action::import && request.pool.empty() == request.output_dir.empty())
        return fail(H2K_ERROR_USAGE, "%s",
                    request.pool.empty() ? _("Specify where the result goes: --pool POOL or --output-dir DIR.")
                                         : _("--pool and --output-dir cannot be used together."));
    H2K_CHECK(check_result_format(request));
    if (!request.source_connect.empty() && request.sources.size() > 1)
        return fail(H2K_ERROR_USAGE, "%s", _("With --source-connect, name exactly one domain."));
    if (!request.source_connect.empty() && request.input_format)
        return fail(H2K_ERROR_USAGE, "%s", _("--source-connect and --input-format cannot be used together."));
    if (request.boot_test == BootTest::none && action == Action::boot_test)
        return fail(H2K_ERROR_USAGE, "%s", _("The command boot-test cannot be used with --boot-test=none."));
    return {};
}

} // namespace h2k
