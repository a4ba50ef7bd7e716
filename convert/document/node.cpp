// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/document/node.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/nearest.h"
#include "convert/base/text.h"
#include <algorithm>
#include <cstdarg>
#include <ranges>
#include <set>

namespace h2k {

namespace {

const char *nearest_key(const std::vector<Key> &known, const std::string &key) {
    std::vector<const char *> names;
    for (const auto &candidate : known)
        names.insert(names.end(), candidate.spellings.begin(), candidate.spellings.end());
    return nearest(key, names);
}

} // namespace

bool Node::is_null() const {
    return kind == Kind::text && plain && (value.empty() || value == "~" || lower(value) == "null");
}

std::unexpected<Error> Node::refused(const char *format, ...) const {
    va_list args;
    va_start(args, format);
    const Owned<char> sentence{g_strdup_vprintf(format, args)};
    va_end(args);
    return fail(H2K_ERROR_USAGE, "%s:%u: %s", file->c_str(), line, sentence.get());
}

Result<std::string> Node::text() const {
    if (kind != Kind::text || is_null())
        return refused("%s", _("A string is expected here."));
    if (!is_utf8(value))
        return refused("%s", _("A string cannot contain a NUL character."));
    return value;
}

Result<bool> Node::flag() const {
    const auto word = kind == Kind::text ? lower(value) : "";
    if (word == "true" || word == "yes" || word == "on")
        return true;
    if (word == "false" || word == "no" || word == "off")
        return false;
    return refused("%s", _("Either true or false is expected here."));
}

Result<std::uint64_t> Node::unsigned_number(std::uint64_t least, std::uint64_t most) const {
    const auto found = kind == Kind::text ? parse_number(value, least, most) : std::nullopt;
    if (!found)
        return refused(_("A number from %llu to %llu is expected here."), static_cast<unsigned long long>(least),
                       static_cast<unsigned long long>(most));
    return *found;
}

Result<> Node::each(std::size_t most, const std::function<Result<>(const Node &)> &take) const {
    if (is_null())
        return {};
    if (kind == Kind::text)
        return take(*this);
    if (kind != Kind::list)
        return refused("%s", _("A list is expected here."));
    if (items.size() > most)
        return refused(_("The list has more than %zu items."), most);
    for (const auto &item : items)
        H2K_CHECK(take(item));
    return {};
}

Result<> Node::members(const std::vector<Key> &known) const {
    if (is_null())
        return {};
    if (kind != Kind::map)
        return refused("%s", _("A mapping is expected here."));
    std::set<const Key *> seen;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const auto found = std::ranges::find_if(
            known, [&](const Key &key) { return std::ranges::find(key.spellings, keys[i]) != key.spellings.end(); });
        if (found == known.end()) {
            const auto shown = printable(keys[i]);
            if (const auto *near = nearest_key(known, keys[i]))
                return items[i].refused(_("Unknown key “%s”; did you mean “%s”?"), shown.c_str(), near);
            return items[i].refused(_("Unknown key “%s”."), shown.c_str());
        }
        if (!seen.insert(&*found).second)
            return items[i].refused(_("“%s” means the same as another key here."), keys[i].c_str());
        if (!items[i].is_null())
            H2K_CHECK(found->take(items[i]));
    }
    return {};
}

const Node *Node::member(std::string_view key) const {
    for (auto i = keys.size(); i-- > 0;)
        if (keys[i] == key)
            return &items[i];
    return nullptr;
}

} // namespace h2k
