/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
#include "h2k-error.h"
#include "h2k-macros.h"
#include <gio/gio.h>

G_BEGIN_DECLS

H2K_PUBLIC gboolean h2k_appliance_prepare(GCancellable *cancellable, GError **error);
H2K_PUBLIC char *h2k_appliance_dup_status(GError **error);
H2K_PUBLIC gboolean h2k_appliance_drop(GError **error);

G_END_DECLS
