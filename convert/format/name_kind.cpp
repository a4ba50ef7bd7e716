// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/name_kind.h"
#include "convert/base/text.h"
#include "convert/model/disk_format.h"
#include <algorithm>
#include <array>

namespace h2k {

using namespace std::string_view_literals;

namespace {

/// Suffix of a compressed file → what its content's name ends with.
constexpr std::array<std::pair<std::string_view, std::string_view>, 11> compressions{{
    {".gz", ""},
    {".gzip", ""},
    {".xz", ""},
    {".zst", ""},
    {".zstd", ""},
    {".bz2", ""},
    {".tgz", ".tar"},
    {".txz", ".tar"},
    {".tzst", ".tar"},
    {".tbz", ".tar"},
    {".tbz2", ".tar"},
}};

constexpr std::array archives{".tar"sv, ".ova"sv, ".zip"sv, ".7z"sv, ".box"sv};

std::string without_suffix(const std::string &name, std::span<const std::string_view> suffixes) {
    const auto small = lower(name);
    for (const auto suffix : suffixes)
        if (small.ends_with(suffix))
            return name.substr(0, name.size() - suffix.size());
    return name;
}

} // namespace

std::string without_compression(const std::string &name) {
    const auto small = lower(name);
    for (const auto &[suffix, content] : compressions)
        if (small.ends_with(suffix))
            return name.substr(0, name.size() - suffix.size()) + std::string{content};
    return name;
}

std::string without_format(const std::string &name) {
    const auto inner = without_suffix(name, archives);
    const auto *facts = format_by_suffix(inner);
    return facts ? without_suffix(inner, facts->suffixes) : inner;
}

bool is_disk_name(const std::string &name) { return format_by_suffix(without_compression(name)) != nullptr; }

bool is_archive_name(const std::string &name) {
    const auto small = lower(without_compression(name));
    return std::ranges::any_of(archives, [&](std::string_view suffix) { return small.ends_with(suffix); });
}

} // namespace h2k
