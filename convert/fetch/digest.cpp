// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/fetch/digest.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/fetch/sum.h"
#include "convert/format/file_bytes.h"

namespace h2k {

Result<std::string> digest_of(const std::vector<Piece> &pieces, GChecksumType algorithm,
                              const std::function<void(double)> &wait, GCancellable *cancel) {
    constexpr std::size_t at_once = 1u << 20;
    auto bytes = H2K_TRY(FileBytes::open(pieces, at_once, cancel));
    Sum sum{algorithm};
    for (;;) {
        const auto some = H2K_TRY(bytes.next());
        if (some.empty())
            return sum.text();
        sum.take(some);
        if (wait)
            wait(static_cast<double>(bytes.position()) / static_cast<double>(bytes.total()));
    }
}

Result<> require_digest(const Digest &promised, const std::string &found) {
    if (found == promised.expected)
        return {};
    return fail(H2K_ERROR_SOURCE,
                _("The checksum of “%s” differs from the one in its manifest: the file is damaged or was changed."),
                printable(promised.name).c_str());
}

} // namespace h2k
