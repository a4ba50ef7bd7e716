// SPDX-License-Identifier: LGPL-2.1-or-later
#include "virsh-plugin/print.h"
#include <cstdio>
#include <glib/gi18n.h>
#include <string_view>

namespace cli {

/// Control characters, and those that turn the direction or the lines of what follows.
static bool can_mislead(gunichar c) {
    const auto type = g_unichar_type(c);
    return (g_unichar_iscntrl(c) && c != '\n' && c != '\t') || type == G_UNICODE_FORMAT ||
           type == G_UNICODE_LINE_SEPARATOR || type == G_UNICODE_PARAGRAPH_SEPARATOR;
}

std::string harmless(const char *text) {
    std::string clean;
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    for (const char *at = valid; *at; at = g_utf8_next_char(at)) {
        const gunichar c = g_utf8_get_char(at);
        if (can_mislead(c))
            clean += '?';
        else
            clean += std::string_view{at, static_cast<std::size_t>(g_utf8_next_char(at) - at)};
    }
    return clean;
}

void print(const char *text) {
    std::fputs(text, stdout);
    std::fflush(stdout);
}

static int status_of(const GError *error) {
    if (error->domain != H2K_ERROR)
        return failed;
    switch (static_cast<H2kError>(error->code)) {
    case H2K_ERROR_FAILED: return failed;
    case H2K_ERROR_USAGE: return usage;
    case H2K_ERROR_SOURCE: return source_refused;
    case H2K_ERROR_NOT_PROVEN: return not_proven;
    case H2K_ERROR_CANCELLED: return cancelled;
    case H2K_ERROR_TARGET: return target_refused;
    }
    return failed;
}

int print_error(const GError *error) {
    std::fprintf(stderr, "virt-hyper2kvm: %s: %s\n", _("error"), harmless(error->message).c_str());
    return status_of(error);
}

void print_notice(H2kSeverity severity, const char *message) {
    std::fprintf(stderr, "virt-hyper2kvm: %s: %s\n", severity == H2K_SEVERITY_NOTE ? _("note") : _("warning"),
                 harmless(message).c_str());
}

} // namespace cli
