// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/error.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/secrets/mask.h"
#include <cstdarg>

/**
 * H2K_ERROR:
 *
 * Error domain of the library; its codes are those of #H2kError. Its name is "h2k-error-quark".
 *
 * Since: 0.1
 */

/**
 * h2k_error_quark:
 *
 * Gets the error domain of the library.
 *
 * Returns: the quark of %H2K_ERROR
 *
 * Since: 0.1
 */
// clang-format off: the macro makes a string of its first argument, blanks and all
G_DEFINE_QUARK(h2k-error-quark, h2k_error)
// clang-format on

namespace h2k {

Error Error::take(GError *error) noexcept {
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
        g_error_free(error);
        error = g_error_new_literal(H2K_ERROR, H2K_ERROR_CANCELLED, _("Cancelled."));
    }
    const auto message = one_line(without_secrets(error->message));
    g_free(std::exchange(error->message, g_strdup(message.c_str())));
    return Error{Owned<GError>{error}};
}

Error Error::context(const std::string &what) && noexcept {
    GError *raw = error_.release();
    g_prefix_error(&raw, "%s: ", what.c_str());
    return take(raw);
}

bool Error::is(H2kError code) const noexcept { return g_error_matches(error_.get(), H2K_ERROR, code); }

H2kError Error::code() const noexcept {
    return error_->domain == H2K_ERROR ? static_cast<H2kError>(error_->code) : H2K_ERROR_FAILED;
}

void Error::propagate(GError **destination) && noexcept { g_propagate_error(destination, error_.release()); }

std::unexpected<Error> fail(H2kError code, const char *format, ...) {
    va_list args;
    va_start(args, format);
    GError *raw = g_error_new_valist(H2K_ERROR, code, format, args);
    va_end(args);
    return std::unexpected(Error::take(raw));
}

Result<> check_cancelled(GCancellable *cancel) {
    if (cancel && g_cancellable_is_cancelled(cancel))
        return fail(H2K_ERROR_CANCELLED, "%s", _("Cancelled."));
    return {};
}

} // namespace h2k
