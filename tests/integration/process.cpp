// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tests/integration/process.h"
#include "convert/base/files.h"
#include "convert/base/text.h"
#include "tests/support/test.h"
#include <filesystem>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

namespace h2k::test {

namespace fs = std::filesystem;

std::vector<std::string> fields_of(const std::string &text, const std::string &name) {
    for (const auto &line : lines(text))
        if (line.starts_with(name))
            return words(line.substr(name.size()));
    g_error("there is no %s", name.c_str());
}

void has_limits(const std::string &proc) {
    const auto limits = unwrap(read_file(proc + "/limits", 1u << 16));
    for (const char *name : {"Max cpu time", "Max file size", "Max address space", "Max core file size"})
        g_assert_true(fields_of(limits, name)[0] != "unlimited");
    assert_equal(fields_of(limits, "Max core file size")[1], "0");
    assert_equal(fields_of(unwrap(read_file(proc + "/status", 1u << 16)), "NoNewPrivs:")[0], "1");
}

void is_nobody_else(const std::string &proc) {
    if (geteuid() != 0)
        return;
    const auto status = unwrap(read_file(proc + "/status", 1u << 16));
    for (const char *ids : {"Uid:", "Gid:"})
        for (const auto &id : fields_of(status, ids))
            g_assert_cmpuint(parse_number(id).value_or(0), >=, 61184);
    g_assert_null(getpwuid(parse_number<uid_t>(fields_of(status, "Uid:")[0]).value_or(0)));
    const auto group = fields_of(status, "Gid:")[0];
    g_assert_null(getgrgid(parse_number<gid_t>(group).value_or(0)));
    for (const auto &further : fields_of(status, "Groups:"))
        assert_equal(further, group);
}

void is_apart(const std::string &proc) {
    for (const char *kind : {"/ns/net", "/ns/ipc", "/ns/uts"})
        g_assert_true(fs::read_symlink(proc + kind) != fs::read_symlink(std::string{"/proc/self"} + kind));
}

} // namespace h2k::test
