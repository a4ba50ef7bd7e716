// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/confine/confinement.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/process/programs.h"
#include "convert/base/process/sanitized.h"
#include "convert/base/text.h"
#include <cerrno>
#include <unistd.h>

namespace h2k {

std::vector<std::string> confining_words(const Confinement &confinement) {
    std::vector<std::string> said{own_program("virt-hyper2kvm-confine")};
    const auto add = [&](const char *option, const std::string &value) { said.push_back(option + value); };
    for (const auto &path : confinement.readable)
        add("--read=", path);
    for (const auto &path : confinement.writable)
        add("--write=", path);
    if (!confinement.folder.empty())
        add("--folder=", confinement.folder);
    if (confinement.unix_sockets)
        said.emplace_back("--unix-sockets");
    if (confinement.namespaces)
        said.emplace_back("--namespaces");
    if (confinement.hands_over)
        said.emplace_back("--hand-over");
    for (const auto &[option, value] : {std::pair{"--recordings=", confinement.warm.recordings},
                                        {"--library=", confinement.warm.library},
                                        {"--wake=", confinement.warm.socket},
                                        {"--learn=", confinement.warm.learn}})
        if (!value.empty())
            add(option, value);
    if (confinement.memory && !is_sanitized) // our program lives with the limits until it becomes the other one
        add("--memory=", std::to_string(confinement.memory));
    if (confinement.file_size)
        add("--file-size=", std::to_string(confinement.file_size));
    if (confinement.cpu_seconds)
        add("--cpu=", std::to_string(confinement.cpu_seconds));
    if (confinement.user) {
        add("--user=", std::to_string(confinement.user->uid));
        add("--group=", std::to_string(confinement.user->gid));
        for (const auto group : confinement.groups)
            add("--also-group=", std::to_string(group));
    }
    said.emplace_back("--");
    return said;
}

Command confined(Command command, const Confinement &confinement) {
    auto argv = confining_words(confinement);
    argv.insert(argv.end(), std::make_move_iterator(command.argv.begin()), std::make_move_iterator(command.argv.end()));
    command.argv = std::move(argv);
    return command;
}

Result<> make_confined_program(const std::string &path, const std::string &program, const Confinement &confinement) {
    auto said = confining_words(confinement);
    const auto confine = said.front();
    said.erase(said.begin());
    said.push_back(program);
    if (symlink(confine.c_str(), path.c_str()) != 0)
        return fail(H2K_ERROR_FAILED, _("Cannot create “%s”: %s."), path.c_str(), g_strerror(errno));
    return write_file(path + ".words", join(said, std::string_view{"\0", 1}));
}

} // namespace h2k
