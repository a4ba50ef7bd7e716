// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/network/guest_nics.h"
#include "fixers/linux/boot/boot_places.h"
#include "fixers/linux/boot/device_arguments.h"
#include "fixers/linux/boot/install_devices.h"
#include "fixers/linux/fixers.h"
#include "fixers/linux/storage/device_names.h"
#include "fixers/linux/storage/disk_names.h"
#include "fixers/text/assignments.h"
#include "fixers/text/boot_lines.h"
#include "fixers/text/config_file.h"
#include "fixers/text/kernel_args.h"
#include <algorithm>
#include <initializer_list>
#include <optional>
#include <set>

namespace h2k {

namespace {

using text::Region;

/// The kernel accepts 4 KiB at most; parsing needs many times the size of a line.
constexpr std::size_t longest_line = 64u << 10;

/// The encrypted volume: Arch's, Alpine's and Gentoo's.
bool names_container(std::string_view argument) {
    return argument == "cryptdevice" || argument == "cryptroot" || argument == "crypt_root";
}

/// What Ignition and Afterburn choose their data source by (Fedora CoreOS, RHCOS; Flatcar; CoreOS Container Linux).
bool names_platform(std::string_view argument) {
    return argument == "ignition.platform.id" || argument == "flatcar.oem.id" || argument == "coreos.oem.id";
}

/// One file's command lines, edited.
struct FileWork {
    const std::string &path;
    text::Edits edits;
    Renames renames;
    std::vector<std::string> reasons;
};

class Planner {
  public:
    Planner(const GuestView &guest, const Inspection &facts, const Machine &target)
        : guest_(guest), facts_(facts), target_(target) {
        // The kernel itself finds partitions by PARTUUID, but not file systems by UUID.
        const bool bare =
            std::ranges::any_of(facts.linux_facts().kernels, [](const Kernel &k) { return k.initramfs.empty(); });
        use_ = bare ? NameUse::kernel_command_line : NameUse::command_line;
    }
    Result<Finding> plan() {
        bool any = false;
        std::vector<std::vector<std::string>> paths;
        const auto places = boot_places();
        for (const auto &place : places) {
            paths.push_back(H2K_TRY(guest_.list(place.glob)));
            known_.insert(paths.back().begin(), paths.back().end());
        }
        for (std::size_t i = 0; i < paths.size(); ++i)
            for (const auto &path : paths[i])
                any = (H2K_TRY(plan_file(path, places[i])) && places[i].kind != BootPlace::settings) || any;
        for (const char *glob : {"/boot/grub/device.map", "/boot/grub2/device.map"})
            for (const auto &path : H2K_TRY(guest_.list(glob)))
                H2K_CHECK(plan_device_map(path));
        H2K_CHECK(plan_install_devices(guest_, facts_, target_, finding_));
        if (!any)
            H2K_CHECK(warn_of_lilo());
        if (!any && finding_.changes.empty())
            finding_.skipped = _("The guest has no configuration of GRUB or another recognised boot loader.");
        return std::move(finding_);
    }

  private:
    Result<bool> plan_file(const std::string &path, const BootPlace &place) {
        if (H2K_TRY(leads_to_another(path)))
            return true;
        const auto limit = place.kind == BootPlace::grub ? text::grub_limit : text::config_limit;
        const auto file = H2K_TRY(reader_.read(guest_, path, finding_.notices, limit));
        if (!file)
            return false;
        FileWork work{path, {}, {}, {}};
        for (const auto &region : place.regions(*file))
            H2K_CHECK(edit_arguments(*file, region, work));
        if (place.roots)
            for (const auto &root : place.roots(*file))
                edit_path(root, place.kind, work);
        if (!work.renames.empty())
            work.reasons.insert(work.reasons.begin(), work.renames.reason());
        if (place.kind == BootPlace::defaults)
            allow_uuids(*file, work);
        if (work.edits.empty())
            return true;
        auto content =
            place.kind == BootPlace::environment ? text::edited_grubenv(*file, work.edits) : work.edits.applied(*file);
        if (content.empty())
            warn("grub.environment-full",
                 sentence(_("“%s” has no space for the persistent name of its root device; the guest may not boot."),
                          printable(path).c_str()));
        else
            finding_.changes.push_back({{}, join(work.reasons, " "), WriteFile{path, std::move(content)}});
        return true;
    }

    /// Is @path a link to a file that is edited by itself?  RHEL links grubenv and grub.cfg between /boot and the
    /// EFI system partition.
    Result<bool> leads_to_another(const std::string &path) {
        const auto to = H2K_TRY(guest_.link(path));
        if (!to)
            return false;
        const auto folder = path.substr(0, path.rfind('/'));
        const Owned<char> full{g_canonicalize_filename(to->c_str(), folder.c_str())};
        return path != full.get() && known_.contains(full.get());
    }

    /// DEVICE[:NAME[:OPTIONS]]: what follows the device stays.
    void edit_container(const text::KernelArgument &argument, FileWork &work) {
        const auto &value = argument.value.value;
        const auto device = value.substr(0, value.find(':'));
        const auto rest = value.substr(device.size());
        const auto verdict = judge_name(facts_, device, NameUse::command_line, "crypto_LUKS");
        if (verdict.state == NameVerdict::renamed && rest.find_first_of(" \t\"'") == std::string::npos) {
            work.edits.replace(argument.value, verdict.name + rest);
            work.renames.add(device, verdict.name);
        } else if (verdict.state != NameVerdict::keeps)
            warn("grub.unknown-volume",
                 sentence(_("“%s” starts Linux with “%s=%s”, for which the guest's disks have no persistent name; the "
                            "volume may stay locked."),
                          printable(work.path).c_str(), argument.name.c_str(), printable(value).c_str()));
    }

    Result<> edit_arguments(const std::string &file, const Region &region, FileWork &work) {
        if (region.size > longest_line) {
            warn("grub.line-too-long",
                 sentence(_("“%s” has a line that is too long for any kernel; that line was ignored."),
                          printable(work.path).c_str()));
            return {};
        }
        const auto arguments = text::kernel_arguments(file, region.at, region.size);
        for (const auto &argument : arguments)
            if (argument.name == "root" || argument.name == "resume")
                edit_device(argument.value, argument.name, work);
            else if (const auto device = device_within(argument))
                edit_device(*device, argument.name, work);
            else if (names_container(argument.name))
                edit_container(argument, work);
            else if (argument.name == "console")
                edit_console(argument.value, work);
            else if (names_platform(argument.name))
                edit_platform(argument.value, work);
            else if (argument.name == "rootflags")
                drop_members(argument.value, work);
            else if (argument.name == "md")
                warn_of_members(argument.value, work);
        return names_interfaces(arguments) ? name_interfaces(arguments, work) : Result<>{};
    }

    void edit_device(const text::Piece &value, const std::string &name, FileWork &work) {
        const bool is_root = name == "root" || name == "real_root", is_resume = name.ends_with("resume");
        const auto verdict = judge_name(facts_, value.value, use_, is_resume ? "swap" : "");
        if (verdict.state == NameVerdict::renamed) {
            work.edits.replace(value, verdict.name);
            work.renames.add(value.value, verdict.name);
        } else if (verdict.state != NameVerdict::keeps)
            warn(is_root     ? "grub.unknown-root"
                 : is_resume ? "grub.unknown-resume"
                             : "grub.unknown-device",
                 is_root ? sentence(_("“%s” starts Linux with “%s=%s”, for which the guest's disks have no persistent "
                                      "name; the guest may not boot."),
                                    printable(work.path).c_str(), name.c_str(), printable(value.value).c_str())
                         : sentence(_("“%s” starts Linux with “%s=%s”, for which the guest's disks have no persistent "
                                      "name; the boot may wait for it."),
                                    printable(work.path).c_str(), name.c_str(), printable(value.value).c_str()));
    }

    /// A value that is nothing but a device.  GRUB's and dracut's programs take paths.
    void edit_path(const text::Piece &value, BootPlace::Kind kind, FileWork &work) {
        if (kind != BootPlace::defaults && kind != BootPlace::settings)
            return edit_device(value, "root", work);
        if (const auto path = lasting_path(facts_, value.value, NameUse::command_line)) {
            work.edits.replace(value, *path);
            work.renames.add(value.value, *path);
        }
    }

    /// systemd names cards only once the initramfs has handed over to the guest, or by other slots.
    Result<> name_interfaces(const std::vector<text::KernelArgument> &arguments, FileWork &work) {
        if (!cards_)
            cards_ = pair_nics(H2K_TRY(find_guest_nics(guest_)), target_.nics);
        const auto missing = missing_interface_names(arguments, *cards_, target_.nics);
        if (missing.empty())
            return {};
        const auto &first = std::ranges::find(arguments, std::string_view{"ip"}, &text::KernelArgument::name)->value;
        work.edits.insert(first.at + first.size, missing);
        work.reasons.push_back(
            sentence(_("The initramfs finds the network card that “ip=” names by its MAC:%s."), missing.c_str()));
        return {};
    }

    /// As in fstab: a btrfs finds its members by itself, and fails where a listed one is not there.
    static void drop_members(const text::Piece &value, FileWork &work) {
        auto left = split(value.value, ',');
        const auto dropped = std::erase_if(left, [](const std::string &option) {
            return option.starts_with("device=") && is_bus_dependent(std::string_view{option}.substr(7));
        });
        if (dropped == 0)
            return;
        work.edits.replace(value, left.empty() ? "defaults" : join(left, ","));
        work.reasons.push_back(_("The kernel finds the members of a btrfs by itself."));
    }

    /// md=0,/dev/sda1,/dev/sdb1 assembles a set out of the devices that it names (Documentation/admin-guide/md.rst).
    void warn_of_members(const text::Piece &value, FileWork &work) {
        const auto parts = split(value.value, ',');
        if (std::ranges::any_of(parts, [](const std::string &part) { return is_bus_dependent(part); }))
            warn("grub.raid-members",
                 sentence(_("“%s” starts Linux with “md=%s”, whose devices have other names on the target; the RAID "
                            "set may not be found."),
                          printable(work.path).c_str(), printable(value.value).c_str()));
    }

    /// Xen's consoles; on KVM hvc0 needs a device that the machine does not have.
    static void edit_console(const text::Piece &value, FileWork &work) {
        const auto name = value.value.substr(0, value.value.find(','));
        if (name != "hvc0" && name != "xvc0")
            return;
        work.edits.replace(value.at, name.size(), "ttyS0");
        const std::string why = _("The Xen console becomes the machine's serial port.");
        if (std::ranges::find(work.reasons, why) == work.reasons.end())
            work.reasons.push_back(why);
    }

    /// A platform that is not the old hypervisor or cloud stays: QEMU's own, or none.
    static void edit_platform(const text::Piece &value, FileWork &work) {
        for (const std::string_view known : {"", "qemu", "metal"})
            if (value.value == known)
                return;
        if (value.value.find('$') != std::string::npos)
            return;
        work.edits.replace(value, "qemu");
        const std::string why = _("Ignition and Afterburn find out by it which platform the machine runs on.");
        if (std::ranges::find(work.reasons, why) == work.reasons.end())
            work.reasons.push_back(why);
    }

    /// GRUB_DISABLE_LINUX_UUID=true has update-grub write root=/dev/sda1; where root is a partition, that is turned
    /// off.
    void allow_uuids(const std::string &file, FileWork &work) {
        const auto assignments = text::parse_assignments(file);
        const auto *setting = text::last(assignments, "GRUB_DISABLE_LINUX_UUID");
        if (!setting || setting->value.value != "true" || !is_bus_dependent(facts_.root))
            return;
        work.edits.replace(setting->value, "false");
        work.reasons.push_back(
            _("GRUB's own tool keeps naming the root device by UUID when it writes its configuration again."));
    }

    Result<> plan_device_map(const std::string &path) {
        const auto file = H2K_TRY(text::read_config(guest_, path, finding_.notices));
        if (!file)
            return {};
        const auto names = text::device_map(*file);
        if (std::ranges::any_of(names, [](const text::Piece &name) { return is_bus_dependent(name.value); }))
            finding_.changes.push_back(
                {{},
                 _("It names disks of the old controller; without it GRUB's tools find the disks themselves."),
                 RemoveFile{path}});
        return {};
    }

    /// LILO's map of block addresses holds on any controller; the device names that were compiled into it do not.
    Result<> warn_of_lilo() {
        for (const auto *path : {"/etc/lilo.conf", "/etc/elilo.conf"})
            if (H2K_TRY(guest_.exists(path)))
                warn("grub.unsupported-loader",
                     sentence(_("The guest starts with the boot loader that “%s” configures, which is not supported; "
                                "the guest may not boot."),
                              path));
        return {};
    }

    void warn(std::string id, std::string text) { finding_.notices.warn(std::move(id), std::move(text)); }

    const GuestView &guest_;
    const Inspection &facts_;
    const Machine &target_;
    NameUse use_;
    std::optional<NicPairs> cards_; ///< read where an argument needs them
    Finding finding_;
    std::set<std::string> known_; ///< every path of the places
    text::ConfigReader reader_{256, 16u << 20};
};

} // namespace

Result<Finding> plan_grub(const FixerInput &input) { return Planner{input.guest, input.facts, input.target}.plan(); }

} // namespace h2k
