// SPDX-License-Identifier: LGPL-2.1-or-later
// fstab, crypttab and mdadm.conf.
#include "convert/model/storage.h"
#include "fixers/text/fstab.h"
#include "fixers/text/mdadm_conf.h"
#include "tests/fuzz/fuzz.h"

using namespace h2k;
using fuzz::require;

/// Each entry has the option once it was added, and is the same in everything else; so it is where each field is
/// written again.
static void check_fstab(std::string_view file) {
    fuzz::SameBytes same{file};
    text::Edits options, fields;
    const auto entries = text::parse_fstab(file);
    for (const auto &entry : entries) {
        for (const auto *piece : {&entry.device, &entry.target, &entry.type}) {
            same.add(*piece);
            fields.replace(*piece, text::fstab_field(piece->value));
        }
        if (entry.options)
            same.add(*entry.options);
        text::add_option(options, entry, "x-added");
    }
    same.check();
    const auto with_option = options.applied(file), written = fields.applied(file);
    const auto more = text::parse_fstab(with_option), again = text::parse_fstab(written);
    require(more.size() == entries.size() && again.size() == entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i) {
        require(more[i].has_option("x-added"));
        for (const auto *other : {&more[i], &again[i]})
            require(other->line == entries[i].line && other->device.value == entries[i].device.value &&
                    other->target.value == entries[i].target.value && other->type.value == entries[i].type.value);
    }
}

static void check_crypttab(std::string_view file) {
    fuzz::SameBytes same{file};
    for (const auto &entry : text::parse_crypttab(file)) {
        require(!entry.name.value.empty() && !entry.device.value.empty());
        same.add(entry.name);
        same.add(entry.device);
    }
    same.check();
}

static void check_mdadm(std::string_view file) {
    fuzz::SameBytes words{file}, lines{file};
    for (const auto &line : text::parse_mdadm_conf(file)) {
        lines.add(line.at, line.size);
        for (const auto &word : line.words)
            words.add(word);
        (void)text::array_value(line, "uuid");
    }
    words.check();
    lines.check();
}

/// The spellings of devices in all of them.
static void find_devices(std::string_view file) {
    BlockDevice root{.name = "/dev/sda1", .type = "ext4", .uuid = "01234567-89ab-cdef-0123-456789abcdef"};
    root.label = "root";
    root.partition = 1;
    const BlockDevice volume{.name = "/dev/vg-0/root", .type = "xfs", .below = {"/dev/sda1"}, .names = {"/dev/md/0"}};
    const std::vector devices{root, volume};
    for (const auto &entry : text::parse_fstab(file)) {
        (void)find_device(devices, entry.device.value);
        (void)is_bus_dependent(entry.device.value);
    }
}

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    const auto file = fuzz::text_of(data, size);
    check_fstab(file);
    check_crypttab(file);
    check_mdadm(file);
    find_devices(file);
    return 0;
}
