// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/text.h"
#include "convert/config/configuration.h"
#include <algorithm>

using namespace h2k;

static void require(bool holds) {
    if (!holds)
        abort();
}

static bool is_one_line(const std::string &field) {
    return std::ranges::none_of(field, [](char c) { return c == ':' || c == '\n' || c == '\r' || c == '\0'; });
}

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    const auto made = parse_configuration({reinterpret_cast<const char *>(data), size}, "fuzz.yaml");
    if (!made)
        return 0;
    for (const auto &account : made->users) {
        for (const auto *field :
             {&account.name, &account.comment, &account.shell, &account.home, &account.password_hash})
            require(is_one_line(*field));
        require(!account.name.empty() && account.name.size() <= 32);
        for (const auto &key : account.ssh_keys)
            require(key.find('\n') == std::string::npos);
        for (const auto &group : account.groups)
            require(is_one_line(group) && group.find(',') == std::string::npos);
    }
    for (const auto *units : {&made->enable_services, &made->disable_services, &made->mask_services})
        for (const auto &unit : *units)
            require(unit.find('/') == std::string::npos && unit[0] != '.' && unit[0] != '-');
    for (const auto *files : {&made->networkd, &made->network_manager})
        for (const auto &file : *files)
            require(file.name.find('/') == std::string::npos && file.name[0] != '.' && file.content.ends_with('\n'));
    for (const auto &script : made->first_boot)
        require(script.name.find('/') == std::string::npos && script.content.starts_with("#!") && script.order < 100);
    return 0;
}
