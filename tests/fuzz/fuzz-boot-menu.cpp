// SPDX-License-Identifier: LGPL-2.1-or-later
// Menus and command lines of GRUB, the Boot Loader Specification and syslinux.
#include "fixers/text/boot_lines.h"
#include "fixers/text/boot_menu.h"
#include "fixers/text/grub_variables.h"
#include "fixers/text/kernel_args.h"
#include "tests/fuzz/fuzz.h"

using namespace h2k;
using fuzz::require;

static void check_menu(std::string_view file) {
    constexpr std::size_t most_entries = 512, longest_options = 64u << 10, most_initrds = 16;
    const auto menu = text::grub_menu(file);
    require(menu.size() <= most_entries);
    for (std::size_t i = 0; i < menu.size(); ++i) {
        require(menu[i].above < static_cast<int>(i) && menu[i].options.size() <= longest_options);
        require(menu[i].above < 0 || menu[static_cast<std::size_t>(menu[i].above)].options.size() <= longest_options);
    }
    for (const auto &wanted : {text::grub_default(file), std::string{"1>2"}, std::string{}}) {
        const auto *entry = text::grub_entry(menu, wanted);
        require(!entry || (entry >= menu.data() && entry < menu.data() + menu.size() && !entry->is_submenu));
        if (!entry)
            continue;
        (void)text::root_argument(entry->options);
        require(entry->kernel.size() <= longest_options && entry->initrds.size() <= most_initrds);
        const auto options = text::GrubVariables{file, file}.expanded(entry->options);
        require(!options || options->size() <= longest_options);
    }
    (void)text::uses_blscfg(file);
    require(text::parse_loader_entry("id", file).options.size() <= longest_options);
    (void)text::loader_default(file);
    for (const auto &label : {text::syslinux_default(file), text::legacy_default(file, 1)})
        require(!label || (label->options.size() <= longest_options && label->initrds.size() <= most_initrds));
}

/// Writing each argument of each line again changes nothing.
static void check_lines(std::string_view file, const std::vector<text::Region> &regions) {
    fuzz::SameBytes lines{file}, values{file};
    for (const auto &region : regions) {
        lines.add(region.at, region.size);
        for (const auto &argument : text::kernel_arguments(file, region.at, region.size)) {
            require(argument.value.at >= region.at &&
                    argument.value.at + argument.value.size <= region.at + region.size);
            values.add_plain(argument.value);
        }
    }
    lines.check();
    values.check();
}

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    const auto file = fuzz::text_of(data, size);
    check_menu(file);
    check_lines(file, text::grub_kernel_lines(file));
    check_lines(file, text::bls_options(file));
    check_lines(file, text::syslinux_appends(file));
    fuzz::SameBytes pieces{file};
    for (const auto &all : {text::grub_root_variables(file), text::device_map(file)})
        for (const auto &piece : all)
            pieces.add_plain(piece);
    pieces.check();
    return 0;
}
