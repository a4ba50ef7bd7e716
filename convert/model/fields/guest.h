// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/fields/fields.h"
#include "convert/model/inspection.h"
#include <utility>

namespace h2k {

template <class A, Is<BlockDevice> T> void fields(A &a, T &device) {
    a.required("device", device.name);
    a.optional("type", device.type);
    a.optional("uuid", device.uuid);
    a.optional("label", device.label);
    a.optional("partuuid", device.partuuid);
    a.optional("partlabel", device.partlabel);
    a.hidden("parttype", device.parttype);
    a.required("disk", device.disk);
    a.optional("partition", device.partition);
    a.required("virtual_size_bytes", device.bytes);
    a.optional("lock", device.lock);
    a.hidden("degraded", device.degraded);
    a.optional("below", device.below);
    a.hidden("names", device.names);
}

template <class A, Is<Mount> T> void fields(A &a, T &mount) {
    a.required("path", mount.path);
    a.required("device", mount.device);
    a.optional("type", mount.type);
    a.hidden("options", mount.options);
}

template <class A, Is<Kernel> T> void fields(A &a, T &kernel) {
    a.required("version", kernel.version);
    a.optional("image", kernel.image);
    a.optional("initramfs", kernel.initramfs);
}

template <class A, Is<GuestInterface> T> void fields(A &a, T &one) {
    a.optional("name", one.name);
    a.required("kind", one.kind);
    a.optional("mac", one.mac);
    a.optional("members", one.members);
    a.optional("parent", one.parent);
    a.optional("vlan", one.vlan);
    a.required("addresses", one.addresses);
    a.required("dhcp4", one.dhcp4);
    a.required("dhcp6", one.dhcp6);
    a.optional("gateways", one.gateways);
    a.required("backend", one.backend);
    a.required("file", one.file);
}

template <class A, Is<Inspection> T> void fields(A &a, T &guest) {
    auto family = guest.family();
    auto system = guest.linux_facts();
    a.required("family", family);
    a.optional("distro", system.distro);
    a.hidden("like", system.like);
    a.optional("version", guest.version);
    a.optional("pretty_name", guest.pretty_name);
    a.optional("arch", guest.arch);
    a.optional("hostname", guest.hostname);
    a.flag("clock", guest.clock_is_local, "local");
    a.optional("init", system.init);
    a.optional("packages", system.packages);
    a.optional("initramfs_tool", system.initramfs_tool);
    a.required("firmware", guest.firmware);
    a.required("root_device", guest.root);
    a.optional("root_stack", system.root_stack);
    a.required("devices", guest.devices);
    a.required("mounts", guest.mounts);
    a.required("kernels", system.kernels);
    a.required("interfaces", guest.interfaces);
    if constexpr (!std::is_const_v<T>)
        if (family == Family::linux_os)
            guest.system = std::move(system);
}

} // namespace h2k
