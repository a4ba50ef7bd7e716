// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/fields/fields.h"
#include "convert/model/machine.h"
#include <string>

namespace h2k {

template <class A, Is<Window> T> void fields(A &a, T &window) {
    a.required("offset_bytes", window.offset);
    a.required("length_bytes", window.length);
}

template <class A, Is<Piece> T> void fields(A &a, T &piece) {
    a.required("path", piece.path);
    a.merged(piece.window);
}

template <class A, Is<PackedPart> T> void fields(A &a, T &part) {
    a.required("name", part.name);
    a.required("members", part.members);
    a.required("most_bytes", part.most);
}

template <class A, Is<Fetch> T> void fields(A &a, T &fetch) {
    a.required("name", fetch.name);
    a.required("pieces", fetch.pieces);
    a.required("members", fetch.members);
    a.required("most_bytes", fetch.most);
    a.optional("parts", fetch.parts);
}

/// What is known of an image whose path need not be.
template <class A, Is<Image> T> void image_fields(A &a, T &image) {
    a.merged(image.window);
    a.required("format", image.format);
    a.optional("subformat", image.subformat);
    a.required("virtual_size_bytes", image.bytes);
    a.optional("identity", image.identity);
}

template <class A, Is<Image> T> void fields(A &a, T &image) {
    a.required("path", image.path);
    image_fields(a, image);
}

/// Sectors of 512 bytes are what is not mentioned.
template <class A, Is<Disk> T> void sector_field(A &a, T &disk) {
    constexpr unsigned usual = 512, large = 4096;
    unsigned bytes = disk.sector_bytes == usual ? 0 : disk.sector_bytes;
    a.optional("sector_bytes", bytes);
    if constexpr (!std::is_const_v<T>)
        disk.sector_bytes = bytes == large ? large : usual;
}

template <class A, Is<Disk> T> void fields(A &a, T &disk) {
    a.required("id", disk.id);
    a.required("bus", disk.bus);
    a.optional("boot_order", disk.boot_order);
    a.optional("serial", disk.serial);
    a.optional("wwn", disk.wwn);
    sector_field(a, disk);
    a.optional("packed", disk.fetch);
    a.optional("blank", disk.blank);
    a.where(!disk.fetch, [&] { // what a packed image is will be known once it is unpacked
        a.optional("path", disk.top.path);
        image_fields(a, disk.top);
    });
    a.required("below", disk.below);
    a.required("files", disk.files);
}

template <class A, Is<Nic> T> void fields(A &a, T &nic) {
    a.optional("mac", nic.mac);
    a.optional("model", nic.model);
    a.optional("network", nic.network);
    a.optional("pci_slot", nic.slot);
    a.optional("source_network", nic.source_network);
}

template <class A, Is<NotCarried> T> void fields(A &a, T &device) {
    a.required("kind", device.kind);
    a.required("name", device.name);
}

template <class A, Is<IsoImage> T> void fields(A &a, T &iso) {
    a.required("drive", iso.drive);
    a.required("name", iso.name);
    a.optional("virtual_size_bytes", iso.bytes);
    a.optional("packed", iso.fetch);
    a.optional("path", iso.file.path);
    a.merged(iso.file.window);
}

/// The ISO image with a seed.
struct SeedImage {
    std::string path;
};
template <class A, Is<SeedImage> T> void fields(A &a, T &seed) { a.optional("path", seed.path); }

/// Documents have a seed apart from what was in the drives of the source.
template <class A, Is<Machine> T> void iso_fields(A &a, T &machine) {
    std::optional<SeedImage> seed;
    std::vector<IsoImage> media;
    for (const auto &iso : machine.isos)
        if (iso.seed)
            seed = SeedImage{iso.file.path};
        else
            media.push_back(iso);
    a.optional("isos", media);
    a.optional("seed_iso", seed);
    if constexpr (!std::is_const_v<T>) {
        machine.isos = std::move(media);
        if (seed)
            machine.isos.push_back({.seed = true, .file = {.path = seed->path, .window = {}}});
    }
}

template <class A, Is<Machine> T> void fields(A &a, T &machine) {
    a.required("name", machine.name);
    a.optional("title", machine.title);
    a.optional("uuid", machine.uuid);
    a.optional("serial", machine.serial);
    a.optional("description", machine.description);
    a.optional("os_type", machine.os_type);
    a.required("arch", machine.arch);
    a.optional("memory_bytes", machine.memory);
    a.optional("vcpus", machine.vcpus);
    a.optional("most_vcpus", machine.most_vcpus);
    a.optional("cores_per_socket", machine.cores);
    a.required("firmware", machine.firmware);
    a.required("secure_boot", machine.secure_boot);
    a.required("tpm", machine.tpm);
    a.required("disks", machine.disks);
    a.required("cdroms", machine.cdroms);
    iso_fields(a, machine);
    a.required("nics", machine.nics);
    a.optional("not_carried", machine.not_carried);
}

} // namespace h2k
