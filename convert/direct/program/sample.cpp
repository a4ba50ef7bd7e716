// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/direct/program/sample.h"
#include "convert/base/i18n.h"
#include "convert/base/zeros.h"
#include <algorithm>
#include <array>
#include <sys/mman.h>

namespace h2k {

namespace {

constexpr std::uint64_t page = 4096;
constexpr std::uint64_t most_added = 16u << 20; ///< of one range
constexpr std::size_t at_once = 64u << 10;
/// Second headers of LUKS2 and superblocks of VMFS and bcachefs, which lie behind the start.
constexpr auto further = std::to_array<Sample::Range>({{1u << 20, 2 * page}, {2u << 20, 2 * page}, {4u << 20, page}});

std::unexpected<Error> failed(int why) {
    return fail(H2K_ERROR_FAILED, _("A disk cannot be examined in memory: %s."), g_strerror(why));
}

} // namespace

Result<Sample> Sample::make() {
    Descriptor file{memfd_create("sample", MFD_CLOEXEC)};
    if (!file)
        return failed(errno);
    return Sample{std::move(file)};
}

/// Zeros are left out, and so take no memory.
Result<> Sample::put(std::uint64_t offset, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto part = bytes.substr(0, page - offset % page);
        if (!is_all_zeros(part)) {
            kept_ += page;
            if (const int why = kept_ > most_kept ? EFBIG : write_all(file_.get(), part, offset))
                return failed(why);
        }
        bytes.remove_prefix(part.size());
        offset += part.size();
    }
    return {};
}

Result<> Sample::add(Bytes &device, Range range) {
    const auto size = device.size();
    if (range.offset >= size)
        return {};
    const auto end = range.offset + std::min({range.length, size - range.offset, most_added});
    std::array<char, at_once> bytes;
    for (auto at = range.offset; at < end;) {
        const auto part = std::span{bytes}.first(static_cast<std::size_t>(std::min<std::uint64_t>(at_once, end - at)));
        H2K_CHECK(device.read(at, part));
        H2K_CHECK(put(at, {part.data(), part.size()}));
        at += part.size();
    }
    return {};
}

Result<> Sample::take(Bytes &device) {
    const auto size = device.size();
    if (ftruncate(file_.get(), 0) != 0 || size > static_cast<std::uint64_t>(G_MAXINT64) ||
        ftruncate(file_.get(), static_cast<off_t>(size)) != 0)
        return failed(errno);
    kept_ = 0;
    start_.assign(static_cast<std::size_t>(std::min<std::uint64_t>(size, first_bytes)), '\0');
    H2K_CHECK(device.read(0, start_));
    return put(0, start_);
}

Result<> Sample::add_signatures(Bytes &device, std::uint64_t last_bytes) {
    for (const auto &range : further)
        H2K_CHECK(add(device, range));
    const auto last = std::max<std::uint64_t>(start_.size(), device.size() - std::min(device.size(), last_bytes));
    return add(device, {last, device.size() - last});
}

} // namespace h2k
