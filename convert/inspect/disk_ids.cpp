// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/inspect/disk_ids.h"
#include "convert/base/text.h"
#include "fixers/text/edit.h"
#include "fixers/text/fstab.h"
#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace h2k {

namespace {

constexpr std::size_t most_ids = 64, most_uses = 256, most_aliases = 256, most_names = 16;
constexpr unsigned most_partitions = 128;

/// Where files use a name of a disk.
struct Use {
    std::string type;       ///< of the content that must be there; empty: any
    unsigned partition = 0; ///< 0: the whole disk
    bool is_root = false;
};

/// What files say of one disk.
struct KnownDisk {
    std::vector<Use> uses;
    std::set<std::string> bases;   ///< names of the whole disk, to which "-part1" is added
    std::set<std::string> aliases; ///< of multipath, to which "1", "p1" or "-part1" is added
    std::optional<unsigned> disk;  ///< index
};

using Aliases = std::map<std::string, std::string>; ///< of multipath: alias → identifier

/// SCSI identifiers are the same whatever stands before them: "wwn-0x6000c29…", "scsi-36000c29…" (the 3 is a type),
/// "scsi-SVMware_Virtual_disk_6000c29…".
std::string plain_id(std::string_view id) {
    const auto hexadecimal = [](std::string_view text) {
        return text.size() >= 8 && text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
    };
    auto rest = id;
    if (rest.starts_with("wwn-0x") && hexadecimal(rest.substr(6)))
        return lower(rest.substr(6));
    for (const std::string_view start : {"scsi-3", "dm-uuid-mpath-3", "3"})
        if (rest.starts_with(start) && hexadecimal(rest.substr(start.size())))
            return lower(rest.substr(start.size()));
    if (const auto last = rest.rfind('_'); rest.starts_with("scsi-S") && last != std::string_view::npos)
        if (const auto tail = rest.substr(last + 1); hexadecimal(tail))
            return lower(tail);
    return lower(id);
}

/// The number at the end of @name, taken off; 0: none.
unsigned take_partition(std::string_view &name, std::string_view before) {
    const auto digits = name.find_last_not_of("0123456789") + 1;
    const auto number = parse_number<unsigned>(name.substr(digits), 1, most_partitions);
    if (!number || !name.substr(0, digits).ends_with(before))
        return 0;
    name = name.substr(0, digits - before.size());
    return *number;
}

/// multipath.conf(5): "wwid" and "alias" of each "multipath { … }"; the file of bindings: "alias wwid".
Aliases aliases_in(const DiskIdFiles &files) {
    Aliases found;
    std::string wwid, alias;
    const auto unquoted = [](const std::string &word) { return replace_all(word, "\"", ""); };
    for (const auto &line : lines(files.multipath_conf)) {
        const auto parts = words(line);
        if (parts.empty())
            continue;
        if (parts[0].starts_with("multipath") || parts[0] == "}")
            wwid.clear(), alias.clear();
        else if (parts.size() > 1 && parts[0] == "wwid")
            wwid = unquoted(parts[1]);
        else if (parts.size() > 1 && parts[0] == "alias")
            alias = unquoted(parts[1]);
        if (!wwid.empty() && !alias.empty() && found.size() < most_aliases)
            found.emplace(alias, plain_id(wwid));
    }
    for (const auto &line : lines(files.multipath_bindings))
        if (const auto parts = words(line);
            parts.size() == 2 && !parts[0].starts_with('#') && found.size() < most_aliases)
            found.emplace(parts[0], plain_id(parts[1]));
    return found;
}

class Names {
  public:
    Names(std::vector<BlockDevice> &devices, const DiskIdFiles &files)
        : devices_(devices), aliases_(aliases_in(files)) {
        for (const auto &entry : text::parse_fstab(files.fstab))
            add(entry.device.value,
                {.type = entry.is_swap() ? "swap" : entry.type.value, .is_root = entry.target.value == "/"});
        for (const auto &entry : text::parse_crypttab(files.crypttab))
            add(entry.device.value, {});
    }
    void resolve(const std::string &root, const std::vector<std::string> &wwns) {
        for (auto &[id, disk] : disks_)
            for (unsigned i = 0; i < wwns.size(); ++i)
                if (!wwns[i].empty() && lower(wwns[i]) == id)
                    disk.disk = i;
        if (const auto *device = device_named(devices_, root); device && device->below.empty())
            for (auto &[id, disk] : disks_)
                for (const auto &use : disk.uses)
                    if (!disk.disk && use.is_root && use.partition == device->partition)
                        disk.disk = device->disk;
        while (resolve_one())
            ;
    }
    void add_names() {
        for (const auto &[id, disk] : disks_)
            if (disk.disk)
                for (auto &device : devices_)
                    if (device.disk == *disk.disk && device.below.empty() && is_part(device))
                        name_device(device, disk);
    }

  private:
    /// Volumes have the index of their disk too.
    static bool is_part(const BlockDevice &device) {
        return device.partition != 0 || device.name.starts_with("/dev/sd");
    }
    void add(std::string_view name, Use use) {
        constexpr std::string_view by_id = "/dev/disk/by-id/", mapper = "/dev/mapper/";
        if (uses_ >= most_uses)
            return;
        if (name.starts_with(by_id)) {
            auto base = name.substr(by_id.size());
            if (base.starts_with("dm-name-") || base.starts_with("lvm-") || base.starts_with("md-") ||
                base.starts_with("dm-uuid-LVM") || base.starts_with("dm-uuid-CRYPT"))
                return; // what is on a disk
            use.partition = take_partition(base, "-part");
            if (auto *disk = known(plain_id(base)); disk) {
                disk->uses.push_back(use);
                disk->bases.emplace(std::string{by_id} + std::string{base});
            }
        } else if (name.starts_with(mapper))
            add_alias(name.substr(mapper.size()), use);
    }
    void add_alias(std::string_view name, Use use) {
        for (const std::string_view before : {"", "p", "-part", "_part"}) {
            auto base = name;
            use.partition = before.empty() && aliases_.contains(std::string{name}) ? 0 : take_partition(base, before);
            const auto alias = aliases_.find(std::string{base});
            if (alias == aliases_.end())
                continue;
            if (auto *disk = known(alias->second); disk) {
                disk->uses.push_back(use);
                disk->aliases.insert("/dev/mapper/" + alias->first);
            }
            return;
        }
    }
    KnownDisk *known(const std::string &id) {
        ++uses_;
        if (!disks_.contains(id) && disks_.size() >= most_ids)
            return nullptr;
        return &disks_[id];
    }

    bool fits(const KnownDisk &known, unsigned disk) const {
        return std::ranges::all_of(known.uses, [&](const Use &use) {
            return std::ranges::any_of(devices_, [&](const BlockDevice &device) {
                const bool typed = use.type.empty() || use.type == "auto" || device.type == use.type;
                return device.disk == disk && device.partition == use.partition && is_part(device) && typed;
            });
        });
    }
    /// Finds the disk of one more identifier, if one is certain.
    bool resolve_one() {
        std::set<unsigned> free;
        for (const auto &device : devices_)
            free.insert(device.disk);
        for (const auto &[id, disk] : disks_)
            if (disk.disk)
                free.erase(*disk.disk);
        for (auto &[id, disk] : disks_) {
            std::vector<unsigned> left;
            for (const auto candidate : free)
                if (!disk.disk && fits(disk, candidate))
                    left.push_back(candidate);
            if (left.size() != 1 || is_contested(id, left.front()))
                continue;
            disk.disk = left.front();
            return true;
        }
        return false;
    }
    /// May another identifier without a disk be that of @disk too?
    bool is_contested(const std::string &own, unsigned disk) const {
        return std::ranges::any_of(disks_, [&](const auto &other) {
            return other.first != own && !other.second.disk && fits(other.second, disk);
        });
    }
    static void name_device(BlockDevice &device, const KnownDisk &disk) {
        const auto add = [&](std::string name) {
            if (device.names.size() < most_names && std::ranges::find(device.names, name) == device.names.end())
                device.names.push_back(std::move(name));
        };
        const auto number = std::to_string(device.partition);
        for (const auto &base : disk.bases)
            add(device.partition ? base + "-part" + number : base);
        for (const auto &alias : disk.aliases) {
            if (device.partition == 0)
                add(alias);
            for (const auto *before : {"", "p", "-part"})
                if (device.partition)
                    add(alias + before + number);
        }
    }

    std::vector<BlockDevice> &devices_;
    Aliases aliases_;
    std::map<std::string, KnownDisk> disks_; ///< by identifier
    std::size_t uses_ = 0;
};

} // namespace

void name_by_ids(std::vector<BlockDevice> &devices, const std::string &root, const std::vector<std::string> &wwns,
                 const DiskIdFiles &files) {
    Names names{devices, files};
    names.resolve(root, wwns);
    names.add_names();
}

} // namespace h2k
