// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/api/h2k-request-private.h"
#include "convert/base/i18n.h"

struct _H2kRequest {
    GObject parent_instance;
    h2k::Request values; // C++: constructed in init, destroyed in finalize
};

/**
 * H2kRequest:
 *
 * The sources of one guest, and options that say what to do with it.
 *
 * Each value is checked when it is set. What depends on several values is checked by h2k_request_check(), which every
 * job does when it is run. A request must not be used on two threads at the same time.
 *
 * Since: 0.1
 */
G_DEFINE_FINAL_TYPE(H2kRequest, h2k_request, G_TYPE_OBJECT)

namespace {

enum { PROP_SOURCES = 1, N_PROPERTIES };
GParamSpec *properties[N_PROPERTIES];

void get_property(GObject *object, guint id, GValue *value, GParamSpec *spec) {
    if (id == PROP_SOURCES)
        g_value_take_boxed(value, h2k_request_dup_sources(H2K_REQUEST(object)));
    else
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
}

void finalize(GObject *object) {
    std::destroy_at(&H2K_REQUEST(object)->values);
    G_OBJECT_CLASS(h2k_request_parent_class)->finalize(object);
}

gboolean succeed(h2k::Result<> &&result, GError **error) {
    if (result)
        return TRUE;
    std::move(result).error().propagate(error);
    return FALSE;
}

} // namespace

static void h2k_request_init(H2kRequest *self) { std::construct_at(&self->values); }

static void h2k_request_class_init(H2kRequestClass *klass) {
    auto *object_class = G_OBJECT_CLASS(klass);
    object_class->get_property = get_property;
    object_class->finalize = finalize;
    constexpr auto read = static_cast<GParamFlags>(G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
    /**
     * H2kRequest:sources:
     *
     * The sources of the guest, in the order in which they were added. Use h2k_request_add_source() to add one.
     * Names that may not be valid UTF-8 are read with h2k_request_dup_sources().
     *
     * Since: 0.1
     */
    properties[PROP_SOURCES] = g_param_spec_boxed("sources", nullptr, nullptr, G_TYPE_STRV, read);
    g_object_class_install_properties(object_class, N_PROPERTIES, properties);
}

const h2k::Request &h2k_request_peek(H2kRequest *self) { return self->values; }

std::optional<h2k::Action> h2k_action_of(H2kAction action) {
    switch (action) {
    case H2K_ACTION_IMPORT: return h2k::Action::import;
    case H2K_ACTION_INSPECT: return h2k::Action::inspect;
    case H2K_ACTION_PLAN: return h2k::Action::plan;
    case H2K_ACTION_BOOT_TEST: return h2k::Action::boot_test;
    case H2K_ACTION_REVERT: return h2k::Action::revert;
    }
    return std::nullopt;
}

char **h2k_strv_of(const std::vector<std::string> &strings) {
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    for (const auto &each : strings)
        g_strv_builder_add(builder, each.c_str());
    return g_strv_builder_end(builder);
}

/**
 * h2k_request_new:
 *
 * Creates a request without sources, with the default value of each option.
 *
 * Returns: (transfer full): a new request
 *
 * Since: 0.1
 */
H2kRequest *h2k_request_new(void) { return H2K_REQUEST(g_object_new(H2K_TYPE_REQUEST, nullptr)); }

/**
 * h2k_request_add_source:
 * @self: a request
 * @path: (type filename): the next disk of the guest, or a file or a folder that describes a whole machine; with the
 *   option "source-connect", the name of a domain
 * @error: return location for %H2K_ERROR_USAGE
 *
 * Adds a source. Disks are attached to the guest in the order in which they are added.
 *
 * The file does not have to exist yet: sources are read when a job is run.
 *
 * Returns: %TRUE if the source was added; %FALSE if @path is empty
 *
 * Since: 0.1
 */
gboolean h2k_request_add_source(H2kRequest *self, const char *path, GError **error) {
    g_return_val_if_fail(H2K_IS_REQUEST(self), FALSE);
    g_return_val_if_fail(path != nullptr, FALSE);
    if (!*path)
        return succeed(h2k::fail(H2K_ERROR_USAGE, "%s", _("The name of a source is empty.")), error);
    self->values.sources.emplace_back(path);
    g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_SOURCES]);
    return TRUE;
}

/**
 * h2k_request_dup_sources:
 * @self: a request
 *
 * Gets the value of #H2kRequest:sources.
 *
 * Returns: (transfer full) (array zero-terminated=1) (element-type filename): the sources, in the order in which they
 *   were added
 *
 * Since: 0.1
 */
char **h2k_request_dup_sources(H2kRequest *self) {
    g_return_val_if_fail(H2K_IS_REQUEST(self), nullptr);
    return h2k_strv_of(self->values.sources);
}

/**
 * h2k_request_set:
 * @self: a request
 * @option: long name of an option, without dashes
 * @value: (nullable): the value; ignored if the option is a flag, which setting it turns on
 * @error: return location for %H2K_ERROR_USAGE
 *
 * Sets an option. Names, values and errors are those of the command line; h2k_option_foreach() lists the options.
 * An option that can be repeated gets one value more with each call.
 *
 * Returns: %TRUE if the option was set; %FALSE if there is no such option or if it cannot have this value
 *
 * Since: 0.1
 */
gboolean h2k_request_set(H2kRequest *self, const char *option, const char *value, GError **error) {
    g_return_val_if_fail(H2K_IS_REQUEST(self), FALSE);
    g_return_val_if_fail(option != nullptr, FALSE);
    return succeed(h2k::set_option(self->values, option, value ? value : ""), error);
}

/**
 * h2k_request_dup_option:
 * @self: a request
 * @option: long name of an option, without dashes
 * @error: return location for %H2K_ERROR_USAGE
 *
 * Gets the values of an option, those of a new request included. h2k_request_set() accepts each of them. A flag that is
 * on has the value "true". Paths are absolute.
 *
 * Returns: (transfer full) (array zero-terminated=1): the values; empty if there are none; %NULL with @error set if
 *   there is no such option
 *
 * Since: 0.1
 */
char **h2k_request_dup_option(H2kRequest *self, const char *option, GError **error) {
    g_return_val_if_fail(H2K_IS_REQUEST(self), nullptr);
    g_return_val_if_fail(option != nullptr, nullptr);
    auto values = h2k::get_option(self->values, option);
    if (values)
        return h2k_strv_of(*values);
    std::move(values).error().propagate(error);
    return nullptr;
}

/**
 * h2k_request_check:
 * @self: a request
 * @action: what is to be done with the request
 * @error: return location for %H2K_ERROR_USAGE
 *
 * Checks whether @action can be done with the request: whether nothing is missing, and no two options contradict each
 * other. Sources are not read.
 *
 * Returns: %TRUE if the request is complete
 *
 * Since: 0.1
 */
gboolean h2k_request_check(H2kRequest *self, H2kAction action, GError **error) {
    g_return_val_if_fail(H2K_IS_REQUEST(self), FALSE);
    const auto known = h2k_action_of(action);
    g_return_val_if_fail(known.has_value(), FALSE);
    return succeed(h2k::check_request(self->values, *known), error);
}

/**
 * h2k_request_is_dry_run:
 * @self: a request
 *
 * Gets whether the option "dry-run" is set.
 *
 * Returns: %TRUE if an import or a revert ends with its plan and changes nothing
 *
 * Since: 0.1
 */
gboolean h2k_request_is_dry_run(H2kRequest *self) {
    g_return_val_if_fail(H2K_IS_REQUEST(self), FALSE);
    return self->values.dry_run;
}
