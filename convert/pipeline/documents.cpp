// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/documents.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/pipeline/unified_diff.h"

namespace h2k {

namespace {

void write_disk(JsonWriter &json, const Disk &disk) {
    json.object([&] {
        json.member("id", disk.id);
        json.optional("path", disk.path);
        json.member("format", name_of(disk.format));
        json.optional("subformat", disk.subformat);
        json.member("virtual_size", disk.bytes);
        json.member("bus", name_of(disk.bus));
        if (!disk.files.empty())
            json.member("files", disk.files);
    });
}

void write_device(JsonWriter &json, const BlockDevice &device) {
    json.object([&] {
        json.member("name", device.name);
        json.optional("type", device.type);
        json.optional("uuid", device.uuid);
        json.optional("label", device.label);
        json.optional("partuuid", device.partuuid);
        json.optional("partlabel", device.partlabel);
        json.member("disk", device.disk);
        json.member("partition", device.partition);
        json.member("bytes", device.bytes);
    });
}

/// A change with its diff; @now and @next are the file's content around it.
void write_change(JsonWriter &json, const Change &change, const std::string &diff) {
    json.object([&] {
        json.member("fixer", change.fixer);
        json.member("kind", kind_of(change));
        json.optional("path", path_of(change));
        json.member("reason", change.reason);
        if (const auto *run = std::get_if<RunInGuest>(&change.action)) {
            json.member("command", run->argv);
        } else if (const auto *rebuild = std::get_if<RebuildInitramfs>(&change.action)) {
            json.member("command", rebuild->argv);
            json.member("kernel", rebuild->kernel);
            json.member("modules", rebuild->modules);
        } else {
            json.member("diff", diff);
        }
    });
}

/// The diff of each change, "" for a command; changes of one file build on each other.
Result<std::vector<std::string>> diffs_of(const RepairPlan &plan, GCancellable *cancel) {
    std::map<std::string, std::optional<std::string>> now;
    for (const auto &[path, content] : plan.before)
        now[path] = content;
    std::vector<std::string> diffs;
    for (const auto &change : plan.changes) {
        const auto *write = std::get_if<WriteFile>(&change.action);
        if (!write && !std::holds_alternative<RemoveFile>(change.action)) {
            diffs.emplace_back();
            continue;
        }
        auto &content = now[path_of(change)];
        const std::optional<std::string> next = write ? std::optional{write->content} : std::nullopt;
        diffs.push_back(H2K_TRY(unified_diff(path_of(change), content, next, cancel)));
        content = next;
    }
    return diffs;
}

std::string change_text(const Change &change, const std::string &diff) {
    std::string text = "# " + change.fixer + ": " + change.reason + "\n";
    if (const auto *run = std::get_if<RunInGuest>(&change.action))
        return text + "$ " + join(run->argv, " ") + "\n";
    if (const auto *rebuild = std::get_if<RebuildInitramfs>(&change.action))
        return text + "$ " + join(rebuild->argv, " ") + "\n";
    return text + diff;
}

std::string guest_text(const CarryPlan &carried, const Inspection &guest) {
    std::string text;
    for (const auto &disk : carried.source.disks) {
        const std::string format = name_of(disk.format) + (disk.subformat.empty() ? "" : " " + disk.subformat);
        text += sentence(_("Disk:      %s (%s, %s)\n"), disk.path.c_str(), format.c_str(),
                         size_for_people(disk.bytes).c_str());
    }
    text +=
        sentence(_("System:    %s, %s, %s\n"), guest.pretty_name.c_str(), guest.arch.c_str(), name_of(guest.firmware));
    text += sentence(_("Host name: %s\n"), guest.hostname.c_str());
    for (const auto &mount : guest.mounts)
        text += sentence(_("Mount:     %s on %s (%s)\n"), mount.device.c_str(), mount.path.c_str(), mount.type.c_str());
    for (const auto &kernel : guest.kernels)
        text += sentence(_("Kernel:    %s\n"), kernel.version.c_str());
    return text;
}

std::string warning_lines(const std::vector<std::string> &warnings) {
    std::string text;
    for (const auto &warning : warnings)
        text += sentence(_("Warning:   %s\n"), warning.c_str());
    return text;
}

} // namespace

void write_machine(JsonWriter &json, const char *name, const Machine &machine) {
    json.object(name, [&] {
        json.member("name", machine.name);
        json.optional("uuid", machine.uuid);
        json.member("arch", machine.arch);
        json.member("memory", machine.memory);
        json.member("vcpus", machine.vcpus);
        json.member("firmware", name_of(machine.firmware));
        json.member("secure_boot", machine.secure_boot);
        json.array("disks", [&] {
            for (const auto &disk : machine.disks)
                write_disk(json, disk);
        });
        json.array("nics", [&] {
            for (const auto &nic : machine.nics)
                json.object([&] {
                    json.member("mac", nic.mac);
                    json.optional("model", nic.model);
                    json.optional("network", nic.network);
                });
        });
    });
}

void write_inspection(JsonWriter &json, const char *name, const Inspection &guest) {
    json.object(name, [&] {
        json.member("family", name_of(guest.family));
        json.member("distro", guest.distro);
        json.member("version", guest.version);
        json.member("pretty_name", guest.pretty_name);
        json.member("arch", guest.arch);
        json.member("hostname", guest.hostname);
        json.member("init", guest.init);
        json.member("packages", guest.packages);
        json.member("initramfs_tool", guest.initramfs_tool);
        json.member("firmware", name_of(guest.firmware));
        json.member("root", guest.root);
        json.array("devices", [&] {
            for (const auto &device : guest.devices)
                write_device(json, device);
        });
        json.array("mounts", [&] {
            for (const auto &mount : guest.mounts)
                json.object([&] {
                    json.member("path", mount.path);
                    json.member("device", mount.device);
                    json.member("type", mount.type);
                });
        });
        json.array("kernels", [&] {
            for (const auto &kernel : guest.kernels)
                json.object([&] {
                    json.member("version", kernel.version);
                    json.member("image", kernel.image);
                    json.member("initramfs", kernel.initramfs);
                });
        });
        json.member("warnings", guest.warnings);
    });
}

void write_fixers(JsonWriter &json, const char *name, const std::vector<FixerResult> &fixers) {
    json.array(name, [&] {
        for (const auto &result : fixers)
            json.object([&] {
                json.member("fixer", result.fixer);
                json.member("outcome", name_of(result.outcome));
                json.optional("why", result.why);
                json.member("warnings", result.warnings);
            });
    });
}

std::string inspection_json(const CarryPlan &carried, const Inspection &guest) {
    JsonWriter json;
    json.object([&] {
        json.member("version", 1);
        json.member("kind", "inspection");
        write_machine(json, "source", carried.source);
        write_inspection(json, "guest", guest);
        json.member("warnings", carried.warnings);
    });
    return json.text();
}

std::string inspection_text(const CarryPlan &carried, const Inspection &guest) {
    return guest_text(carried, guest) + warning_lines(carried.warnings) + warning_lines(guest.warnings);
}

Result<std::string> plan_json(const CarryPlan &carried, const RepairPlan &plan, GCancellable *cancel) {
    const auto diffs = H2K_TRY(diffs_of(plan, cancel));
    JsonWriter json;
    json.object([&] {
        json.member("version", RepairPlan::version);
        json.member("kind", "plan");
        write_machine(json, "source", carried.source);
        write_inspection(json, "guest", plan.guest);
        json.object("osinfo", [&] {
            json.member("id", plan.osinfo.id);
            json.member("how", plan.osinfo.how);
        });
        write_fixers(json, "fixers", plan.fixers);
        json.array("changes", [&] {
            for (std::size_t i = 0; i < plan.changes.size(); ++i)
                write_change(json, plan.changes[i], diffs[i]);
        });
        write_machine(json, "target", plan.target);
        json.member("warnings", plan.warnings);
    });
    return json.text();
}

Result<std::string> plan_text(const CarryPlan &carried, const RepairPlan &plan, GCancellable *cancel) {
    const auto diffs = H2K_TRY(diffs_of(plan, cancel));
    std::string text = guest_text(carried, plan.guest) + warning_lines(plan.warnings);
    for (const auto &result : plan.fixers)
        text += warning_lines(result.warnings);
    if (plan.changes.empty())
        return text + "\n" + _("Nothing has to be changed in the guest.\n");
    for (std::size_t i = 0; i < plan.changes.size(); ++i)
        text += "\n" + change_text(plan.changes[i], diffs[i]);
    return text;
}

} // namespace h2k
