// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/machine_json.h"

namespace h2k {

namespace {

void write_disk(JsonWriter &json, const Disk &disk) {
    json.object([&] {
        json.member("id", disk.id);
        json.optional("path", disk.path);
        json.member("format", name_of(disk.format));
        json.optional("subformat", disk.subformat);
        json.member("virtual_size_bytes", disk.bytes);
        json.member("bus", name_of(disk.bus));
        json.member("files", disk.files);
    });
}

void write_nic(JsonWriter &json, const Nic &nic) {
    json.object([&] {
        json.optional("mac", nic.mac);
        json.optional("model", nic.model);
        json.optional("network", nic.network);
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

template <typename T>
void write_each(JsonWriter &json, const char *name, const std::vector<T> &all, void (*write)(JsonWriter &, const T &)) {
    json.array(name, [&] {
        for (const auto &one : all)
            write(json, one);
    });
}

} // namespace

void write_machine(JsonWriter &json, const char *name, const Machine &machine) {
    json.object(name, [&] {
        json.member("name", machine.name);
        json.optional("uuid", machine.uuid);
        json.member("arch", machine.arch);
        json.optional("memory_bytes", machine.memory);
        json.optional("vcpus", machine.vcpus);
        json.member("firmware", name_of(machine.firmware));
        json.member("secure_boot", machine.secure_boot);
        write_each(json, "disks", machine.disks, write_disk);
        write_each(json, "nics", machine.nics, write_nic);
    });
}

void write_guest(JsonWriter &json, const char *name, const Inspection &guest) {
    json.object(name, [&] {
        json.member("family", name_of(guest.family));
        json.optional("distro", guest.distro);
        json.optional("version", guest.version);
        json.optional("pretty_name", guest.pretty_name);
        json.optional("arch", guest.arch);
        json.optional("hostname", guest.hostname);
        json.optional("init", guest.init);
        json.optional("packages", guest.packages);
        json.optional("initramfs_tool", guest.initramfs_tool);
        json.member("firmware", name_of(guest.firmware));
        json.member("root_device", guest.root);
        write_each(json, "devices", guest.devices, write_device);
        write_each(json, "mounts", guest.mounts, write_mount);
        write_each(json, "kernels", guest.kernels, write_kernel);
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
