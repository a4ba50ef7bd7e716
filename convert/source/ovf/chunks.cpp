// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/ovf/chunks.h"
#include "convert/base/i18n.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr std::uint64_t most_chunks = 100000;
constexpr std::size_t digits = 9;

bool is_chunk_of(const std::string &name, const std::string &whole) {
    return name.size() == whole.size() + 1 + digits && name.starts_with(whole + ".") &&
           std::ranges::all_of(name.substr(whole.size() + 1), [](char c) { return g_ascii_isdigit(c); });
}

/// The number of parts: as many as the descriptor says, or as the package has.
std::uint64_t count_of(const OvfFile &file, const std::string &name, const Members &members) {
    if (file.bytes)
        return (file.bytes - 1) / file.chunk + 1;
    const auto listed = std::ranges::count_if(members.names(), [&](const auto &one) { return is_chunk_of(one, name); });
    if (listed)
        return static_cast<std::uint64_t>(listed);
    std::uint64_t count = 0; // in a folder below, which is not listed
    while (count <= most_chunks && members.open(ovf_chunk(name, count)))
        ++count;
    return count;
}

} // namespace

std::string ovf_chunk(const std::string &name, std::uint64_t number) {
    const auto text = std::to_string(number);
    return name + "." + std::string(text.size() < digits ? digits - text.size() : 0, '0') + text;
}

Result<std::vector<std::pair<std::string, Piece>>> ovf_chunks(const OvfFile &file, const std::string &name,
                                                              const Members &members, const std::string &ovf) {
    const auto shown = printable(file.href);
    const auto count = count_of(file, name, members);
    if (count > most_chunks)
        return fail(H2K_ERROR_SOURCE, _("“%s” says that “%s” is split into more than %u parts."), ovf.c_str(),
                    shown.c_str(), static_cast<unsigned>(most_chunks));
    std::vector<std::pair<std::string, Piece>> parts;
    for (std::uint64_t i = 0; i < std::max<std::uint64_t>(count, 1); ++i) {
        const auto part = ovf_chunk(name, i);
        if (members.packed(part))
            return fail(H2K_ERROR_SOURCE,
                        _("“%s” is split into parts in a packed archive; unpack the archive and name “%s”."),
                        shown.c_str(), ovf.c_str());
        const auto opened = H2K_TRY(members.open(part));
        const bool last = i + 1 >= count;
        const auto wanted = last && file.bytes ? file.bytes - i * file.chunk : file.chunk;
        // Where the size of the whole is unknown, the last part may have any.
        const bool fits = last && !file.bytes ? opened.size() > 0 && opened.size() <= wanted : opened.size() == wanted;
        if (!fits)
            return fail(H2K_ERROR_SOURCE, _("“%s” does not have the size that “%s” says."), opened.name().c_str(),
                        ovf.c_str());
        parts.emplace_back(part, Piece{.path = opened.path(), .window = opened.window(), .held = opened.held()});
    }
    return parts;
}

} // namespace h2k
