// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/api/h2k-request-private.h"
#include "convert/base/i18n.h"

/**
 * H2kRequest:
 *
 * What a user wants: the disks of one guest and options, each checked as it is set.
 */
struct _H2kRequest {
    GObject parent_instance;
    h2k::Request wish; // C++: built in init, destroyed in finalize
};

G_DEFINE_FINAL_TYPE(H2kRequest, h2k_request, G_TYPE_OBJECT)

static void h2k_request_init(H2kRequest *self) { std::construct_at(&self->wish); }

static void h2k_request_finalize(GObject *object) {
    std::destroy_at(&H2K_REQUEST(object)->wish);
    G_OBJECT_CLASS(h2k_request_parent_class)->finalize(object);
}

static void h2k_request_class_init(H2kRequestClass *klass) { G_OBJECT_CLASS(klass)->finalize = h2k_request_finalize; }

static gboolean told(h2k::Result<> &&result, GError **error) {
    if (result)
        return TRUE;
    std::move(result).error().propagate(error);
    return FALSE;
}

const h2k::Request &h2k_request_peek(H2kRequest *self) { return self->wish; }

h2k::Action h2k_action_of(H2kAction action) {
    switch (action) {
    case H2K_ACTION_IMPORT: return h2k::Action::import;
    case H2K_ACTION_INSPECT: return h2k::Action::inspect;
    case H2K_ACTION_PLAN: return h2k::Action::plan;
    case H2K_ACTION_BOOT_TEST: return h2k::Action::boot_test;
    case H2K_ACTION_REVERT: return h2k::Action::revert;
    }
    return h2k::Action::inspect;
}

/**
 * h2k_request_new:
 *
 * Returns: (transfer full): a request that asks for nothing yet
 */
H2kRequest *h2k_request_new(void) { return H2K_REQUEST(g_object_new(H2K_TYPE_REQUEST, nullptr)); }

/**
 * h2k_request_add_source:
 * @self: a request
 * @path: (type filename): the guest's next disk, or what describes all of it; with the option "source-connect" a domain
 * @error: return location for %H2K_ERROR_USAGE
 *
 * Adds a disk of the guest, in the order of its controllers.
 *
 * Returns: whether the path can be one
 */
gboolean h2k_request_add_source(H2kRequest *self, const char *path, GError **error) {
    g_return_val_if_fail(H2K_IS_REQUEST(self), FALSE);
    g_return_val_if_fail(path != nullptr, FALSE);
    if (!*path)
        return told(h2k::fail(H2K_ERROR_USAGE, "%s", _("The name of a source is empty.")), error);
    self->wish.sources.emplace_back(path);
    return TRUE;
}

/**
 * h2k_request_set:
 * @self: a request
 * @option: long name of an option, without dashes
 * @value: (nullable): its value; %NULL for a flag
 * @error: return location for %H2K_ERROR_USAGE
 *
 * Sets one option.  The same names, values and errors hold for the command line.
 *
 * Returns: whether there is such an option and it can have this value
 */
gboolean h2k_request_set(H2kRequest *self, const char *option, const char *value, GError **error) {
    g_return_val_if_fail(H2K_IS_REQUEST(self), FALSE);
    g_return_val_if_fail(option != nullptr, FALSE);
    return told(h2k::set_option(self->wish, option, value ? value : ""), error);
}

/**
 * h2k_request_check:
 * @self: a request
 * @action: what it is for
 * @error: return location for %H2K_ERROR_USAGE
 *
 * Returns: whether the request is complete for @action
 */
gboolean h2k_request_check(H2kRequest *self, H2kAction action, GError **error) {
    g_return_val_if_fail(H2K_IS_REQUEST(self), FALSE);
    return told(h2k::check_request(self->wish, h2k_action_of(action)), error);
}

/**
 * h2k_request_is_dry_run:
 * @self: a request
 *
 * Returns: whether an import shall end with its plan
 */
gboolean h2k_request_is_dry_run(H2kRequest *self) {
    g_return_val_if_fail(H2K_IS_REQUEST(self), FALSE);
    return self->wish.dry_run;
}
