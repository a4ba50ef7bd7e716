// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/config/options.h"
#include "convert/config/values.h"

namespace h2k {

namespace {

/// Do format, compression and preallocation go together?
Result<> check_result_format(const Request &request) {
    const bool compresses = request.compression != Compression::none;
    const auto preallocation = request.preallocation;
    if (compresses && !facts_of(request.format).compresses)
        return fail(H2K_ERROR_USAGE, _("A result of the format %s cannot be compressed; qcow2 can."),
                    name_of(request.format));
    if (compresses && preallocation != Preallocation::off)
        return fail(H2K_ERROR_USAGE, "%s", _("--compress and --preallocation exclude each other."));
    if (!can_preallocate(request.format, preallocation))
        return fail(H2K_ERROR_USAGE, _("A result of the format %s cannot have the preallocation “%s”."),
                    name_of(request.format), name_of(preallocation));
    return {};
}

} // namespace

Result<> check_request(const Request &request, Action action) {
    if (request.sources.empty())
        return fail(H2K_ERROR_USAGE, _("Name the source to %s: a disk image, or what describes a machine."),
                    name_of(action));
    if (request.sources.size() > max_disks)
        return fail(H2K_ERROR_USAGE, _("A guest has at most %zu disks."), max_disks);
    if (action == Action::import && request.pool.empty() == request.output_dir.empty())
        return fail(H2K_ERROR_USAGE, "%s",
                    request.pool.empty() ? _("Say where the result goes: --pool POOL or --output-dir DIR.")
                                         : _("--pool and --output-dir exclude each other."));
    H2K_CHECK(check_result_format(request));
    if (!request.source_connect.empty() && request.sources.size() > 1)
        return fail(H2K_ERROR_USAGE, "%s", _("With --source-connect, name one domain."));
    if (!request.source_connect.empty() && request.input_format)
        return fail(H2K_ERROR_USAGE, "%s", _("--source-connect and --input-format exclude each other."));
    if (request.boot_test == BootTest::none && action == Action::boot_test)
        return fail(H2K_ERROR_USAGE, "%s", _("A boot test with --boot-test=none would test nothing."));
    return {};
}

} // namespace h2k
