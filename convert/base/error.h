// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/codes.h"
#include "convert/base/owned.h"
#include <expected>
#include <string>

namespace h2k {

/// A failure: a code and a message, with the context in which it happened.
class Error {
  public:
    /// Owns @error, and makes one line without secrets of its message.  A GIO cancellation becomes H2K_ERROR_CANCELLED.
    [[nodiscard]] static Error take(GError *error) noexcept;
    /// Puts "what: " before the message.
    [[nodiscard]] Error context(const std::string &what) && noexcept;
    [[nodiscard]] bool is(H2kError code) const noexcept;
    /// The H2kError code; H2K_ERROR_FAILED for a failure of another domain.
    [[nodiscard]] H2kError code() const noexcept;
    [[nodiscard]] const char *message() const noexcept { return error_->message; }
    /// Hands the failure to C.  Does nothing for a NULL @destination, as GLib requires.
    void propagate(GError **destination) && noexcept;

  private:
    explicit Error(Owned<GError> error) noexcept : error_(std::move(error)) {}
    Owned<GError> error_;
};

template <typename T = void> using Result = std::expected<T, Error>;

/// An error result from a printf format; translate the format at the caller with _().
[[nodiscard]] std::unexpected<Error> fail(H2kError code, const char *format, ...) G_GNUC_PRINTF(2, 3);

/// Fails with H2K_ERROR_CANCELLED once @cancel is cancelled; @cancel may be null.
[[nodiscard]] Result<> check_cancelled(GCancellable *cancel);

} // namespace h2k

/// Value of @expr, or return its error from the current function.
#define H2K_TRY(expr)                                                                                                  \
    ({                                                                                                                 \
        auto h2k_result_ = (expr);                                                                                     \
        if (!h2k_result_) [[unlikely]]                                                                                 \
            return std::unexpected(std::move(h2k_result_).error());                                                    \
        *std::move(h2k_result_);                                                                                       \
    })

/// The same for a result without a value.
#define H2K_CHECK(expr)                                                                                                \
    do {                                                                                                               \
        auto h2k_result_ = (expr);                                                                                     \
        if (!h2k_result_) [[unlikely]]                                                                                 \
            return std::unexpected(std::move(h2k_result_).error());                                                    \
    } while (false)
