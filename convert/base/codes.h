/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
#include <glib-object.h>

G_BEGIN_DECLS

/**
 * H2kError:
 * @H2K_ERROR_FAILED: the work could not be done, and no better code exists
 * @H2K_ERROR_USAGE: the request itself makes no sense
 * @H2K_ERROR_SOURCE: the source was refused: missing, damaged, unsafe or of a kind that is not handled
 * @H2K_ERROR_NOT_PROVEN: the guest was converted, and its boot test brought no evidence
 * @H2K_ERROR_CANCELLED: somebody asked to stop
 * @H2K_ERROR_TARGET: the target cannot take the result: it exists, is read-only or is full
 *
 * Error codes of %H2K_ERROR.
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
