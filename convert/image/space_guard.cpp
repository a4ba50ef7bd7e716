// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/image/space_guard.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace h2k {

namespace {

constexpr std::chrono::milliseconds pause{100};
/// A file system that is too small for others to work on may be filled.
constexpr std::uint64_t least_reserve = 1u << 20;

void pass_on(GCancellable *, gpointer own) { g_cancellable_cancel(static_cast<GCancellable *>(own)); }

} // namespace

SpaceGuard::SpaceGuard(const std::string &folder, GCancellable *cancel)
    : folder_(folder), space_(folder), own_(Ref<GCancellable>::adopt(g_cancellable_new())) {
    if (cancel) {
        job_ = Ref<GCancellable>::retain(cancel);
        // Its end is waited for before this object goes.
        watch_ = g_cancellable_connect(cancel, G_CALLBACK(pass_on), own_.get(), nullptr);
    }
    if (space_.reserve() < least_reserve)
        return;
    thread_ = std::jthread{[this](const std::stop_token &stop) {
        std::mutex lock;
        std::condition_variable_any stopped;
        std::unique_lock hold{lock};
        while (!stopped.wait_for(hold, stop, pause, [&] { return stop.stop_requested(); }))
            if (space_.is_short()) {
                short_ = true;
                return g_cancellable_cancel(own_.get());
            }
    }};
}

SpaceGuard::~SpaceGuard() {
    if (watch_)
        g_cancellable_disconnect(job_.get(), watch_);
}

Result<> SpaceGuard::explain(Result<> outcome) const {
    if (outcome || !short_ || g_cancellable_is_cancelled(job_.get()))
        return outcome;
    return fail(H2K_ERROR_TARGET,
                _("“%s” has too little free space to write the disk and leave %s to other programs; free some space, "
                  "or use another folder."),
                folder_.c_str(), size_for_people(space_.reserve()).c_str());
}

} // namespace h2k
