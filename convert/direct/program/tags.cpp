// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/direct/program/tags.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include <array>

namespace h2k {

namespace {

constexpr std::uint64_t floppy_bytes = 1440 * 1024;

/// BIOS RAIDs, which libblkid looks for on whole disks and in files, and a partition is neither.
auto of_whole_disks() {
    static auto names = std::to_array<std::string>(
        {"isw_raid_member", "lsi_mega_raid_member", "via_raid_member", "silicon_medley_raid_member",
         "nvidia_raid_member", "promise_fasttrack_raid_member", "hpt45x_raid_member", "hpt37x_raid_member",
         "adaptec_raid_member", "jmicron_raid_member"});
    std::array<char *, names.size() + 1> list{};
    for (std::size_t i = 0; i < names.size(); ++i)
        list[i] = names[i].data();
    return list;
}

std::string value_of(const Probe &probe, const char *name) {
    const char *data = nullptr;
    std::size_t size = 0;
    if (blkid_probe_lookup_value(probe.get(), name, &data, &size) != 0 || !data)
        return {};
    const std::string_view bytes{data, size};
    return exported(bytes.substr(0, bytes.find('\0')));
}

std::unexpected<Error> failed() { return fail(H2K_ERROR_FAILED, "%s", _("libblkid cannot examine a disk.")); }

} // namespace

/// The notation is that of util-linux, misc-utils/blkid.c, safe_print.
std::string exported(std::string_view value) {
    if (is_utf8(value) && !has_control(value))
        return std::string{value};
    std::string text;
    for (const char c : value) {
        auto byte = static_cast<unsigned char>(c);
        if (byte >= 128) {
            text += "M-";
            byte = static_cast<unsigned char>(byte - 128);
        }
        if (byte < 32 || byte == 127) {
            text += '^';
            byte ^= 0x40;
        }
        text += static_cast<char>(byte);
    }
    return text;
}

Probe probe_of(const Sample &sample, unsigned sector_bytes) {
    Probe probe{blkid_new_probe()};
    if (!probe || blkid_probe_set_device(probe.get(), sample.fd(), 0, 0) != 0 ||
        blkid_probe_set_sectorsize(probe.get(), sector_bytes) != 0)
        return nullptr;
    return probe;
}

/// The steps of blkid(8) with -p: misc-utils/blkid.c, lowprobe_superblocks.
Result<Tags> read_tags(Bytes &device, Sample &sample, unsigned sector_bytes, DeviceKind kind) {
    if (device.size() == 0)
        return Tags{};
    H2K_CHECK(sample.add_signatures(device, kind == DeviceKind::partition ? 1u << 20 : 2u << 20));
    for (const auto &range : H2K_TRY(far_ranges(device, sample.start())))
        H2K_CHECK(sample.add(device, range));
    const auto probe = probe_of(sample, sector_bytes);
    if (!probe)
        return failed();
    auto *raw = probe.get();
    blkid_probe_enable_partitions(raw, 1);
    if (device.size() <= floppy_bytes && kind != DeviceKind::partition) {
        blkid_probe_enable_superblocks(raw, 0);
        if (blkid_do_fullprobe(raw) == 0 && blkid_probe_has_value(raw, "PTTYPE") == 1)
            return Tags{};
    }
    blkid_probe_enable_superblocks(raw, 1);
    blkid_probe_set_superblocks_flags(raw, BLKID_SUBLKS_LABEL | BLKID_SUBLKS_UUID | BLKID_SUBLKS_TYPE);
    if (kind == DeviceKind::partition) {
        auto names = of_whole_disks();
        blkid_probe_filter_superblocks_type(raw, BLKID_FLTR_NOTIN, names.data());
    }
    const int outcome = blkid_do_safeprobe(raw);
    if (outcome == -2)
        return Tags{.ambivalent = true};
    if (outcome < 0)
        return failed();
    return Tags{.type = value_of(probe, "TYPE"), .uuid = value_of(probe, "UUID"), .label = value_of(probe, "LABEL")};
}

} // namespace h2k
