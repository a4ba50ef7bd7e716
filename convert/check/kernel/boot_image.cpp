// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/check/kernel/boot_image.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"
#include "convert/format/archive/reader.h"
#include "convert/format/bytes.h"
#include "convert/format/magic.h"

namespace h2k {

namespace {

/// Offsets in the header.
constexpr std::size_t setup_sectors = 0x1f1, boot_flag = 0x1fe, magic = 0x202, version = 0x206, loadflags = 0x211,
                      xloadflags = 0x236, payload_offset = 0x248, payload_length = 0x24c;
constexpr std::uint16_t first_with_payload = 0x0208, first_with_xloadflags = 0x020c;
constexpr std::size_t sector = 512;

class PayloadBytes final : public ByteSource {
  public:
    explicit PayloadBytes(std::string_view payload) : rest_(payload) {}
    [[nodiscard]] Result<std::string_view> next() override { return std::exchange(rest_, {}); }

  private:
    std::string_view rest_;
};

} // namespace

bool is_boot_image(std::string_view image) {
    constexpr std::uint16_t flag = 0xaa55;
    constexpr std::size_t least = payload_length + sizeof(std::uint32_t);
    return image.size() >= least && little_endian<std::uint16_t>(image, boot_flag) == flag &&
           image.substr(magic, 4) == "HdrS" && (little_endian<std::uint8_t>(image, loadflags) & 1) != 0;
}

std::optional<std::string_view> kernel_payload(std::string_view image) {
    constexpr std::uint16_t has_64_bits = 1;
    if (!is_boot_image(image))
        return std::nullopt;
    const auto protocol = little_endian<std::uint16_t>(image, version);
    if (protocol < first_with_payload || protocol < first_with_xloadflags ||
        (little_endian<std::uint16_t>(image, xloadflags) & has_64_bits) == 0)
        return std::nullopt;
    const std::size_t sectors = little_endian<std::uint8_t>(image, setup_sectors);
    const std::uint64_t protected_mode = ((sectors == 0 ? 4 : sectors) + 1) * sector;
    const std::uint64_t from = protected_mode + little_endian<std::uint32_t>(image, payload_offset),
                        size = little_endian<std::uint32_t>(image, payload_length);
    if (from > image.size() || size > image.size() - from || size <= sizeof(std::uint32_t))
        return std::nullopt;
    auto payload = image.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(size));
    // Its length when unpacked stands behind it, but for gzip, which has that itself (scripts/Makefile.lib,
    // size_append).
    if (!is_gzip(payload))
        payload.remove_suffix(sizeof(std::uint32_t));
    return payload;
}

Result<std::string> unpacked_kernel(std::string_view payload, GCancellable *cancel) {
    const std::string name = _("the kernel of the guest");
    Allowance allowance{cancel};
    PayloadBytes bytes{payload};
    auto reader = H2K_TRY(ArchiveReader::open(bytes, name, PackedKind::kernel, &allowance));
    std::string kernel;
    if (!H2K_TRY(reader.next()))
        return kernel;
    while (const auto block = H2K_TRY(reader.read())) {
        if (block->offset != kernel.size() || block->bytes.size() > most_kernel - kernel.size())
            return fail(H2K_ERROR_SOURCE, _("The kernel of the guest unpacks to more than %s."),
                        size_for_people(most_kernel).c_str());
        kernel += block->bytes;
    }
    return kernel;
}

} // namespace h2k
