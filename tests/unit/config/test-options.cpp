// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of options: what each row says of itself holds.
#include "convert/base/nearest.h"
#include "convert/config/options.h"
#include "convert/format/archive/packed_limits.h"
#include "tests/support/test.h"
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

using namespace h2k;
using test::assert_equal;
using test::message_of;
using test::unwrap;

namespace {

/// A folder with files that options can name.
struct Files {
    Files() {
        std::filesystem::create_directories(path);
        write("key", "secret");
        write("agent.deb", "!<arch>\ndebian-binary   ");
        write("user-data", "#cloud-config\n");
        write("guest.yaml", "hostname: {hostname: web}\n");
    }
    ~Files() {
        std::error_code error;
        std::filesystem::remove_all(path, error);
    }
    void write(const char *name, const char *content) const {
        g_assert_true(g_file_set_contents((path + "/" + name).c_str(), content, -1, nullptr));
    }
    Owned<char> made{g_dir_make_tmp("h2k-options-XXXXXX", nullptr)};
    std::string path = made.get();
};

/// Values for each option that is no flag and no choice, as get() gives them back.
std::map<std::string, std::vector<std::string>> values_in(const std::string &folder) {
    return {
        {"source-connect", {"test:///default"}},
        {"allow-folder", {folder}},
        {"key", {"all:file:" + folder + "/key", "/dev/sda3:file:" + folder + "/key"}},
        {"root", {"/dev/sda2"}},
        {"job", {"20260102-1"}},
        {"output-dir", {folder}},
        {"pool", {"default"}},
        {"connect", {"qemu:///system"}},
        {"name", {"web"}},
        {"compress", {"zstd"}},
        {"resize", {"disk0=+1073741824", "disk1=2147483648"}},
        {"mac", {"52:54:00:12:34:56", "52:54:00:12:34:57"}},
        {"agent-package", {"first-boot", folder + "/agent.deb"}},
        {"configuration", {folder + "/guest.yaml"}},
        {"cloud-init", {"user-data=" + folder + "/user-data,iso"}},
        {"program-timeout", {"90"}},
        {"machine", {"db"}},
        {"deployment-option", {"large"}},
        {"max-expansion", {"5000"}},
        {"boot-timeout", {"90"}},
        {"boot-network", {"host"}},
        {"report", {folder + "/report.json"}},
    };
}

std::vector<std::string> choices_of(const Option &option) {
    std::vector<std::string> choices;
    for (const auto *name = option.value.choices; name && *name; ++name)
        choices.emplace_back(*name);
    return choices;
}

void rows_are_whole() {
    std::set<std::string> names;
    std::set<OptionGroup> ended;
    auto group = options().front().group;
    for (const auto &option : options()) {
        g_assert_true(names.insert(option.name).second);
        const std::string help = option.help;
        g_assert_true(g_ascii_isupper(help.front()) && help.back() != '.');
        const bool flag = option.value.kind == OptionKind::flag, choice = option.value.kind == OptionKind::choice;
        g_assert_true((option.value_name == nullptr) == flag);
        g_assert_true(!choice || choices_of(option).size() > 1);
        g_assert_cmpuint(option.actions, !=, 0);
        if (option.group != group)
            ended.insert(std::exchange(group, option.group));
        g_assert_false(ended.contains(option.group));
        g_assert_true(*name_of(option.group) && *heading_of(option.group));
    }
}

/// What get() gives makes the same request.
void values_come_back() {
    const Files files;
    const auto values = values_in(files.path);
    for (const auto &option : options()) {
        Request first, second;
        auto all = choices_of(option);
        if (option.value.kind == OptionKind::flag)
            all = {"true"};
        else if (option.value.kind == OptionKind::choice)
            all = {all.back()};
        else
            all = values.find(option.name)->second;
        g_assert_true(all.size() == 1 || option.value.repeats);
        for (const auto &value : all)
            unwrap(set_option(first, option.name, value));
        g_assert_true(option.value.get(first) == all);
        for (const auto &value : option.value.get(first))
            unwrap(set_option(second, option.name, value));
        g_assert_true(option.value.get(second) == all);
    }
}

void each_choice_is_taken() {
    for (const auto &option : options()) {
        if (option.value.kind != OptionKind::choice)
            continue;
        for (const auto &choice : choices_of(option)) {
            Request request;
            unwrap(set_option(request, option.name, choice));
            assert_equal(option.value.get(request).front(), choice);
        }
        Request request;
        const auto refused = message_of(set_option(request, option.name, "no such"), H2K_ERROR_USAGE);
        for (const auto &choice : choices_of(option))
            g_assert_true(refused.find(choice) != std::string::npos);
    }
}

void wrong_choices_are_answered() {
    Request r;
    assert_equal(message_of(set_option(r, "boot-test", "prob"), H2K_ERROR_USAGE),
                 "--boot-test takes one of probe, quick, observe, none, not “prob”. Did you mean “probe”?");
    assert_equal(message_of(set_option(r, "machine-id", "renewed"), H2K_ERROR_USAGE),
                 "--machine-id takes one of keep, new, not “renewed”.");
    assert_equal(message_of(set_option(r, "boot-timeout", "x"), H2K_ERROR_USAGE),
                 "--boot-timeout takes a number from 1 to 86400, not “x”.");
    assert_equal(message_of(set_option(r, "root", ""), H2K_ERROR_USAGE), "--root needs a value.");
}

void flags_can_be_unset() {
    for (const auto &option : options()) {
        if (option.value.kind != OptionKind::flag)
            continue;
        Request r;
        g_assert_true(option.value.get(r).empty());
        unwrap(set_option(r, option.name, ""));
        g_assert_cmpuint(option.value.get(r).size(), ==, 1);
        unwrap(set_option(r, option.name, "false"));
        g_assert_true(option.value.get(r).empty());
        message_of(set_option(r, option.name, "yes"), H2K_ERROR_USAGE);
    }
}

void defaults_are_those_of_a_request() {
    const auto first = [](const char *name) { return find_option(name)->value.get({}); };
    assert_equal(first("format").front(), "qcow2");
    assert_equal(first("boot-timeout").front(), "600");
    assert_equal(first("program-timeout").front(), "1800");
    assert_equal(first("boot-network").front(), "isolated");
    assert_equal(first("max-expansion").front(), std::to_string(usual_expansion));
    assert_equal(first("network-fix").front(), "keep-names");
    g_assert_true(first("pool").empty() && first("input-format").empty() && first("compress").empty());
}

void nearest_is_near() {
    g_assert_cmpuint(edit_distance("kitten", "sitting"), ==, 3);
    g_assert_cmpuint(edit_distance("", "abc"), ==, 3);
    const std::vector<const char *> names{"plan", "import", "inspect"};
    assert_equal(nearest("ipmort", names), "import");
    assert_equal(nearest("plna", names), "plan");
    // Of a short word half the letters are right, or it is another word.
    g_assert_null(nearest("xyz", names));
    g_assert_null(nearest("p", names));
    g_assert_null(nearest("", names));
    g_assert_null(nearest(std::string(1000, 'p'), names));
    g_assert_null(nearest("plan", {}));
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/options/rows", rows_are_whole);
    g_test_add_func("/options/values", values_come_back);
    g_test_add_func("/options/choices", each_choice_is_taken);
    g_test_add_func("/options/wrong-choices", wrong_choices_are_answered);
    g_test_add_func("/options/flags", flags_can_be_unset);
    g_test_add_func("/options/defaults", defaults_are_those_of_a_request);
    g_test_add_func("/options/nearest", nearest_is_near);
    return g_test_run();
}
