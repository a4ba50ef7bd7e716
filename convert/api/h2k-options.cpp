// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/api/h2k-options.h"
#include "convert/api/h2k-request-private.h"
#include "convert/base/i18n.h"
#include "convert/base/nearest.h"

// An H2kOption is a row of the table in convert/config/options.cpp.
static const h2k::Option &row_of(const H2kOption *self) { return *reinterpret_cast<const h2k::Option *>(self); }

static const H2kOption *option_of(const h2k::Option *row) { return reinterpret_cast<const H2kOption *>(row); }

static H2kOption *copy_constant(H2kOption *self) { return self; }

static void free_constant(H2kOption *) {}

G_DEFINE_BOXED_TYPE(H2kOption, h2k_option, copy_constant, free_constant)

/**
 * h2k_option_foreach:
 * @func: (scope call): called for each option
 * @user_data: (closure): data for @func
 *
 * Calls @func for each option that there is, those of one group one after the other.
 *
 * Since: 0.1
 */
void h2k_option_foreach(H2kOptionFunc func, gpointer user_data) {
    g_return_if_fail(func != nullptr);
    for (const auto &row : h2k::options())
        func(option_of(&row), user_data);
}

/**
 * h2k_option_find:
 * @name: long name of an option, without dashes
 *
 * Looks an option up by its name.
 *
 * Returns: (transfer none) (nullable): the option, or %NULL if no option has that name
 *
 * Since: 0.1
 */
const H2kOption *h2k_option_find(const char *name) {
    g_return_val_if_fail(name != nullptr, nullptr);
    return option_of(h2k::find_option(name));
}

/**
 * h2k_option_get_name:
 * @self: an option
 *
 * Gets the long name of an option.
 *
 * Returns: (transfer none): the name, without dashes
 *
 * Since: 0.1
 */
const char *h2k_option_get_name(const H2kOption *self) {
    g_return_val_if_fail(self != nullptr, nullptr);
    return row_of(self).name;
}

/**
 * h2k_option_get_letter:
 * @self: an option
 *
 * Gets the short name of an option.
 *
 * Returns: the letter, or 0 if the option has none
 *
 * Since: 0.1
 */
char h2k_option_get_letter(const H2kOption *self) {
    g_return_val_if_fail(self != nullptr, 0);
    return row_of(self).letter;
}

/**
 * h2k_option_get_value_name:
 * @self: an option
 *
 * Gets the word that stands for the value of an option in usage messages.
 *
 * Returns: (transfer none) (nullable): the translated word; %NULL for a flag
 *
 * Since: 0.1
 */
const char *h2k_option_get_value_name(const H2kOption *self) {
    g_return_val_if_fail(self != nullptr, nullptr);
    const auto *name = row_of(self).value_name;
    return name ? _(name) : nullptr;
}

/**
 * h2k_option_get_help:
 * @self: an option
 *
 * Gets what an option does, in the imperative, without its choices, its default and a full stop.
 *
 * Returns: (transfer none): the translated text, one line
 *
 * Since: 0.1
 */
const char *h2k_option_get_help(const H2kOption *self) {
    g_return_val_if_fail(self != nullptr, nullptr);
    return _(row_of(self).help);
}

/**
 * h2k_option_get_group:
 * @self: an option
 *
 * Gets the group of an option.
 *
 * Returns: (transfer none): "source", "target", "repair", "configuration", "boot-test" or "output"
 *
 * Since: 0.1
 */
const char *h2k_option_get_group(const H2kOption *self) {
    g_return_val_if_fail(self != nullptr, nullptr);
    return h2k::name_of(row_of(self).group);
}

/**
 * h2k_option_get_heading:
 * @self: an option
 *
 * Gets the heading of the group of an option.
 *
 * Returns: (transfer none): the translated heading
 *
 * Since: 0.1
 */
const char *h2k_option_get_heading(const H2kOption *self) {
    g_return_val_if_fail(self != nullptr, nullptr);
    return _(h2k::heading_of(row_of(self).group));
}

/**
 * h2k_option_get_kind:
 * @self: an option
 *
 * Gets what the value of an option is.
 *
 * Returns: the kind of the value
 *
 * Since: 0.1
 */
H2kOptionKind h2k_option_get_kind(const H2kOption *self) {
    g_return_val_if_fail(self != nullptr, H2K_OPTION_KIND_FLAG);
    switch (row_of(self).value.kind) {
    case h2k::OptionKind::flag: return H2K_OPTION_KIND_FLAG;
    case h2k::OptionKind::text: return H2K_OPTION_KIND_TEXT;
    case h2k::OptionKind::number: return H2K_OPTION_KIND_NUMBER;
    case h2k::OptionKind::size: return H2K_OPTION_KIND_SIZE;
    case h2k::OptionKind::choice: return H2K_OPTION_KIND_CHOICE;
    case h2k::OptionKind::file: return H2K_OPTION_KIND_FILE;
    case h2k::OptionKind::folder: return H2K_OPTION_KIND_FOLDER;
    }
    return H2K_OPTION_KIND_TEXT;
}

/**
 * h2k_option_get_choices:
 * @self: an option
 *
 * Gets the values of a choice; for an option of another kind, words that it takes too or that its value can begin with.
 *
 * Returns: (transfer none) (nullable) (array zero-terminated=1): the words; %NULL if there are none
 *
 * Since: 0.1
 */
const char *const *h2k_option_get_choices(const H2kOption *self) {
    g_return_val_if_fail(self != nullptr, nullptr);
    return row_of(self).value.choices;
}

/**
 * h2k_option_is_for:
 * @self: an option
 * @action: an action
 *
 * Gets whether an option has a meaning for an action.
 *
 * Returns: %TRUE if @action uses the option
 *
 * Since: 0.1
 */
gboolean h2k_option_is_for(const H2kOption *self, H2kAction action) {
    g_return_val_if_fail(self != nullptr, FALSE);
    const auto known = h2k_action_of(action);
    g_return_val_if_fail(known.has_value(), FALSE);
    return (row_of(self).actions & static_cast<unsigned>(*known)) != 0;
}

/**
 * h2k_option_is_repeatable:
 * @self: an option
 *
 * Gets whether an option can have several values.
 *
 * Returns: %TRUE if each call of h2k_request_set() adds a value
 *
 * Since: 0.1
 */
gboolean h2k_option_is_repeatable(const H2kOption *self) {
    g_return_val_if_fail(self != nullptr, FALSE);
    return row_of(self).value.repeats;
}

/**
 * h2k_option_is_secret:
 * @self: an option
 *
 * Gets whether the value of an option names files with secrets, whose content must not be shown.
 *
 * Returns: %TRUE if it does
 *
 * Since: 0.1
 */
gboolean h2k_option_is_secret(const H2kOption *self) {
    g_return_val_if_fail(self != nullptr, FALSE);
    return row_of(self).secret;
}

/**
 * h2k_option_dup_default:
 * @self: an option
 *
 * Gets the value that an option has in a new request.
 *
 * Returns: (transfer full) (nullable): the value; %NULL if it has none
 *
 * Since: 0.1
 */
char *h2k_option_dup_default(const H2kOption *self) {
    g_return_val_if_fail(self != nullptr, nullptr);
    const auto values = row_of(self).value.get({});
    return values.empty() ? nullptr : g_strdup(values.front().c_str());
}

/**
 * h2k_option_dup_values:
 * @self: an option
 * @request: a request
 *
 * Gets the values of an option in a request. h2k_request_set() accepts each of them. A flag that is on has the value
 * "true". Paths are absolute.
 *
 * Returns: (transfer full) (array zero-terminated=1): the values; empty if there are none
 *
 * Since: 0.1
 */
char **h2k_option_dup_values(const H2kOption *self, H2kRequest *request) {
    g_return_val_if_fail(self != nullptr, nullptr);
    g_return_val_if_fail(H2K_IS_REQUEST(request), nullptr);
    return h2k_strv_of(row_of(self).value.get(h2k_request_peek(request)));
}

/**
 * h2k_nearest_name:
 * @word: the word that a person typed
 * @names: (array zero-terminated=1): the names that exist
 *
 * Finds the name that a person most likely meant, for messages of the form “did you mean”.
 *
 * Returns: (transfer none) (nullable): one of @names; %NULL if none is similar
 *
 * Since: 0.1
 */
const char *h2k_nearest_name(const char *word, const char *const *names) {
    g_return_val_if_fail(word != nullptr && names != nullptr, nullptr);
    std::vector<const char *> all;
    for (; *names; ++names)
        all.push_back(*names);
    return h2k::nearest(word, all);
}
