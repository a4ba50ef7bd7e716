/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
#include "h2k-error.h"
#include "h2k-macros.h"
#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * H2kAction:
 * @H2K_ACTION_IMPORT: repair and convert a guest, prove that it boots and define it in libvirt
 * @H2K_ACTION_INSPECT: say what a guest is
 * @H2K_ACTION_PLAN: say what an import would do
 * @H2K_ACTION_BOOT_TEST: prove that a guest boots, on an overlay that is thrown away
 * @H2K_ACTION_REVERT: undo in the image of a guest what imports changed in it
 *
 * What is done with a request.
 *
 * Since: 0.1
 */
typedef enum {
    H2K_ACTION_IMPORT,
    H2K_ACTION_INSPECT,
    H2K_ACTION_PLAN,
    H2K_ACTION_BOOT_TEST,
    H2K_ACTION_REVERT,
} H2kAction;

#define H2K_TYPE_REQUEST (h2k_request_get_type())
H2K_PUBLIC G_DECLARE_FINAL_TYPE(H2kRequest, h2k_request, H2K, REQUEST, GObject)

H2K_PUBLIC H2kRequest *h2k_request_new(void);
H2K_PUBLIC gboolean h2k_request_add_source(H2kRequest *self, const char *path, GError **error);
H2K_PUBLIC char **h2k_request_dup_sources(H2kRequest *self);
H2K_PUBLIC gboolean h2k_request_set(H2kRequest *self, const char *option, const char *value, GError **error);
H2K_PUBLIC char **h2k_request_dup_option(H2kRequest *self, const char *option, GError **error);
H2K_PUBLIC gboolean h2k_request_check(H2kRequest *self, H2kAction action, GError **error);
H2K_PUBLIC gboolean h2k_request_is_dry_run(H2kRequest *self);

G_END_DECLS
