// SPDX-License-Identifier: LGPL-2.1-or-later
// Command lines over a tree of commands that is not the program's.
#include "tests/support/test.h"
#include "virsh-plugin/options.h"
#include "virsh-plugin/parse.h"
#include <algorithm>

using namespace cli;
using h2k::test::assert_equal;

namespace {

std::string seen;

/// Records how a command was called.
int note(const Call &call) {
    seen = call.name + (call.request ? " with a request" : "");
    for (const auto &[option, values] : call.values)
        for (const auto &value : values)
            seen += " " + option + "=" + value;
    for (const auto &word : call.words)
        seen += " <" + word + ">";
    return 42;
}

constexpr const char *formats[] = {"text", "yaml", nullptr};
constexpr Option show_options[] = {
    {.name = "format",
     .letter = 'f',
     .value_name = "FORMAT",
     .help = "Show in this format",
     .heading = "Output",
     .kind = H2K_OPTION_KIND_CHOICE,
     .choices = formats},
    {.name = "state",
     .value_name = "STATE",
     .help = "Show these only",
     .heading = "Choice",
     .kind = H2K_OPTION_KIND_TEXT,
     .repeats = true},
    {.name = "all", .letter = 'a', .help = "Show all", .heading = "Choice"},
};
const Command below_config[] = {
    {.name = "show",
     .group = "Configuration",
     .arguments = "[KEY…]",
     .info = "Show",
     .options = show_options,
     .run = note},
    {.name = "reset", .group = "Configuration", .info = "Reset", .run = note},
};
const Command tree[] = {
    {.name = "config", .group = "Settings", .info = "Handle settings", .below = below_config},
    {.name = "look",
     .group = "Guests",
     .arguments = "SOURCE…",
     .info = "Look",
     .action = H2K_ACTION_INSPECT,
     .options = output_options,
     .run = note},
};

/// Words that can be written to, as those of a process; GLib does.
struct Words {
    explicit Words(const std::vector<const char *> &words) : texts{words.begin(), words.end()} {
        for (auto &text : texts)
            argv.push_back(text.data());
        argv.push_back(nullptr);
    }
    [[nodiscard]] int argc() const { return static_cast<int>(texts.size()); }
    std::vector<std::string> texts;
    std::vector<char *> argv;
};

int run(std::vector<const char *> words) {
    seen.clear();
    words.insert(words.begin(), "program");
    Words line{words};
    return run_line(tree, line.argc(), line.argv.data());
}

void assert_seen(const std::vector<const char *> &words, const char *expected) {
    g_assert_cmpint(run(words), ==, 42);
    assert_equal(seen, expected);
}

/// The message that a command line is refused with.
std::string refusal(const Command &command, std::vector<const char *> words) {
    words.insert(words.begin(), command.name);
    Words line{words};
    g_autoptr(H2kRequest) request = h2k_request_new();
    Call call{.command = command, .name = command.name, .request = request};
    g_autoptr(GError) error = nullptr;
    g_assert_false(parse(call, tree, line.argc(), line.argv.data(), &error));
    return error->message;
}

void nested_commands_run_without_a_job() {
    assert_seen({"config", "reset"}, "config reset");
    assert_seen({"config", "show"}, "config show");
    assert_seen({"config", "show", "-a", "a", "b c"}, "config show all= <a> <b c>");
    assert_seen({"config", "show", "--format=text", "-f", "yaml"}, "config show format=yaml");
    assert_seen({"config", "show", "--state=a", "x", "--state", "b"}, "config show state=a state=b <x>");
    assert_seen({"config", "show", "a", "--", "-b", "--all"}, "config show <a> <-b> <--all>");
    assert_seen({"config", "show", "--", "a", "-b"}, "config show <a> <-b>");
    assert_seen({"config", "show", "-"}, "config show <->");
}

void requests_are_filled_and_checked() {
    assert_seen({"look", "a.vmdk", "--root=/dev/sda1", "-q"}, "look with a request quiet= <a.vmdk>");
    g_assert_false(refusal(tree[1], {}).empty());
    assert_equal(refusal(tree[1], {"a", "--input-format=qcow"}),
                 "--input-format takes one of raw, qcow2, vmdk, vhd, vhdx, vdi, not “qcow”. Did you mean “qcow2”?");
}

void own_options_are_checked() {
    const auto &show = below_config[0];
    assert_equal(refusal(show, {"--format=txt"}), "--format takes one of text, yaml, not “txt”. Did you mean “text”?");
    assert_equal(refusal(show, {"--format=3"}), "--format takes one of text, yaml, not “3”.");
    assert_equal(refusal(show, {"--formt=text"}), "There is no option “--formt”; did you mean “--format”?");
    assert_equal(refusal(show, {"a", "--zzzzzzzz"}), "There is no option “--zzzzzzzz”.");
    assert_equal(refusal(show, {"-z"}), "There is no option “-z”.");
    assert_equal(refusal(show, {"--root=/dev/sda1"}), "“show” takes no option “--root”.");
    assert_equal(refusal(tree[1], {"a", "--state=x"}), "“look” takes no option “--state”.");
    assert_equal(refusal(below_config[1], {"x"}), "“reset” takes no arguments, but has “x”.");
    g_assert_false(refusal(show, {"--format"}).empty());
}

/// Each row: what is typed, and what is then printed.
void in_a_process(std::vector<const char *> words, int status, const char *out, const char *err) {
    if (g_test_subprocess())
        std::exit(run(std::move(words)));
    g_test_trap_subprocess(nullptr, 0, G_TEST_SUBPROCESS_DEFAULT);
    if (status == 0)
        g_test_trap_assert_passed();
    else
        g_test_trap_assert_failed();
    g_test_trap_assert_stdout(out);
    g_test_trap_assert_stderr(err);
}

void unknown_commands_are_answered() {
    in_a_process({"confg"}, usage, "", "*There is no command “confg”; did you mean “config”?*");
}
void unknown_nested_commands_are_answered() {
    in_a_process({"config", "shw"}, usage, "", "*There is no command “shw”; did you mean “show”?*");
}
void strange_commands_are_answered() {
    in_a_process({"config", "xyzzy"}, usage, "", "*no command “xyzzy”; “virt-hyper2kvm config --help” lists*");
}
void help_lists_commands() { in_a_process({"--help"}, 0, "*Settings:*config *Guests:*look *--version*", ""); }
void help_lists_nested_commands() { in_a_process({"config", "help"}, 0, "*show *reset *--help*", ""); }
void help_needs_nothing_else() {
    in_a_process({"look", "--help"}, 0, "*look SOURCE…*Source:*--root=DEVICE*Output:*--json*", "");
}
void no_command_is_wrong() { in_a_process({"config"}, usage, "", "*config COMMAND*show *reset *"); }

} // namespace

int main(int argc, char **argv) {
    setlocale(LC_ALL, "");
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/command/nested", nested_commands_run_without_a_job);
    g_test_add_func("/command/request", requests_are_filled_and_checked);
    g_test_add_func("/command/own-options", own_options_are_checked);
    g_test_add_func("/command/unknown", unknown_commands_are_answered);
    g_test_add_func("/command/unknown-nested", unknown_nested_commands_are_answered);
    g_test_add_func("/command/strange", strange_commands_are_answered);
    g_test_add_func("/command/help", help_lists_commands);
    g_test_add_func("/command/help-nested", help_lists_nested_commands);
    g_test_add_func("/command/help-of-one", help_needs_nothing_else);
    g_test_add_func("/command/none", no_command_is_wrong);
    return g_test_run();
}
