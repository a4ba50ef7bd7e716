// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/check/evidence/console.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr std::size_t longest_line = 8192;

struct Sign {
    std::string_view text;
    bool at_start; ///< prompts: only at the start of a line
    const char *meaning;
    bool services_run = false;
};

constexpr Sign signs[] = {
    {"(initramfs)", true, N_("The guest stopped in the shell of its initramfs: it did not find its root file system.")},
    {"dracut:/#", true, N_("The guest stopped in the dracut emergency shell: it did not find its root file system.")},
    {"Entering emergency mode", false, N_("The guest stopped in dracut's emergency mode.")},
    {"You are in emergency mode", false, N_("The guest stopped in systemd's emergency mode."), true},
    {"Give root password for maintenance", false, N_("The guest stopped for repair and asks for the root password."),
     true},
    {"Press Enter for maintenance", false, N_("The guest stopped in a maintenance shell."), true},
    {"Kernel panic - not syncing", false, N_("The guest's kernel panicked.")},
    {"No bootable device", false, N_("The firmware found no bootable device.")},
    {"BdsDxe: No bootable option or device was found", false, N_("The UEFI firmware found no bootable device.")},
    {"UEFI Interactive Shell", false, N_("The UEFI firmware found nothing to boot and started its shell.")},
    {"Shell>", true, N_("The UEFI firmware found nothing to boot and started its shell.")},
    {"grub rescue>", true, N_("GRUB stopped in its rescue shell: it did not find its own files.")},
    {"grub>", true, N_("GRUB stopped at its command line: it did not find its configuration.")},
};

} // namespace

void ConsoleText::line_ends(const std::function<void(std::string_view)> &on_line) {
    if (!line_.empty())
        on_line(line_);
    line_.clear();
}

/// Source: ECMA-48, section 5.4: parameters, then one final byte of 0x40 to 0x7e.
void ConsoleText::escape_ends(char c, const std::function<void(std::string_view)> &on_line) {
    in_ = In::text;
    if (c == 'H' || c == 'f' || c == 'J' || c == 'E')
        line_ends(on_line);
}

void ConsoleText::take(std::string_view bytes, const std::function<void(std::string_view)> &on_line) {
    for (const char c : bytes) {
        const auto octet = static_cast<unsigned char>(c);
        switch (in_) {
        case In::escape: in_ = c == '[' ? In::sequence : c == ']' ? In::title : In::text; break;
        case In::sequence:
            if (octet < 0x20)
                in_ = In::text;
            else if (octet >= 0x40 && octet <= 0x7e)
                escape_ends(c, on_line);
            break;
        case In::title:
            if (octet < 0x20)
                in_ = c == '\x1b' ? In::escape : In::text;
            break;
        case In::text:
            if (c == '\x1b')
                in_ = In::escape;
            else if (c == '\n' || c == '\r')
                line_ends(on_line);
            else if ((octet >= 0x20 && octet != 0x7f) || c == '\t')
                line_ += c;
            if (line_.size() >= longest_line)
                line_ends(on_line);
            break;
        }
    }
}

DeadEnd dead_end(std::string_view line) {
    const auto text = trim(line);
    for (const auto &sign : signs)
        if (sign.at_start ? text.starts_with(sign.text) : text.find(sign.text) != text.npos)
            return {.meaning = _(sign.meaning), .services_run = sign.services_run};
    return {};
}

bool is_login_prompt(std::string_view line) {
    const auto text = trim(line);
    const auto name = text.substr(0, text.find(' '));
    const bool is_name = name != "Last" && consists_of(name, ".-_");
    const auto rest = text.substr(name.size());
    return is_name && (rest == " login:" || rest.starts_with(" login: "));
}

} // namespace h2k
