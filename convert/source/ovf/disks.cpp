// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/ovf/disks.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/format/archive/packed_limits.h"
#include "convert/format/magic.h"
#include "convert/format/name_kind.h"
#include "convert/format/plain_name.h"
#include "convert/source/ovf/chunks.h"
#include <algorithm>

namespace h2k {

namespace {

bool leads_out(const std::string &href) {
    const auto parts = split(replace_all(href, "\\", "/"), '/');
    return href.empty() || parts.front().empty() || std::ranges::find(parts, "..") != parts.end() ||
           parts.front().ends_with(':');
}

/// "100%25.vmdk" as "100%.vmdk"; itself where nothing is encoded, or badly.
std::string decoded(const std::string &href) {
    const Owned<char> plain{g_uri_unescape_string(href.c_str(), nullptr)};
    return plain ? plain.get() : href;
}

bool is_listed(const Members &members, const std::string &name) {
    return std::ranges::find(members.names(), name) != members.names().end();
}

/// Is the file compressed?  A guest writes what it likes to the start of its disk, so that alone proves nothing.
bool is_packed(const OvfFile &file, const HostFile &opened) {
    const bool said = file.gzip || without_compression(file.href) != file.href;
    const auto head = opened.read_some(0, head_size);
    return said && head && is_compressed(*head);
}

Result<Fetch> split_file(DescribedDrive &drive, const OvfFile &file, const std::string &name, const Members &members,
                         const std::string &ovf) {
    Fetch fetch{.pieces = {}, .members = {}, .name = without_compression(name)};
    std::uint64_t packed = 0;
    for (auto &[part, piece] : H2K_TRY(ovf_chunks(file, name, members, ovf))) {
        drive.members.push_back(part);
        fetch.pieces.push_back(std::move(piece));
        packed += std::min(file.chunk, largest_member); // 100000 of them at most
    }
    const auto whole = std::min(file.bytes ? file.bytes : packed, largest_member);
    fetch.most = file.gzip ? most_unpacked(whole) : whole;
    return fetch;
}

/// How a file is unpacked; null where it can be read as it lies.  Fills the members of @drive.
Result<std::optional<Fetch>> packing_of(DescribedDrive &drive, const OvfFile &file, const Members &members,
                                        const std::string &ovf) {
    const auto name = H2K_TRY(ovf_member(members, file.href, ovf));
    // Some give a size of parts and still have a single file.
    if (file.chunk && !is_listed(members, name))
        return H2K_TRY(split_file(drive, file, name, members, ovf));
    drive.members = {name};
    if (auto fetch = members.packed(name)) {
        if (file.gzip && without_compression(name) == name) // an archive knows what its own names say
            fetch->most = most_unpacked(file.bytes ? file.bytes : fetch->most);
        return fetch;
    }
    const auto opened = H2K_TRY(members.open(name));
    if (!is_packed(file, opened))
        return std::nullopt;
    return Fetch{.pieces = {{.path = opened.path(), .window = opened.window(), .held = opened.held()}},
                 .members = {},
                 .name = without_compression(name),
                 .most = most_unpacked(opened.size())};
}

void check_capacity(DescribedDisk &found, const OvfDisk &disk, const HostFile &file) {
    if (disk.capacity == 0 || disk.capacity > largest_disk)
        return;
    const auto slack = disk.volume_format.empty() ? mebibyte : 1024 * mebibyte; // oVirt counts in whole GiB
    warn_of_declared_size(found.disk, disk.capacity, slack, file.name(), found.notices);
}

/// oVirt names the format of a volume.
std::optional<DiskFormat> format_of(const OvfDisk &disk) {
    const auto format = lower(disk.volume_format);
    return format == "raw"   ? std::optional{DiskFormat::raw}
           : format == "cow" ? std::optional{DiskFormat::qcow2}
                             : std::nullopt;
}

/// The format whose specification the disk names.  Many envelopes name a wrong one, so it only counts where the name of
/// the file promises none, and the header agrees.
std::optional<DiskFormat> format_by_address(const OvfDisk &disk, const std::string &name) {
    const auto address = lower(disk.format);
    for (const auto &[word, format] : {std::pair{"vmdk", DiskFormat::vmdk},
                                       {"qcow", DiskFormat::qcow2},
                                       {"vhdx", DiskFormat::vhdx},
                                       {"vhd", DiskFormat::vhd},
                                       {"vdi", DiskFormat::vdi}})
        if (address.contains(word))
            return format_by_suffix(name) ? std::nullopt : std::optional{format};
    return std::nullopt;
}

Result<std::optional<DiskFormat>> stated_format(const OvfDisk &disk, const HostFile &file) {
    if (const auto format = format_of(disk))
        return format;
    const auto format = format_by_address(disk, file.name());
    return format && H2K_TRY(has_header_of(file, *format)) ? format : std::nullopt;
}

/// A disk that the envelope gives a size only.
DescribedDrive blank_drive(const OvfDisk &declared, Bus bus) {
    DescribedDrive described;
    auto &disk = described.found.disk;
    disk.blank = true;
    disk.bus = bus;
    disk.top.bytes = (declared.capacity + sector_size - 1) / sector_size * sector_size;
    return described;
}

/// The image that is unpacked holds the disk and its own tables, which are far smaller.  Some programs write the size
/// of the file in place of the disk's, which bounds nothing.
std::uint64_t most_of(const OvfDisk &declared, const OvfFile &file, std::uint64_t limit) {
    constexpr std::uint64_t tables = 16u << 20;
    return declared.capacity <= file.bytes || declared.capacity > largest_disk
               ? limit
               : std::min(limit, declared.capacity + declared.capacity / 32 + tables);
}

/// A disk of which only the envelope is known before it is unpacked.
Disk declared_disk(const OvfDisk &declared, const OvfFile &file, Fetch fetch) {
    fetch.most = most_of(declared, file, fetch.most);
    fetch.name = printable(base_name(fetch.name));
    fetch.format = format_of(declared);
    if (!fetch.format)
        fetch.format = format_by_address(declared, fetch.name);
    auto disk = packed_disk(std::move(fetch));
    disk.top.bytes = declared.capacity > largest_disk ? 0 : declared.capacity;
    return disk;
}

} // namespace

Result<std::string> ovf_member(const Members &members, const std::string &href, const std::string &ovf) {
    auto written = href, plain = decoded(href);
    for (auto *name : {&written, &plain}) {
        H2K_CHECK(require_plain_name(ovf, *name));
        while (name->starts_with("./"))
            name->erase(0, 2);
        if (leads_out(*name))
            return fail(H2K_ERROR_SOURCE, _("“%s” names the file “%s”, which is outside its package."), ovf.c_str(),
                        printable(href).c_str());
    }
    for (const auto &name : {written, plain})
        if (is_listed(members, name))
            return name;
    // Before it is opened, which finds such a file too, but not the name that it has.
    for (const auto &name : {written, plain})
        if (auto similar = members.similar(name))
            return *std::move(similar);
    for (const auto &name : {written, plain})
        if (members.open(name)) // sub-folders are not listed
            return name;
    return members.packed(plain) ? plain : written;
}

Result<Fetch> bytes_of(const Members &members, const std::string &member) {
    if (auto fetch = members.packed(member))
        return *std::move(fetch);
    const auto file = H2K_TRY(members.open(member));
    return Fetch{.pieces = {{.path = file.path(), .window = file.window(), .held = file.held()}},
                 .members = {},
                 .name = member,
                 .most = file.size()};
}

Result<IsoImage> describe_iso(const OvfEnvelope &envelope, const std::string &href, const Members &members,
                              const std::string &ovf) {
    const auto file = std::ranges::find(envelope.files, href, &OvfFile::href);
    DescribedDrive described;
    if (auto fetch = H2K_TRY(packing_of(described, *file, members, ovf)))
        return packed_iso(*std::move(fetch));
    return iso_in(H2K_TRY(members.open(described.members.front())));
}

Result<DescribedDrive> describe_drive(const OvfEnvelope &envelope, const OvfDrive &drive, const Members &members,
                                      const std::string &ovf) {
    const auto &disk = envelope.disks[drive.disk];
    if (!drive.file)
        return blank_drive(disk, drive.bus);
    const auto &file = envelope.files[*drive.file];
    DescribedDrive described{.found = {}, .href = file.href, .members = {}};
    if (auto fetch = H2K_TRY(packing_of(described, file, members, ovf))) {
        described.found.disk = declared_disk(disk, file, *std::move(fetch));
    } else {
        const auto opened = H2K_TRY(members.open(described.members.front()));
        const auto format = H2K_TRY(stated_format(disk, opened));
        described.found = H2K_TRY(describe_image(opened, format, members.fence()));
        check_capacity(described.found, disk, opened);
    }
    described.found.disk.bus = drive.bus;
    return described;
}

} // namespace h2k
