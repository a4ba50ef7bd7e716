// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/text.h"
#include "fixers/linux/initramfs/tools.h"
#include "fixers/text/config_file.h"
#include "fixers/text/edit.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr auto settings_file = "/etc/mkinitcpio.conf";

/// The words between the brackets of `MODULES=(…)`, or the quotes of the older `MODULES="…"`, of the last such line.
std::optional<text::Piece> find_modules(std::string_view file) {
    std::optional<text::Piece> found;
    for (const auto &line : text::lines_of(file)) {
        const auto text = trim(line.content);
        constexpr std::string_view key = "MODULES=";
        if (!text.starts_with(key) || text.size() == key.size())
            continue;
        const char open = text[key.size()];
        if (open != '(' && open != '"' && open != '\'')
            continue;
        const auto at = static_cast<std::size_t>(text.data() - file.data()) + key.size() + 1;
        if (const auto end = file.find(open == '(' ? ')' : open, at); end != std::string_view::npos)
            found = text::Piece{std::string{file.substr(at, end - at)}, at, end - at};
    }
    return found;
}

/// mkinitcpio.conf(5): files of /etc/mkinitcpio.conf.d are sourced after it; the last one that sets the list counts.
Result<std::vector<Change>> configure(const GuestView &guest, const Inspection &, const InitramfsSpec &spec,
                                      Notices &notices) {
    text::ConfigReader reader{64, 1u << 20};
    std::vector<std::string> paths{settings_file};
    std::ranges::move(H2K_TRY(guest.list("/etc/mkinitcpio.conf.d/*.conf")), std::back_inserter(paths));
    std::string path, file;
    std::optional<text::Piece> modules;
    for (const auto &each : paths)
        if (auto content = H2K_TRY(reader.read(guest, each, notices)))
            if (auto piece = find_modules(*content); piece || each == settings_file) {
                path = each;
                file = *std::move(content);
                modules = std::move(piece);
            }
    const auto missing = words_not_in(modules ? modules->value : "", spec.drivers);
    if (path.empty() || missing.empty())
        return {};
    text::Edits edits;
    if (modules)
        edits.insert(modules->at + modules->size,
                     (trim(modules->value).empty() || modules->value.ends_with(' ') ? "" : " ") + join(missing, " "));
    else
        edits.insert(file.size(), std::string{file.empty() || file.ends_with('\n') ? "" : "\n"} + initramfs_marker +
                                      "\nMODULES=(" + join(missing, " ") + ")\n");
    return std::vector<Change>{{.reason = reason_to_list(missing), .action = WriteFile{path, edits.applied(file)}}};
}

/// Without the hook "autodetect", which would choose the modules for the machine that builds the image: the appliance.
Result<std::vector<std::string>> command(const GuestView &, const Kernel &kernel, const InitramfsSpec &spec) {
    std::vector<std::string> argv{"mkinitcpio"};
    if (!spec.narrow)
        argv.insert(argv.end(), {"-S", "autodetect"});
    argv.insert(argv.end(), {"-k", kernel.version, "-g", kernel.initramfs});
    return argv;
}

Result<bool> widens(const GuestView &, const InitramfsSpec &spec) { return !spec.narrow; }

} // namespace

const InitramfsTool mkinitcpio{"mkinitcpio", configure, command, widens};

} // namespace h2k
