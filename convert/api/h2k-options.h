/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
#include "h2k-request.h"

G_BEGIN_DECLS

/**
 * H2kOptionKind:
 * @H2K_OPTION_KIND_FLAG: on or off; takes no value on a command line
 * @H2K_OPTION_KIND_TEXT: text in a format that only this option has
 * @H2K_OPTION_KIND_NUMBER: a whole number
 * @H2K_OPTION_KIND_SIZE: a number of bytes, which may have a unit, as in 40G
 * @H2K_OPTION_KIND_CHOICE: one of h2k_option_get_choices()
 * @H2K_OPTION_KIND_FILE: a file of this host
 * @H2K_OPTION_KIND_FOLDER: a folder of this host
 *
 * What the value of an option is.
 *
 * Since: 0.1
 */
typedef enum {
    H2K_OPTION_KIND_FLAG,
    H2K_OPTION_KIND_TEXT,
    H2K_OPTION_KIND_NUMBER,
    H2K_OPTION_KIND_SIZE,
    H2K_OPTION_KIND_CHOICE,
    H2K_OPTION_KIND_FILE,
    H2K_OPTION_KIND_FOLDER,
} H2kOptionKind;

/**
 * H2kOption:
 *
 * An option of a request. Options are constants of the library and are valid as long as the process runs.
 *
 * Since: 0.1
 */
typedef struct _H2kOption H2kOption;

/**
 * H2kOptionFunc:
 * @option: an option
 * @user_data: data that was passed to h2k_option_foreach()
 *
 * Type of the function that h2k_option_foreach() calls for each option.
 *
 * Since: 0.1
 */
typedef void (*H2kOptionFunc)(const H2kOption *option, gpointer user_data);

#define H2K_TYPE_OPTION (h2k_option_get_type())
H2K_PUBLIC GType h2k_option_get_type(void);

H2K_PUBLIC void h2k_option_foreach(H2kOptionFunc func, gpointer user_data);
H2K_PUBLIC const H2kOption *h2k_option_find(const char *name);

H2K_PUBLIC const char *h2k_option_get_name(const H2kOption *self);
H2K_PUBLIC char h2k_option_get_letter(const H2kOption *self);
H2K_PUBLIC const char *h2k_option_get_value_name(const H2kOption *self);
H2K_PUBLIC const char *h2k_option_get_help(const H2kOption *self);
H2K_PUBLIC const char *h2k_option_get_group(const H2kOption *self);
H2K_PUBLIC const char *h2k_option_get_heading(const H2kOption *self);
H2K_PUBLIC H2kOptionKind h2k_option_get_kind(const H2kOption *self);
H2K_PUBLIC const char *const *h2k_option_get_choices(const H2kOption *self);
H2K_PUBLIC gboolean h2k_option_is_for(const H2kOption *self, H2kAction action);
H2K_PUBLIC gboolean h2k_option_is_repeatable(const H2kOption *self);
H2K_PUBLIC gboolean h2k_option_is_secret(const H2kOption *self);
H2K_PUBLIC char *h2k_option_dup_default(const H2kOption *self);
H2K_PUBLIC char **h2k_option_dup_values(const H2kOption *self, H2kRequest *request);

H2K_PUBLIC const char *h2k_nearest_name(const char *word, const char *const *names);

G_END_DECLS
