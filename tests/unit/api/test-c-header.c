/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "convert/api/hyper2kvm.h"

/* The public headers are plain C and enough by themselves. */
int main(void) {
    H2kRequest *request = h2k_request_new();
    GError *error = NULL;
    gboolean taken = h2k_request_set(request, "format", "floppy", &error);
    int wrong = taken || !g_error_matches(error, H2K_ERROR, H2K_ERROR_USAGE);
    g_clear_error(&error);
    g_object_unref(request);
    return wrong;
}
