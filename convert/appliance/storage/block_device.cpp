// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/appliance/storage/block_device.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include <algorithm>
#include <map>

namespace h2k {

namespace {

using Tags = std::map<std::string, std::string>;

/// `blkid -o export` writes unsafe characters as "\c" or "\xHH" (util-linux, misc-utils/blkid.c, safe_print).
std::string unescaped(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            plain += text[i];
            continue;
        }
        ++i;
        const int high = i + 2 < text.size() ? g_ascii_xdigit_value(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? g_ascii_xdigit_value(text[i + 2]) : -1;
        if (text[i] == 'x' && high >= 0 && low >= 0) {
            plain += static_cast<char>(high << 4 | low);
            i += 2;
        } else {
            plain += text[i];
        }
    }
    return plain;
}

/// The bytes that the notation of cat -v stands for, if it can: the text "M-a" looks like one byte.
std::string without_notation(std::string_view text) {
    std::string bytes;
    while (!text.empty()) {
        unsigned above = 0, flipped = 0;
        if (text.starts_with("M-") && text.size() > 2) {
            above = 0x80;
            text.remove_prefix(2);
        }
        if (text.starts_with('^') && text.size() > 1) {
            flipped = 0x40;
            text.remove_prefix(1);
        }
        bytes += static_cast<char>((static_cast<unsigned char>(text.front()) ^ flipped) | above);
        text.remove_prefix(1);
    }
    return bytes;
}

bool may_be_notation(const std::string &text) { return text.contains("M-") || text.contains('^'); }

/// Puts text in UTF-8 in place of its notation.
void use_text(std::string &tag, std::string bytes) {
    if (is_utf8(bytes) && !has_control(bytes))
        tag = std::move(bytes);
}

/// Labels as they are, where that is text: `blkid -o value`, which libguestfs calls for this, changes nothing in them.
/// It gives no names of partitions; these are UTF-8 in any case.
void use_labels(const Handle &handle, const std::string &device, Tags &tags) {
    if (auto &label = tags["LABEL"]; may_be_notation(label))
        if (const Owned<char> raw{guestfs_vfs_label(handle.call(), device.c_str())})
            use_text(label, raw.get());
    if (auto &name = tags["PART_ENTRY_NAME"]; may_be_notation(name))
        use_text(name, without_notation(name));
}

/// What blkid says; nothing where it cannot decide (two file systems on one device, an unreadable one).
Result<Tags> tags_of(const Handle &handle, const std::string &device) {
    const Owned<char *> hash{guestfs_blkid(handle.call(), device.c_str())};
    if (!hash) {
        if (!handle.alive())
            return handle.failed(_("Looking for file systems"));
        return Tags{};
    }
    Tags tags;
    for (char **at = hash.get(); at[0] && at[1]; at += 2)
        tags[at[0]] = unescaped(at[1]);
    use_labels(handle, device, tags);
    return tags;
}

std::string tag(const Tags &tags, const char *name) {
    const auto it = tags.find(name);
    return it == tags.end() ? std::string{} : it->second;
}

std::string upper(const std::string &text) { return Owned<char>{g_ascii_strup(text.c_str(), -1)}.get(); }

BlockDevice device_from(const std::string &name, const Tags &tags) {
    BlockDevice device{.name = name,
                       .type = tag(tags, "TYPE"),
                       .uuid = tag(tags, "UUID"),
                       .label = tag(tags, "LABEL"),
                       .partuuid = tag(tags, "PART_ENTRY_UUID"),
                       .partlabel = tag(tags, "PART_ENTRY_NAME"),
                       .parttype = tag(tags, "PART_ENTRY_TYPE")};
    if (!device.parttype.starts_with("0x"))
        device.parttype = upper(device.parttype);
    if (device.type == "crypto_LUKS" || device.type == "BitLocker")
        device.lock = Lock::closed;
    constexpr std::uint64_t sector = 512, most_sectors = G_MAXUINT64 / sector;
    device.bytes = std::min(parse_number(tag(tags, "PART_ENTRY_SIZE")).value_or(0), most_sectors) * sector;
    device.partition = parse_number<unsigned>(tag(tags, "PART_ENTRY_NUMBER"), 0, 1u << 20).value_or(0);
    return device;
}

} // namespace

Result<BlockDevice> tagged_device(const Handle &handle, const std::string &name) {
    return device_from(name, H2K_TRY(tags_of(handle, name)));
}

Result<std::uint64_t> device_size(const Handle &handle, const std::string &device) {
    const auto bytes = guestfs_blockdev_getsize64(handle.call(), device.c_str());
    if (bytes < 0)
        return handle.failed(_("Measuring a disk"));
    return static_cast<std::uint64_t>(bytes);
}

Result<BlockDevice> look_up(const Handle &handle, const std::string &name) {
    auto device = H2K_TRY(tagged_device(handle, name));
    device.bytes = H2K_TRY(device_size(handle, name));
    return device;
}

} // namespace h2k
