// SPDX-License-Identifier: LGPL-2.1-or-later
#include "virsh-plugin/print.h"
#include <algorithm>
#include <cerrno>
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

std::string one_line(const char *message) {
    auto line = harmless(message);
    std::ranges::replace_if(line, [](char c) { return c == '\n' || c == '\t'; }, '?');
    return line;
}

/// errno of the first output that was lost; 0: none was.
static int lost = 0;

void print(const char *text) {
    errno = 0;
    if ((std::fputs(text, stdout) < 0 || std::fflush(stdout) != 0) && lost == 0)
        lost = errno ? errno : EIO;
}

int status_with_output(int status) {
    if (std::fclose(stdout) != 0 && lost == 0)
        lost = errno;
    if (lost == 0)
        return status;
    g_autofree char *said = g_strdup_printf(_("The output could not be written: %s."), g_strerror(lost));
    std::fprintf(stderr, "virt-hyper2kvm: %s: %s\n", _("error"), said);
    return status == done ? static_cast<int>(output_lost) : status;
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
    std::fprintf(stderr, "virt-hyper2kvm: %s: %s\n", _("error"), one_line(error->message).c_str());
    return status_of(error);
}

void print_notice(H2kSeverity severity, const char *message) {
    std::fprintf(stderr, "virt-hyper2kvm: %s: %s\n", severity == H2K_SEVERITY_NOTE ? _("note") : _("warning"),
                 one_line(message).c_str());
}

} // namespace cli
