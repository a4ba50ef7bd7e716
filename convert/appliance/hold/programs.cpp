// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/appliance/hold/hold.h"
#include "convert/base/descriptor.h"
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

namespace h2k::hold {

namespace {

constexpr const char *notes = "/run/virt-hyper2kvm-scans";
constexpr std::array folders{"/sbin/", "/usr/sbin/", "/bin/", "/usr/bin/"}; // as /init has them in PATH

} // namespace

std::string path_of(std::string_view name) {
    for (std::string path : folders)
        if (path += name; access(path.c_str(), X_OK) == 0)
            return path;
    return {};
}

int run(const std::string &path, const std::vector<std::string> &words, bool quiet) {
    std::vector<char *> argv;
    for (const auto &word : words)
        argv.push_back(const_cast<char *>(word.c_str()));
    argv.push_back(nullptr);
    const pid_t child = fork();
    if (child == 0) {
        const int none = quiet ? open("/dev/null", O_RDWR) : -1;
        for (int standard = 0; none >= 0 && standard <= 2; ++standard)
            dup2(none, standard);
        execv(path.c_str(), argv.data());
        _exit(127);
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return 127;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

int note_scan(const std::string &name, char **argv) {
    const auto path = path_of(name), covered = path_of(last_program);
    std::vector<std::string> words;
    std::string line;
    for (; *argv; ++argv)
        line += words.emplace_back(*argv) + '\0';
    line += '\n';
    const Descriptor file{open(notes, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)};
    if (path.empty() || write(file.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size()))
        return 127;
    umount2(path.c_str(), MNT_DETACH);
    const int status = run(path, words, false);
    mount(covered.c_str(), path.c_str(), nullptr, MS_BIND, nullptr);
    return status;
}

void repeat_scans() {
    std::vector<std::string> words(1);
    for (const char c : content_of(notes)) {
        if (c == '\0') {
            words.emplace_back();
        } else if (c == '\n' && words.back().empty()) {
            words.pop_back();
            if (!words.empty())
                run(path_of(words.front()), words, false);
            words.assign(1, {});
        } else {
            words.back() += c;
        }
    }
}

void uncover() {
    for (const char *scan : scans)
        umount2(path_of(scan).c_str(), MNT_DETACH);
    umount2(path_of(last_program).c_str(), MNT_DETACH);
}

} // namespace h2k::hold
