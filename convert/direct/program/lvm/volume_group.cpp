// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/direct/program/lvm/volume_group.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr std::uint64_t unit = 512;              ///< of sizes and offsets in the text
constexpr std::uint64_t most_units = 1ull << 53; ///< more than any disk has, and nothing overflows below it
constexpr std::size_t most_volumes = 256;

using Words = std::vector<std::string>;

/// Are all of @words among @known, and all of @needed among them?
bool has_only(const Words &words, const Words &known, const Words &needed) {
    const auto in = [](const Words &list) {
        return [&list](const std::string &word) { return std::ranges::find(list, word) != list.end(); };
    };
    return std::ranges::all_of(words, in(known)) && std::ranges::all_of(needed, in(words));
}

/// lvm(8), "Valid names".
bool is_name(std::string_view name) {
    return name.size() < 128 && consists_of(name, "_.+-") && !name.starts_with('-') && name != "." && name != "..";
}

class Group {
  public:
    Group(const LvmSection &text, const std::vector<PhysicalDevice> &devices)
        : text_(text), devices_(devices), shown_(printable(text.name)) {}
    [[nodiscard]] std::string find(std::vector<Volume> &volumes);

  private:
    struct Physical {
        const PhysicalDevice *device = nullptr;
        std::uint64_t first = 0, extents = 0; ///< units before the first extent; number of these
    };

    [[nodiscard]] std::string odd() const {
        return sentence(_("LVM's metadata of “%s” is of an unknown kind"), shown_.c_str());
    }
    [[nodiscard]] std::string check() const;
    [[nodiscard]] std::string find_physical();
    [[nodiscard]] std::string check_segment(const LvmSection &segment) const;
    [[nodiscard]] bool add_segment(const LvmSection &segment, std::vector<DeviceExtent> &extents) const;
    [[nodiscard]] std::string add_volume(const LvmSection &text, std::vector<Volume> &volumes) const;

    const LvmSection &text_;
    const std::vector<PhysicalDevice> &devices_;
    const std::string shown_;                               ///< its name
    std::map<std::string, Physical, std::less<>> physical_; ///< by their names in the text
    std::uint64_t extent_ = 0;                              ///< units of one
};

/// Groups of other hosts, of clusters, exported ones and such are not activated.
std::string Group::check() const {
    if (!is_name(text_.name))
        return odd();
    if (!text_.text("system_id").value_or("").empty() || text_.text("lock_type").value_or("none") != "none")
        return sentence(_("the volume group “%s” belongs to a certain host or a cluster"), shown_.c_str());
    if (text_.text("format").value_or("lvm2") != "lvm2" || !text_.list("flags").empty() ||
        !has_only(text_.list("status"), {"RESIZEABLE", "READ", "WRITE"}, {"READ", "WRITE"}) || extent_ == 0 ||
        extent_ > most_units)
        return odd();
    return {};
}

std::string Group::find_physical() {
    const auto *all = text_.section("physical_volumes");
    if (!all || all->sections.empty())
        return odd();
    for (const auto &one : all->sections) {
        const auto uuid = replace_all(one.text("id").value_or(""), "-", "");
        const auto device = std::ranges::find(devices_, uuid, &PhysicalDevice::uuid);
        if (device == devices_.end() || !one.list("flags").empty())
            return sentence(_("a physical volume of the volume group “%s” is missing"), shown_.c_str());
        const auto first = one.number("pe_start"), extents = one.number("pe_count");
        const auto units = device->bytes->size() / unit;
        if (!has_only(one.list("status"), {"ALLOCATABLE"}, {}) || !first || !extents || *first > units ||
            *extents > (units - *first) / extent_)
            return odd();
        physical_[one.name] = {.device = &*device, .first = *first, .extents = *extents};
    }
    return {};
}

/// The reason why it is not linear.
std::string Group::check_segment(const LvmSection &segment) const {
    const auto type = segment.text("type").value_or("");
    if (type.starts_with("thin"))
        return sentence(_("the volume group “%s” has a thin pool"), shown_.c_str());
    if (type.starts_with("raid") || type == "mirror")
        return sentence(_("the volume group “%s” has RAID or mirrored volumes"), shown_.c_str());
    if (type == "snapshot")
        return sentence(_("the volume group “%s” has snapshots"), shown_.c_str());
    if (type.starts_with("cache") || type == "writecache")
        return sentence(_("the volume group “%s” has a cache"), shown_.c_str());
    if (type != "striped" || segment.number("stripe_count") != 1)
        return sentence(_("the volume group “%s” has volumes that are not linear"), shown_.c_str());
    return {};
}

/// False: it lies outside of its physical volume.
bool Group::add_segment(const LvmSection &segment, std::vector<DeviceExtent> &extents) const {
    const auto place = segment.list("stripes");
    const auto number = segment.number("extent_count");
    const auto on = physical_.find(place.empty() ? "" : place[0]);
    const auto from = place.size() == 2 ? parse_number(place[1]) : std::nullopt;
    if (on == physical_.end() || !from || !number || *number == 0 || *from > on->second.extents ||
        *number > on->second.extents - *from)
        return false;
    extents.push_back({.below = on->second.device->bytes,
                       .offset = (on->second.first + *from * extent_) * unit,
                       .length = *number * extent_ * unit});
    return true;
}

std::string Group::add_volume(const LvmSection &text, std::vector<Volume> &volumes) const {
    std::vector<const LvmSection *> segments;
    for (const auto &segment : text.sections)
        segments.push_back(&segment);
    const auto start = [](const LvmSection *segment) { return segment->number("start_extent").value_or(0); };
    std::ranges::sort(segments, {}, start);
    Volume volume{.name = "/dev/" + text_.name + "/" + text.name, .below = {}, .extents = {}};
    std::uint64_t next = 0;
    for (const auto *segment : segments) {
        if (auto why = check_segment(*segment); !why.empty())
            return why;
        if (segment->number("start_extent") != next || !add_segment(*segment, volume.extents))
            return odd();
        next += *segment->number("extent_count");
    }
    const auto flags = text.list("flags");
    if (!is_name(text.name) || segments.empty() || segments.size() != text.number("segment_count") ||
        !has_only(text.list("status"), {"READ", "WRITE", "VISIBLE"}, {"READ", "WRITE", "VISIBLE"}) ||
        !has_only(flags, {"ACTIVATION_SKIP"}, {}))
        return odd();
    for (const auto &device : devices_)
        if (std::ranges::any_of(physical_, [&](const auto &one) { return one.second.device == &device; }))
            volume.below.push_back(device.name);
    if (flags.empty()) // such a volume is only activated by name
        volumes.push_back(std::move(volume));
    return volumes.size() > most_volumes ? sentence(_("the volume group “%s” has too many volumes"), shown_.c_str())
                                         : std::string{};
}

std::string Group::find(std::vector<Volume> &volumes) {
    extent_ = text_.number("extent_size").value_or(0);
    if (auto why = check(); !why.empty())
        return why;
    if (auto why = find_physical(); !why.empty())
        return why;
    const auto *all = text_.section("logical_volumes"); // null: there are none
    for (const auto &volume : all ? all->sections : std::vector<LvmSection>{})
        if (auto why = add_volume(volume, volumes); !why.empty())
            return why;
    return {};
}

} // namespace

std::string add_volumes_of(const LvmSection &group, const std::vector<PhysicalDevice> &devices,
                           std::vector<Volume> &volumes) {
    return Group{group, devices}.find(volumes);
}

} // namespace h2k
