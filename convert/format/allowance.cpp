// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/allowance.h"
#include "convert/base/i18n.h"
#include "convert/base/process/sanitized.h"
#include "convert/format/limits.h"
#include <ctime>

namespace h2k {

namespace {

/// Waiting costs others nothing, and a busy host may let us wait long.
constexpr int waiting_per_work = 20;
constexpr int slowness = is_sanitized ? 10 : 1;

Allowance::Time of_thread() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec};
}

} // namespace

Allowance::Allowance(GCancellable *cancel, const Terms &terms) noexcept
    : cancel_(cancel), terms_(terms), granted_(terms.base * slowness), own_(of_thread()) {}

void Allowance::add_file(std::uint64_t device, std::uint64_t inode, std::uint64_t stored) {
    if (!terms_ || !files_.emplace(device, inode).second)
        return;
    const auto most =
        static_cast<std::uint64_t>(std::chrono::hours{24 * 365} / std::max(terms_->per_mebibyte, Time{1}));
    granted_ += terms_->per_mebibyte * static_cast<std::int64_t>(std::min(stored / mebibyte, most));
    granted_ = std::min<Time>(granted_, std::chrono::hours{24 * 365});
}

Result<> Allowance::check() {
    H2K_CHECK(check_cancelled(cancel_));
    if (!terms_)
        return {};
    const auto spent = of_thread() - own_ + programs_;
    if (spent <= granted_ && std::chrono::steady_clock::now() - began_ <= granted_ * waiting_per_work)
        return {};
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(granted_).count();
    return fail(H2K_ERROR_SOURCE,
                _("The source takes more than %lld s of processor time to read, which its size does not explain: it is "
                  "damaged, or made to keep this host busy; if it can be trusted, unpack it and name its disk images."),
                static_cast<long long>(seconds));
}

} // namespace h2k
