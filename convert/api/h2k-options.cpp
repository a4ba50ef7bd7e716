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
 * Lists the options of requests, those of one group together.
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
 * Returns: (transfer none) (nullable): the option; %NULL if there is none of that name
 */
const H2kOption *h2k_option_find(const char *name) {
    g_return_val_if_fail(name != nullptr, nullptr);
    return option_of(h2k::find_option(name));
}

/**
 * h2k_option_get_name:
 * @self: an option
 *
 * Returns: (transfer none): its long name, without dashes
 */
const char *h2k_option_get_name(const H2kOption *self) {
    g_return_val_if_fail(self != nullptr, nullptr);
    return row_of(self).name;
}

/**
 * h2k_option_get_letter:
 * @self: an option
 *
 * Returns: its short name, or 0
 */
char h2k_option_get_letter(const H2kOption *self) {
    g_return_val_if_fail(self != nullptr, 0);
    return row_of(self).letter;
}

/**
 * h2k_option_get_value_name:
 * @self: an option
 *
 * Returns: (transfer none) (nullable): a translated word for its value, as usage texts show it; %NULL for a flag
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
 * Returns: (transfer none): what it does: a translated sentence in the imperative, without choices, default and full
 *   stop
 */
const char *h2k_option_get_help(const H2kOption *self) {
    g_return_val_if_fail(self != nullptr, nullptr);
    return _(row_of(self).help);
}

/**
 * h2k_option_get_group:
 * @self: an option
 *
 * Returns: (transfer none): what it is about, a name for programs: source, target, repair, configuration, boot-test
 *   or output
 */
const char *h2k_option_get_group(const H2kOption *self) {
    g_return_val_if_fail(self != nullptr, nullptr);
    return h2k::name_of(row_of(self).group);
}

/**
 * h2k_option_get_heading:
 * @self: an option
 *
 * Returns: (transfer none): the translated heading of its group
 */
const char *h2k_option_get_heading(const H2kOption *self) {
    g_return_val_if_fail(self != nullptr, nullptr);
    return _(h2k::heading_of(row_of(self).group));
}

/**
 * h2k_option_get_kind:
 * @self: an option
 *
 * Returns: what its value is
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
 * Returns: (transfer none) (nullable) (array zero-terminated=1): all values of a choice; of an option of another kind
 *   the words that it takes besides, or that its value begins with; %NULL if there are none
 */
const char *const *h2k_option_get_choices(const H2kOption *self) {
    g_return_val_if_fail(self != nullptr, nullptr);
    return row_of(self).value.choices;
}

/**
 * h2k_option_is_for:
 * @self: an option
 * @action: what a request is for
 *
 * Returns: whether the option means something for @action
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
 * Returns: whether each call of h2k_request_set() adds a value
 */
gboolean h2k_option_is_repeatable(const H2kOption *self) {
    g_return_val_if_fail(self != nullptr, FALSE);
    return row_of(self).value.repeats;
}

/**
 * h2k_option_is_secret:
 * @self: an option
 *
 * Returns: whether its value names files with secrets, whose content must not be shown
 */
gboolean h2k_option_is_secret(const H2kOption *self) {
    g_return_val_if_fail(self != nullptr, FALSE);
    return row_of(self).secret;
}

static GStrv strings(const std::vector<std::string> &values) {
    auto **copy = g_new0(char *, values.size() + 1);
    for (std::size_t i = 0; i < values.size(); ++i)
        copy[i] = g_strdup(values[i].c_str());
    return copy;
}

/**
 * h2k_option_dup_default:
 * @self: an option
 *
 * Returns: (transfer full) (nullable): its value in a new request; %NULL if it has none there
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
 * Reads what an option is set to.  h2k_request_set() takes each value, and a flag that is on has the one value “true”.
 * Paths are absolute.
 *
 * Returns: (transfer full) (array zero-terminated=1): the values in @request, those of a new request included
 */
char **h2k_option_dup_values(const H2kOption *self, H2kRequest *request) {
    g_return_val_if_fail(self != nullptr, nullptr);
    g_return_val_if_fail(H2K_IS_REQUEST(request), nullptr);
    return strings(row_of(self).value.get(h2k_request_peek(request)));
}

/**
 * h2k_nearest_name:
 * @word: what a person typed
 * @names: (array zero-terminated=1): names that there are
 *
 * Returns: (transfer none) (nullable): the one of @names that was most likely meant; %NULL if none is near
 */
const char *h2k_nearest_name(const char *word, const char *const *names) {
    g_return_val_if_fail(word != nullptr && names != nullptr, nullptr);
    std::vector<const char *> all;
    for (; *names; ++names)
        all.push_back(*names);
    return h2k::nearest(word, all);
}
