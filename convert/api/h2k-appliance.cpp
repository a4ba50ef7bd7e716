// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/api/h2k-appliance.h"
#include "convert/appliance/warm/record.h"

static gboolean give(h2k::Result<> result, GError **error) {
    if (result)
        return TRUE;
    std::move(result).error().propagate(error);
    return FALSE;
}

/**
 * h2k_appliance_prepare:
 * @cancellable: (nullable): ends the recording, or %NULL
 * @error: return location for an error
 *
 * Records the appliance that jobs work in, so that they start it in a second or two. Nothing of any guest is in the
 * recording. One that fits this host stays as it is. It takes about as long as one start without a recording.
 *
 * Returns: %TRUE if the appliance is recorded
 *
 * Since: 0.1
 */
gboolean h2k_appliance_prepare(GCancellable *cancellable, GError **error) {
    g_return_val_if_fail(cancellable == nullptr || G_IS_CANCELLABLE(cancellable), FALSE);
    g_return_val_if_fail(error == nullptr || *error == nullptr, FALSE);
    return give(h2k::prepare_appliance(cancellable), error);
}

/**
 * h2k_appliance_dup_status:
 * @error: return location for an error
 *
 * Says whether the appliance is recorded, where, its size and age, and whether the recording fits this host.
 *
 * Returns: (transfer full) (nullable): lines for people, or %NULL if that fails
 *
 * Since: 0.1
 */
char *h2k_appliance_dup_status(GError **error) {
    g_return_val_if_fail(error == nullptr || *error == nullptr, nullptr);
    auto status = h2k::appliance_status();
    if (status)
        return g_strdup(status->c_str());
    std::move(status).error().propagate(error);
    return nullptr;
}

/**
 * h2k_appliance_drop:
 * @error: return location for an error
 *
 * Removes what h2k_appliance_prepare() recorded. Jobs that use it go on.
 *
 * Returns: %TRUE if nothing is recorded any longer
 *
 * Since: 0.1
 */
gboolean h2k_appliance_drop(GError **error) {
    g_return_val_if_fail(error == nullptr || *error == nullptr, FALSE);
    return give(h2k::drop_appliance(), error);
}
