// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/model/linux/kernel_modules.h"
#include "fixers/linux/initramfs/tools.h"
#include "fixers/text/assignments.h"
#include "fixers/text/config_file.h"
#include <algorithm>

namespace h2k {

// Two programs of one name from before dracut: SUSE's (up to SLES 11) and Red Hat's (up to RHEL 5).

namespace {

constexpr auto suse_file = "/etc/sysconfig/kernel";
constexpr auto modprobe_file = "/etc/modprobe.conf";
constexpr std::string_view adapter = "scsi_hostadapter";

Result<bool> is_suse(const GuestView &guest, Notices &notices) {
    const auto file = H2K_TRY(text::read_config(guest, suse_file, notices));
    return file && text::last(text::parse_assignments(*file), "INITRD_MODULES") != nullptr;
}

/// SUSE's mkinitrd(8): the modules of INITRD_MODULES go into each image.
Result<std::vector<Change>> configure_suse(const GuestView &guest, const InitramfsSpec &spec, Notices &notices) {
    const auto file = H2K_TRY(text::read_config(guest, suse_file, notices)).value_or("");
    const auto settings = text::parse_assignments(file);
    const auto *modules = text::last(settings, "INITRD_MODULES");
    const auto missing = words_not_in(text::value_of(settings, "INITRD_MODULES"), spec.drivers);
    if (missing.empty())
        return {};
    text::Edits edits;
    edits.insert(modules->value.at + modules->value.size,
                 (modules->value.value.empty() ? "" : " ") + join(missing, " "));
    return std::vector<Change>{
        {.reason = reason_to_list(missing), .action = WriteFile{suse_file, edits.applied(file)}}};
}

/// Red Hat's mkinitrd(8) takes the modules that modprobe.conf(5) calls scsi_hostadapter, -1, -2 …
Result<std::vector<Change>> configure_red_hat(const GuestView &guest, const InitramfsSpec &spec, Notices &notices) {
    const auto file = H2K_TRY(text::read_config(guest, modprobe_file, notices)).value_or("");
    auto missing = spec.drivers;
    std::erase(missing, "virtio_net"); // no disk's
    std::vector<std::string> taken;
    for (const auto &line : lines(file))
        if (const auto parts = words(line); parts.size() >= 3 && parts[0] == "alias" && parts[1].starts_with(adapter)) {
            std::erase(missing, underscored(parts[2]));
            taken.push_back(parts[1]);
        }
    if (missing.empty())
        return {};
    auto content = file + (file.empty() || file.ends_with('\n') ? "" : "\n");
    std::size_t number = 0;
    for (const auto &driver : missing) {
        auto name = std::string{adapter};
        while (std::ranges::find(taken, name) != taken.end())
            name = std::string{adapter} + std::to_string(++number);
        taken.push_back(name);
        content += "alias " + name + " " + driver + "\n";
    }
    return std::vector<Change>{
        {.reason = reason_to_list(missing), .action = WriteFile{modprobe_file, std::move(content)}}};
}

Result<std::vector<Change>> configure(const GuestView &guest, const Inspection &, const InitramfsSpec &spec,
                                      Notices &notices) {
    return H2K_TRY(is_suse(guest, notices)) ? configure_suse(guest, spec, notices)
                                            : configure_red_hat(guest, spec, notices);
}

Result<std::vector<std::string>> command(const GuestView &guest, const Kernel &kernel, const InitramfsSpec &spec) {
    Notices ignored;
    if (H2K_TRY(is_suse(guest, ignored)))
        return std::vector<std::string>{"mkinitrd", "-k", base_name(kernel.image), "-i", base_name(kernel.initramfs)};
    std::vector<std::string> argv{"mkinitrd", "-f"};
    for (const auto &driver : spec.drivers)
        argv.push_back("--with=" + driver);
    argv.insert(argv.end(), {kernel.initramfs, kernel.version});
    return argv;
}

Result<bool> widens(const GuestView &, const InitramfsSpec &) { return false; }

} // namespace

const InitramfsTool mkinitrd{"mkinitrd", configure, command, widens};

} // namespace h2k
