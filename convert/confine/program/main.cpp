// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Gives up its power, and becomes another program.
//
//   virt-hyper2kvm-confine --NAME=VALUE … -- PROGRAM ARGUMENT …     (see convert/confine/confinement.h)
//   NAME ARGUMENT …     as a link NAME to it, whose options and program stand in the file NAME.words, separated by null
//   bytes
#include "convert/base/files.h"
#include "convert/base/text.h"
#include "convert/confine/program/hand_over.h"
#include "convert/confine/program/steps.h"
#include "convert/confine/program/warm.h"
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using namespace h2k;

constexpr const char *name = "virt-hyper2kvm-confine";
constexpr int not_confined = 126, not_started = 127; // as a shell's
constexpr std::size_t longest_words = 1u << 20;

Result<std::vector<std::string>> words_of(const std::vector<std::string> &argv) {
    if (base_name(argv.front()) == name)
        return std::vector(argv.begin() + 1, argv.end());
    const auto path = argv.front() + ".words";
    struct stat st{};
    if (lstat(path.c_str(), &st) != 0 || st.st_uid != geteuid())
        return fail(H2K_ERROR_USAGE, "%s: not a file of ours", path.c_str());
    auto words = split(H2K_TRY(read_file(path, longest_words)), '\0');
    words.insert(words.end(), argv.begin() + 1, argv.end());
    return words;
}

Result<Orders> confine(const std::vector<std::string> &argv) {
    const auto words = H2K_TRY(words_of(argv));
    auto orders = H2K_TRY(read_orders(words));
    H2K_CHECK(start_warm(orders));
    if (orders.hands_over)
        H2K_CHECK(hand_over(orders.program));
    H2K_CHECK(enter_folder(orders));
    const bool apart = leave_namespaces(orders);
    H2K_CHECK(drop_power(orders, apart));
    H2K_CHECK(leave_files(orders));
    H2K_CHECK(set_limits(orders));
    H2K_CHECK(leave_system_calls(orders));
    return orders;
}

} // namespace

int main(int argc, char **argv) {
    auto orders = confine({argv, argv + argc});
    if (!orders) {
        fprintf(stderr, "%s: %s\n", name, orders.error().message());
        return not_confined;
    }
    std::vector<char *> program;
    for (auto &word : orders->program)
        program.push_back(word.data());
    program.push_back(nullptr);
    execvp(program.front(), program.data());
    fprintf(stderr, "%s: %s: %s\n", name, program.front(), g_strerror(errno));
    // As run by a shell; no handler of ours is left to run.
    _exit(not_started);
}
