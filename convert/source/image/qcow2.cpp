// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/format/bytes.h"
#include "convert/format/claims.h"
#include "convert/format/magic.h"
#include "convert/source/image/chain.h"
#include <algorithm>
#include <set>
#include <vector>

namespace h2k {

namespace {

// All from QEMU's docs/interop/qcow2.txt.
constexpr std::uint64_t dirty = 1u << 0, corrupt = 1u << 1, external_data = 1u << 2, extended_l2 = 1u << 4;
constexpr std::uint64_t known_features = dirty | corrupt | external_data | 1u << 3 | extended_l2;
constexpr std::uint32_t data_file_extension = 0x44415441, backing_format_extension = 0xe2792aca;
constexpr std::size_t longest_name = 1023;
constexpr std::uint64_t offset_bits = 0x00fffffffffffe00;
constexpr std::uint64_t compressed = std::uint64_t{1} << 62;
constexpr std::uint32_t most_tables = 4u << 20; // qemu's own limit
constexpr std::size_t version_2_length = 72, version_3_length = 104;

struct Header {
    std::uint32_t version = 0, cluster_bits = 0, encryption = 0, l1_entries = 0, snapshots = 0;
    std::uint64_t bytes = 0, l1_offset = 0, features = 0, backing_offset = 0;
    std::uint32_t backing_length = 0, length = version_2_length;

    [[nodiscard]] std::uint64_t cluster() const { return std::uint64_t{1} << cluster_bits; }
    [[nodiscard]] std::uint64_t entry() const { return features & extended_l2 ? 16 : 8; }
};

Header decode(std::string_view head) {
    Header header;
    header.version = big_endian<std::uint32_t>(head, 4);
    header.backing_offset = big_endian<std::uint64_t>(head, 8);
    header.backing_length = big_endian<std::uint32_t>(head, 16);
    header.cluster_bits = big_endian<std::uint32_t>(head, 20);
    header.bytes = big_endian<std::uint64_t>(head, 24);
    header.encryption = big_endian<std::uint32_t>(head, 32);
    header.l1_entries = big_endian<std::uint32_t>(head, 36);
    header.l1_offset = big_endian<std::uint64_t>(head, 40);
    header.snapshots = big_endian<std::uint32_t>(head, 60);
    if (header.version >= 3) {
        header.features = big_endian<std::uint64_t>(head, 72);
        header.length = big_endian<std::uint32_t>(head, 100);
    }
    return header;
}

struct Extensions {
    bool data_file = false;
    std::string backing_format; ///< empty: none is named
};

/// Reads the header extensions as far as qemu does: to their end mark, to the backing file's name, or through the first
/// cluster.  A repeated extension is refused, since qemu uses the last one and other programs the first.
Result<Extensions> read_extensions(const HostFile &file, const Header &header) {
    const auto damaged = [&] {
        return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged qcow2 image: its header extensions are invalid."),
                    file.name().c_str());
    };
    const auto end = header.backing_offset ? std::min(header.backing_offset, header.cluster()) : header.cluster();
    const auto head = H2K_TRY(file.read_some(0, end));
    Extensions found;
    std::set<std::uint32_t> seen;
    for (std::uint64_t at = header.length; at + 8 <= head.size();) {
        const auto type = big_endian<std::uint32_t>(head, at);
        const std::uint64_t length = big_endian<std::uint32_t>(head, at + 4);
        if (type == 0)
            break;
        if (length > head.size() - at - 8 || !seen.insert(type).second)
            return damaged();
        found.data_file |= type == data_file_extension;
        if (type == backing_format_extension)
            found.backing_format = head.substr(at + 8, length);
        at += 8 + (length + 7) / 8 * 8;
    }
    return found;
}

Result<> check_version(const HostFile &file, const Header &header, std::size_t head) {
    const char *name = file.name().c_str();
    if (header.version != 2 && header.version != 3)
        return fail(
            H2K_ERROR_SOURCE,
            _("“%s” is a qcow image of version %u, which is not supported; convert it with “qemu-img convert -O qcow2” "
              "first."),
            name, header.version);
    if (head < header.length || (header.version == 3 && header.length < version_3_length))
        return fail(H2K_ERROR_SOURCE, _("“%s” is truncated: it is shorter than a qcow2 header."), name);
    if (header.cluster_bits < 9 || header.cluster_bits > 21)
        return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged qcow2 image: its cluster size is invalid."), name);
    return {};
}

Result<> check_features(const HostFile &file, const Header &header) {
    const char *name = file.name().c_str();
    if (header.features & external_data || H2K_TRY(read_extensions(file, header)).data_file)
        return fail(
            H2K_ERROR_SOURCE,
            _("“%s” keeps its data in an external data file, which is not supported; convert it with “qemu-img convert "
              "-O qcow2” first."),
            name);
    if (header.encryption != 0)
        return fail(
            H2K_ERROR_SOURCE,
            _("“%s” is an encrypted qcow2 image; convert it to one without encryption with “qemu-img convert” first."),
            name);
    if (header.features & corrupt)
        return fail(H2K_ERROR_SOURCE, _("“%s” is marked as corrupt; repair it with qemu-img check first."), name);
    if (header.features & ~known_features)
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” needs features of qcow2 that are not supported: 0x%" G_GINT64_MODIFIER "x."), name,
                    guint64{header.features & ~known_features});
    return {};
}

Result<> check_size(const HostFile &file, const Header &header) {
    if (header.bytes == 0 || header.bytes > largest_disk || header.bytes % sector_size != 0)
        return fail(H2K_ERROR_SOURCE, _("“%s” is a qcow2 image with an invalid size."), file.name().c_str());
    const auto covered = header.cluster() / header.entry() * header.cluster();
    const auto needed = (header.bytes + covered - 1) / covered;
    if (header.l1_entries < needed || header.l1_entries > most_tables || header.l1_offset % header.cluster() != 0)
        return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged qcow2 image: its cluster table does not cover its size."),
                    file.name().c_str());
    return {};
}

/// What the tables refer to: no cluster may be referred to twice, or a small file could hold any number of bytes.
class References {
  public:
    References(const HostFile &file, const Header &header)
        : file_(file), header_(header), claims_(file.size() / header.cluster() + 1) {}

    /// A table of @bytes, or the header.
    [[nodiscard]] Result<> add_table(std::uint64_t offset, std::uint64_t bytes) {
        const auto size = header_.cluster();
        return claims_.claim(offset / size, (bytes + size - 1) / size) ? Result<>{} : tables_overlap();
    }
    [[nodiscard]] Result<> add_data(std::uint64_t entry);
    /// Also compares the compressed clusters, which share clusters of the file.
    [[nodiscard]] Result<> finish() {
        std::ranges::sort(compressed_);
        return std::ranges::adjacent_find(compressed_) == compressed_.end() ? Result<>{} : clusters_overlap();
    }
    /// Bytes of the disk that are compressed.
    [[nodiscard]] std::uint64_t unpacked() const { return unpacked_; }

  private:
    [[nodiscard]] std::unexpected<Error> tables_overlap() const {
        return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged qcow2 image: its tables overlap."), file_.name().c_str());
    }
    [[nodiscard]] std::unexpected<Error> clusters_overlap() const {
        return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged qcow2 image: its clusters overlap."), file_.name().c_str());
    }
    const HostFile &file_;
    const Header &header_;
    Claims claims_;
    std::vector<std::uint64_t> compressed_;
    std::uint64_t unpacked_ = 0;
};

/// Zero clusters may keep an offset too, and it has to lie within the file as well.
Result<> References::add_data(std::uint64_t entry) {
    constexpr std::uint64_t is_zero = 1;
    constexpr std::size_t most_compared = 1u << 24; // 128 MiB; of more clusters, only the sum is bounded
    const bool packed = entry & compressed;
    const auto compressed_bits = (std::uint64_t{1} << (62 - (header_.cluster_bits - 8))) - 1;
    const auto data = entry & (packed ? compressed_bits : offset_bits);
    if (data == 0)
        return {};
    if (data >= file_.size())
        return truncated(file_, "qcow2 image");
    if (packed) {
        unpacked_ += header_.cluster();
        if (compressed_.size() < most_compared)
            compressed_.push_back(data);
        return {};
    }
    if (header_.version >= 3 && !(header_.features & extended_l2) && entry & is_zero)
        return {};
    if (data % header_.cluster() != 0)
        return fail(H2K_ERROR_SOURCE, _("“%s” is a damaged qcow2 image: a cluster is at an invalid position."),
                    file_.name().c_str());
    return claims_.claim(data / header_.cluster()) ? Result<>{} : clusters_overlap();
}

Result<> check_table(const HostFile &file, const Header &header, std::uint64_t offset, References &references) {
    if (!file.holds(offset, header.cluster()))
        return truncated(file, "qcow2 image");
    H2K_CHECK(references.add_table(offset, header.cluster()));
    const auto table = H2K_TRY(file.read(offset, header.cluster()));
    for (std::uint64_t at = 0; at < table.size(); at += header.entry())
        H2K_CHECK(references.add_data(big_endian<std::uint64_t>(table, at)));
    return {};
}

/// Walks both levels of tables: qemu reads zeros where a file ends early and would not report truncation.
/// Returns how many bytes of the disk are compressed.
Result<std::uint64_t> check_tables(const HostFile &file, const Header &header) {
    const auto covered = header.cluster() / header.entry() * header.cluster();
    const auto tables = (header.bytes + covered - 1) / covered;
    constexpr std::uint64_t at_once = 16384;
    const auto l1_bytes = std::uint64_t{header.l1_entries} * 8;
    if (!file.holds(header.l1_offset, l1_bytes))
        return truncated(file, "qcow2 image");
    if (file.size() / header.cluster() >= Claims::most_units)
        return fail(H2K_ERROR_SOURCE, _("“%s” has too many clusters; convert it to a larger cluster size first."),
                    file.name().c_str());
    References references{file, header};
    H2K_CHECK(references.add_table(0, header.cluster()));
    H2K_CHECK(references.add_table(header.l1_offset, l1_bytes));
    for (std::uint64_t from = 0; from < tables; from += at_once) {
        const auto count = std::min(at_once, tables - from);
        const auto l1 = H2K_TRY(file.read(header.l1_offset + from * 8, count * 8));
        for (std::uint64_t i = 0; i < count; i++)
            if (const auto table = big_endian<std::uint64_t>(l1, i * 8) & offset_bits)
                H2K_CHECK(check_table(file, header, table, references));
    }
    H2K_CHECK(references.finish());
    return references.unpacked();
}

/// The disk as one image of its chain describes it, without those below.
Result<DescribedDisk> describe_one(const HostFile &file, std::string_view head) {
    const auto header = decode(head);
    H2K_CHECK(check_version(file, header, head.size()));
    H2K_CHECK(check_features(file, header));
    H2K_CHECK(check_size(file, header));
    const auto unpacked = H2K_TRY(check_tables(file, header));
    DescribedDisk found;
    found.disk.compressed = {.stored = unpacked ? file.size() : 0, .unpacked = unpacked};
    found.disk.top.path = file.path();
    found.disk.top.held = file.held();
    found.disk.top.format = DiskFormat::qcow2;
    found.disk.top.bytes = header.bytes;
    found.disk.files.push_back(file.path());
    if (header.features & dirty)
        found.notices.warn(
            "image.not-closed",
            sentence(_("“%s” was not closed properly; its last writes may be missing."), file.name().c_str()));
    if (header.snapshots != 0)
        found.notices.warn("qcow2.snapshots-left-out",
                           sentence(_("The snapshots inside “%s” are not carried over; only its current state is."),
                                    file.name().c_str()));
    return found;
}

/// A backing file that is a plain file name and whose format is named too; qemu would guess, or take it for a protocol.
struct Backing {
    std::string name;
    const ImageKind *kind;
};

Result<std::optional<Backing>> backing_of(const HostFile &file, std::string_view head) {
    const auto header = decode(head);
    if (header.backing_offset == 0)
        return std::nullopt;
    const auto name =
        H2K_TRY(file.read_some(header.backing_offset, std::min<std::size_t>(header.backing_length, longest_name)));
    const auto shown = printable(name);
    const auto format = disk_format_named(H2K_TRY(read_extensions(file, header)).backing_format);
    const auto kind =
        std::ranges::find(image_kinds(), format, [](const auto *one) { return std::optional{one->format()}; });
    if (!format || kind == image_kinds().end())
        return fail(H2K_ERROR_SOURCE, _("“%s” names the backing file “%s” without a recognised format."),
                    file.name().c_str(), shown.c_str());
    if (name.empty() || name.contains(':') || name.contains('\0'))
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” names the backing file “%s”, which is not a plain file name; where that file can be read, "
                      "copy all of the "
                      "disk with “qemu-img convert -O qcow2” and name the copy."),
                    file.name().c_str(), shown.c_str());
    return Backing{name, *kind};
}

class Qcow2 final : public ImageKind {
  public:
    DiskFormat format() const override { return DiskFormat::qcow2; }
    bool recognises(const HostFile &, std::string_view head) const override { return starts_as(head, format()); }
    Result<DescribedDisk> describe(const HostFile &file, std::string_view head, const Fence &fence) const override {
        auto found = H2K_TRY(describe_one(file, head));
        if (const auto backing = H2K_TRY(backing_of(file, head)))
            H2K_CHECK(follow(found, file, *backing, fence));
        return found;
    }

  private:
    /// Adds the images of the chain below @above, each checked as its own kind.
    Result<> follow(DescribedDisk &chain, const HostFile &above, const Backing &backing, const Fence &fence) const {
        const auto file = H2K_TRY(fence.open(above, backing.name));
        H2K_CHECK(check_next(chain, above, file));
        const auto head = H2K_TRY(file.read_some(0, head_size));
        const auto &kind = *backing.kind;
        if (kind.format() != DiskFormat::raw && !kind.recognises(file, head))
            return fail(H2K_ERROR_SOURCE, _("“%s” is not the %s image that “%s” says it is."), file.name().c_str(),
                        name_of(kind.format()), above.name().c_str());
        const auto below = H2K_TRY(&kind == this ? describe_one(file, head) : kind.describe(file, head, fence));
        chain.notices.note("image.backing-file", sentence(_("The disk is also read from “%s”, on which “%s” is based."),
                                                          file.name().c_str(), above.name().c_str()));
        put_below(chain, below);
        if (&kind != this)
            return {};
        const auto next = H2K_TRY(backing_of(file, head));
        return next ? follow(chain, file, *next, fence) : Result<>{};
    }
};

} // namespace

const ImageKind &qcow2_kind() {
    static const Qcow2 kind;
    return kind;
}

} // namespace h2k
