// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/archive/program/newc_reader.h"
#include "convert/base/error.h"
#include "convert/base/text.h"
#include <algorithm>
#include <optional>

namespace h2k {

namespace {

constexpr std::size_t header_size = 110;
constexpr std::size_t longest_name = 4096; ///< PATH_MAX: the kernel takes no more
constexpr unsigned type_mask = 0170000;
constexpr unsigned folder = 0040000;

/// One of the thirteen fields of a header: eight hexadecimal digits after the magic.
std::optional<std::uint32_t> field(std::string_view header, std::size_t index) {
    return parse_number<std::uint32_t>(header.substr(6 + 8 * index, 8), 0, G_MAXUINT32, 16);
}

constexpr std::uint64_t padded(std::uint64_t size) { return (size + 3) & ~std::uint64_t{3}; }

} // namespace

Outcome<std::size_t> NewcReader::take(std::string_view piece) {
    std::size_t used = 0;
    while (used < piece.size()) {
        if (skip_) {
            const auto step = std::min<std::uint64_t>(skip_, piece.size() - used);
            skip_ -= step;
            used += step;
            continue;
        }
        if (!wanted_) {
            if (between_ && piece[used] == '\0') {
                ++used;
                continue;
            }
            if (piece[used] != '0') {
                if (between_)
                    return used;
                return damaged("a member does not begin with a header");
            }
            wanted_ = header_size;
        }
        const auto step = std::min(wanted_ - held_.size(), piece.size() - used);
        held_ += piece.substr(used, step);
        used += step;
        if (held_.size() == header_size && wanted_ == header_size)
            H2K_CHECK(header());
        else if (held_.size() == wanted_)
            H2K_CHECK(member());
    }
    return used;
}

/// The header is whole: how long are the name and the content?
Outcome<void> NewcReader::header() {
    const std::string_view text = held_;
    const auto mode = field(text, 1), size = field(text, 6), name = field(text, 11);
    if ((!text.starts_with("070701") && !text.starts_with("070702")) || !mode || !size || !name)
        return damaged("a member's header cannot be read");
    if (*name == 0 || *name > longest_name)
        return damaged("a member's name is too long");
    mode_ = *mode;
    content_ = *size;
    name_size_ = *name;
    wanted_ = padded(header_size + name_size_);
    between_ = false;
    return {};
}

/// Header, name and padding are whole.
Outcome<void> NewcReader::member() {
    std::string_view name = std::string_view{held_}.substr(header_size, name_size_);
    name = name.substr(0, name.find('\0'));
    skip_ = padded(content_);
    if (name == "TRAILER!!!") {
        between_ = true;
        skip_ = 0;
    } else if ((mode_ & type_mask) != folder) {
        while (name.starts_with("./") || name.starts_with('/'))
            name.remove_prefix(name.front() == '/' ? 1 : 2);
        found_.names += name;
        found_.names += '\0';
        if (++found_.count > most_initramfs_names || found_.names.size() > most_initramfs_name_bytes)
            return damaged("it holds too many names");
    }
    held_.clear();
    wanted_ = 0;
    return {};
}

} // namespace h2k
