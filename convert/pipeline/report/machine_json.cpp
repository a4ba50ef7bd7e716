// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/report/machine_json.h"

namespace h2k {

namespace {

template <typename T>
void write_each(JsonWriter &json, const char *name, const std::vector<T> &all, void (*write)(JsonWriter &, const T &)) {
    json.array(name, [&] {
        for (const auto &one : all)
            write(json, one);
    });
}

/// The members of a stretch of a file, where it is not all of it.
void write_stretch(JsonWriter &json, const std::optional<Window> &window) {
    if (!window)
        return;
    json.member("offset_bytes", window->offset);
    json.member("length_bytes", window->length);
}

/// What a disk and each image below it have in common.
void write_format(JsonWriter &json, const Image &image) {
    json.member("format", name_of(image.format));
    json.optional("subformat", image.subformat);
    json.member("virtual_size_bytes", image.bytes);
    json.optional("identity", image.identity);
}

void write_image(JsonWriter &json, const Image &image) {
    json.object([&] {
        json.member("path", image.path);
        write_stretch(json, image.window);
        write_format(json, image);
    });
}

void write_piece(JsonWriter &json, const Piece &piece) {
    json.object([&] {
        json.member("path", piece.path);
        write_stretch(json, piece.window);
    });
}

void write_packed(JsonWriter &json, const Fetch &fetch) {
    json.object("packed", [&] {
        json.member("name", fetch.name);
        write_each(json, "pieces", fetch.pieces, write_piece);
        json.member("members", fetch.members);
        json.member("most_bytes", fetch.most);
    });
}

void write_disk(JsonWriter &json, const Disk &disk) {
    json.object([&] {
        json.member("id", disk.id);
        json.member("bus", name_of(disk.bus));
        if (disk.fetch) // what it is will be known once it is unpacked
            write_packed(json, *disk.fetch);
        else {
            json.optional("path", disk.top.path);
            write_stretch(json, disk.top.window);
            write_format(json, disk.top);
        }
        write_each(json, "below", disk.below, write_image);
        json.member("files", disk.files);
    });
}

void write_nic(JsonWriter &json, const Nic &nic) {
    json.object([&] {
        json.optional("mac", nic.mac);
        json.optional("model", nic.model);
        json.optional("network", nic.network);
        json.optional("pci_slot", nic.slot);
    });
}

void write_device(JsonWriter &json, const BlockDevice &device) {
    json.object([&] {
        json.member("device", device.name);
        json.optional("type", device.type);
        json.optional("uuid", device.uuid);
        json.optional("label", device.label);
        json.optional("partuuid", device.partuuid);
        json.optional("partlabel", device.partlabel);
        json.member("disk", device.disk);
        json.optional("partition", device.partition);
        json.member("virtual_size_bytes", device.bytes);
        if (device.lock != Lock::none)
            json.member("lock", name_of(device.lock));
        if (!device.below.empty())
            json.member("below", device.below);
    });
}

void write_mount(JsonWriter &json, const Mount &mount) {
    json.object([&] {
        json.member("path", mount.path);
        json.member("device", mount.device);
        json.optional("type", mount.type);
    });
}

void write_kernel(JsonWriter &json, const Kernel &kernel) {
    json.object([&] {
        json.member("version", kernel.version);
        json.optional("image", kernel.image);
        json.optional("initramfs", kernel.initramfs);
    });
}

void write_interface(JsonWriter &json, const GuestInterface &one) {
    json.object([&] {
        json.optional("name", one.name);
        json.member("kind", one.kind);
        json.optional("mac", one.mac);
        if (!one.members.empty())
            json.member("members", one.members);
        json.optional("parent", one.parent);
        if (one.vlan)
            json.member("vlan", *one.vlan);
        json.member("addresses", one.addresses);
        json.member("dhcp4", one.dhcp4);
        json.member("dhcp6", one.dhcp6);
        if (!one.gateways.empty())
            json.member("gateways", one.gateways);
        json.member("backend", one.backend);
        json.member("file", one.file);
    });
}

} // namespace

void write_machine(JsonWriter &json, const char *name, const Machine &machine) {
    json.object(name, [&] {
        json.member("name", machine.name);
        json.optional("uuid", machine.uuid);
        json.optional("description", machine.description);
        json.optional("os_type", machine.os_type);
        json.member("arch", machine.arch);
        json.optional("memory_bytes", machine.memory);
        json.optional("vcpus", machine.vcpus);
        json.optional("cores_per_socket", machine.cores);
        json.member("firmware", name_of(machine.firmware));
        json.member("secure_boot", machine.secure_boot);
        json.member("tpm", machine.tpm);
        write_each(json, "disks", machine.disks, write_disk);
        json.array("cdroms", [&] {
            for (const auto bus : machine.cdroms)
                json.value(name_of(bus));
        });
        if (machine.seed_iso)
            json.object("seed_iso", [&] { json.optional("path", *machine.seed_iso); });
        write_each(json, "nics", machine.nics, write_nic);
    });
}

void write_guest(JsonWriter &json, const char *name, const Inspection &guest) {
    const auto &system = guest.linux_facts();
    json.object(name, [&] {
        json.member("family", name_of(guest.family()));
        json.optional("distro", system.distro);
        json.optional("version", guest.version);
        json.optional("pretty_name", guest.pretty_name);
        json.optional("arch", guest.arch);
        json.optional("hostname", guest.hostname);
        if (guest.clock_is_local)
            json.member("clock", "local");
        json.optional("init", system.init);
        json.optional("packages", system.packages);
        json.optional("initramfs_tool", system.initramfs_tool);
        json.member("firmware", name_of(guest.firmware));
        json.member("root_device", guest.root);
        if (!system.root_stack.empty())
            json.member("root_stack", system.root_stack);
        write_each(json, "devices", guest.devices, write_device);
        write_each(json, "mounts", guest.mounts, write_mount);
        write_each(json, "kernels", system.kernels, write_kernel);
        write_each(json, "interfaces", guest.interfaces, write_interface);
    });
}

void write_fixers(JsonWriter &json, const char *name, const std::vector<FixerResult> &fixers) {
    json.array(name, [&] {
        for (const auto &result : fixers)
            json.object([&] {
                json.member("fixer", result.fixer);
                json.member("outcome", name_of(result.outcome));
                json.optional("why", result.why);
            });
    });
}

} // namespace h2k
