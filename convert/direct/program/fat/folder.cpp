// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/direct/program/fat/folder.h"
#include "convert/base/text.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr char is_end = '\0', is_erased = '\xe5';

unsigned attributes_of(std::string_view slot) {
    return static_cast<std::uint8_t>(slot[fat_attribute_at]) & fat_attributes;
}

} // namespace

Outcome<FatFolder> FatFolder::load(Bytes &bytes, std::vector<FatRun> runs) {
    FatFolder made{bytes, std::move(runs)};
    std::uint64_t size = 0;
    for (const auto &run : made.runs_)
        size += run.bytes;
    if (size > most_bytes)
        return damaged_fat();
    made.content_.resize(size);
    H2K_CHECK(read_runs(bytes, made.runs_, 0, made.content_));
    made.read_entries();
    return made;
}

std::string_view FatFolder::slot(std::size_t number) const {
    return std::string_view{content_}.substr(number * fat_slot_bytes, fat_slot_bytes);
}

std::uint64_t FatFolder::offset_of(std::size_t number) const {
    std::uint64_t at = number * fat_slot_bytes;
    for (const auto &run : runs_) {
        if (at < run.bytes)
            return run.offset + at;
        at -= run.bytes;
    }
    return 0;
}

void FatFolder::read_entries() {
    std::vector<std::string_view> before;
    for (used_ = 0; used_ < slots() && slot(used_)[0] != is_end; ++used_) {
        const auto here = slot(used_);
        if (here[0] == is_erased) {
            before.clear();
            continue;
        }
        if (attributes_of(here) == fat_long_name) {
            if (before.size() == FatLongName::most_slots)
                before.erase(before.begin());
            before.push_back(here);
            continue;
        }
        const bool is_self = here[0] == '.';
        if (!is_self && (attributes_of(here) & fat_label) == 0) {
            auto alias = short_name(here);
            auto found = long_name(before, here);
            const auto in_front = found ? found->slots : 0;
            entries_.push_back({.name = found ? std::move(found->name) : alias,
                                .alias = alias,
                                .first = used_ - in_front,
                                .last = used_,
                                .slot = here,
                                .offset = offset_of(used_)});
        }
        before.clear();
    }
}

const FatEntry *FatFolder::find(const std::string &name) const {
    if (!is_utf8(name))
        return nullptr;
    const auto wanted = folded(name);
    const auto found = std::ranges::find_if(
        entries_, [&](const FatEntry &entry) { return folded(entry.name) == wanted || folded(entry.alias) == wanted; });
    return found == entries_.end() ? nullptr : &*found;
}

std::set<std::string> FatFolder::short_names() const {
    std::set<std::string> names;
    for (const auto &entry : entries_)
        names.emplace(entry.slot.substr(0, fat_short_bytes));
    return names;
}

bool FatFolder::is_free(std::size_t number) const { return number >= used_ || slot(number)[0] == is_erased; }

std::optional<std::size_t> FatFolder::gap(std::size_t count, const FatEntry *leaving) const {
    std::size_t found = 0;
    for (std::size_t i = 0; i < slots(); ++i) {
        const bool leaves = leaving && i >= leaving->first && i <= leaving->last;
        found = is_free(i) || leaves ? found + 1 : 0;
        if (found == count)
            return i + 1 - count;
    }
    return std::nullopt;
}

Outcome<> FatFolder::store(std::size_t number, std::string_view slot) {
    content_.replace(number * fat_slot_bytes, slot.size(), slot);
    return from_disk(bytes_.write(offset_of(number), slot));
}

Outcome<> FatFolder::put(std::size_t first, const std::vector<FatSlot> &slots) {
    const auto end = first + slots.size();
    for (std::size_t i = 0; i < slots.size(); ++i)
        H2K_CHECK(store(first + i, slots[i]));
    if (end <= used_)
        return {};
    // What follows is the end of the list, whatever was there.
    if (end < this->slots())
        H2K_CHECK(store(end, std::string(1, is_end)));
    used_ = end;
    return {};
}

Outcome<> FatFolder::erase(const FatEntry &entry) {
    const auto first = entry.first, last = entry.last;
    for (auto i = first; i <= last; ++i)
        H2K_CHECK(store(i, std::string(1, is_erased)));
    return {};
}

} // namespace h2k
