/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
#include <glib-object.h>

G_BEGIN_DECLS
/**
 * H2kError:
 * @H2K_ERROR_FAILED: the job failed for a reason that has no code of its own
 * @H2K_ERROR_USAGE: the request is wrong or incomplete, or a function was called at the wrong time
 * @H2K_ERROR_SOURCE: the source is missing, damaged, unsafe or of a kind that is not supported
 * @H2K_ERROR_NOT_PROVEN: the guest was converted, and its boot test did not prove that it boots
 * @H2K_ERROR_CANCELLED: the job was cancelled
 * @H2K_ERROR_TARGET: the target cannot hold the result: it exists, is read-only or is full
 *
 * Error codes of the domain %H2K_ERROR.
 * Since: 0.1
 */
typedef enum {
    H2K_ERROR_FAILED,
    H2K_ERROR_USAGE,
    H2K_ERROR_SOURCE,
    H2K_ERROR_NOT_PROVEN,
    H2K_ERROR_CANCELLED,
    H2K_ERROR_TARGET,
} H2kError;

#define H2K_ERROR (h2k_error_quark())

__attribute__((visibility("default"))) GQuark h2k_error_quark(void);

G_END_DECLS
