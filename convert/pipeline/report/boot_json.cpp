// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/report/boot_json.h"
#include "convert/base/text.h"
#include <algorithm>

namespace h2k {

namespace {

std::string cut_last_word(std::string_view &text) {
    const auto at = text.rfind(' ');
    const std::string word{text.substr(at == text.npos ? 0 : at + 1)};
    text = text.substr(0, at == text.npos ? 0 : at);
    return word;
}

/// "PATH DEVICE TYPE", read from its end: the echo of some shells turns "\040" into a blank, which only PATH can hold.
void write_mount(JsonWriter &json, std::string_view told) {
    const auto type = cut_last_word(told), device = cut_last_word(told);
    json.object([&] {
        json.member("path", without_octal_escapes(told));
        json.member("device", without_octal_escapes(device));
        json.member("type", type);
    });
}

/// One object a line, its members the words of the line.
void write_words(JsonWriter &json, const char *name, const std::vector<std::string> &told,
                 const std::vector<const char *> &members) {
    json.array(name, [&] {
        for (const auto &line : told) {
            const auto parts = words(line);
            json.object([&] {
                for (std::size_t i = 0; i < std::min(parts.size(), members.size()); ++i)
                    json.member(members[i], parts[i]);
            });
        }
    });
}

} // namespace

void write_boot_test(JsonWriter &json, const BootEvidence &boot) {
    json.object("boot_test", [&] {
        json.member("proven", boot.proven);
        json.optional("method", boot.method);
        json.optional("accelerator", boot.accelerator);
        json.member("duration_seconds", boot.seconds);
        json.member("why", boot.why);
        json.object("evidence", [&] {
            json.optional("root_device", boot.root_device);
            json.optional("root_driver", trim(boot.root_driver));
            json.optional("kernel", boot.kernel);
            json.array("mounts", [&] {
                for (const auto &mount : boot.mounts)
                    write_mount(json, mount);
            });
            json.array("missing_mounts", [&] {
                for (const auto &path : boot.missing_mounts)
                    json.value(without_octal_escapes(path));
            });
            write_words(json, "nics", boot.nics, {"name", "mac", "driver"});
            write_words(json, "addresses", boot.addresses, {"name", "address"});
            json.member("failed_units", boot.failed_units);
        });
        json.optional("serial_log", boot.serial_log);
        json.optional("screenshot", boot.screenshot);
    });
}

} // namespace h2k
