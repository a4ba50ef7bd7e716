// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/direct/checks/lent.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/process/programs.h"
#include "convert/base/sockets/unix_socket.h"
#include "convert/base/text.h"
#include "convert/confine/confinement.h"
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <unistd.h>

namespace h2k {

namespace {

constexpr int not_served = 124, not_made = 125, not_confined = 126, not_started = 127; // of our programs
constexpr int killed = 128;                                                            // and the number of the signal
constexpr std::size_t output_kept = 64u << 10;
constexpr std::uint64_t server_memory = 1u << 30;
/// Where the tools of an administrator are, also for those who are none.
constexpr const char *tool_folders = "/usr/sbin:/usr/bin:/sbin:/bin";

Result<HeldFile> connected(const std::string &path) {
    Descriptor connection = connect_to_socket(path);
    if (!connection)
        return fail(H2K_ERROR_FAILED, _("Cannot connect to “%s”: %s."), path.c_str(), g_strerror(errno));
    return HeldFile{std::move(connection)};
}

/// The words of the server's extents; @files gets a connection for each disk that has one.
Result<std::vector<std::string>> extents_of(const PartOfDisks &part, std::vector<HeldFile> &files) {
    std::vector<HeldFile> disks(part.sockets.size());
    std::vector<std::string> extents;
    for (const auto &run : part.runs) {
        if (run.disk >= disks.size())
            return fail(H2K_ERROR_FAILED, _("“%s” lies on a disk that is not there."), part.name.c_str());
        auto &disk = disks[run.disk];
        if (!disk)
            files.push_back(disk = H2K_TRY(connected(part.sockets[run.disk])));
        extents.push_back(std::to_string(disk.get()) + ":" + std::to_string(run.offset) + ":" +
                          std::to_string(run.length));
    }
    return extents;
}

std::uint64_t bytes_of(const PartOfDisks &part) {
    std::uint64_t bytes = 0;
    for (const auto &run : part.runs)
        bytes += run.length;
    return bytes;
}

std::vector<std::string> confined_words(const std::vector<std::string> &argv, const Confinement &confinement) {
    return confined({.argv = argv}, confinement).argv;
}

std::vector<std::string> server_words(const std::vector<std::string> &extents, bool writes, unsigned cpu_seconds) {
    std::vector<std::string> argv{own_program("virt-hyper2kvm-part"), "serve", writes ? "rw" : "ro"};
    argv.insert(argv.end(), extents.begin(), extents.end());
    return confined_words(argv, {.memory = server_memory,
                                 .file_size = 1, // it writes no file
                                 .cpu_seconds = cpu_seconds,
                                 .user = private_user()});
}

Confinement for_program(const PartOfDisks &part, bool writes, const CheckLimits &limits) {
    Confinement confinement{.memory = limits.memory,
                            .file_size = writes ? bytes_of(part) : 1,
                            .cpu_seconds = limits.cpu_seconds,
                            .user = private_user()};
    (writes ? confinement.writable : confinement.readable).emplace_back(part_file);
    return confinement;
}

std::vector<std::string> all_words(const std::vector<std::string> &server, const std::vector<std::string> &argv,
                                   const PartOfDisks &part, bool writes, const CheckLimits &limits) {
    const auto confinement = for_program(part, writes, limits);
    const auto user = confinement.user.value_or(PrivateUser{.uid = geteuid(), .gid = getegid()});
    std::vector<std::string> words{own_program("virt-hyper2kvm-part"), "lend", writes ? "rw" : "ro"};
    for (const auto number : {std::uint64_t{user.uid}, std::uint64_t{user.gid},
                              static_cast<std::uint64_t>(limits.time.count()), std::uint64_t{server.size()}})
        words.push_back(std::to_string(number));
    words.insert(words.end(), server.begin(), server.end());
    const auto program = confined_words(argv, confinement);
    words.insert(words.end(), program.begin(), program.end());
    return words;
}

void keep_last(std::string &output, std::string_view chunk) {
    output += chunk;
    if (output.size() > output_kept)
        output.erase(0, output.size() - output_kept);
}

/// What went wrong around the program; success: it ended by itself.
Result<> explain(int status, const char *program, const PartOfDisks &part, const std::string &said) {
    const auto words = one_line(last_words(said));
    switch (status) {
    case not_served:
        return fail(H2K_ERROR_FAILED, _("The disks of “%s” failed while %s ran: %s"), part.name.c_str(), program,
                    words.c_str());
    case not_made:
        return fail(H2K_ERROR_FAILED, _("The content of “%s” cannot be made a file on this host: %s"),
                    part.name.c_str(), words.c_str());
    case not_confined:
    case not_started: return fail(H2K_ERROR_FAILED, _("Cannot start %s: %s"), program, words.c_str());
    case killed + SIGALRM:
        return fail(H2K_ERROR_FAILED, _("%s on “%s” took too long and was ended."), program, part.name.c_str());
    default: break;
    }
    if (status > killed)
        return fail(H2K_ERROR_FAILED, _("%s on “%s” was ended by signal %d."), program, part.name.c_str(),
                    status - killed);
    return {};
}

} // namespace

Result<CheckerEnd> run_on_part(const std::vector<std::string> &argv, const PartOfDisks &part, bool writes,
                               const CheckLimits &limits, GCancellable *cancel) {
    Command command;
    const auto extents = H2K_TRY(extents_of(part, command.files));
    command.argv = all_words(server_words(extents, writes, limits.cpu_seconds), argv, part, writes, limits);
    // No setting of the host changes the result.
    command.environment = {{"PATH", tool_folders}, {"E2FSCK_CONFIG", "/dev/null"}};
    std::string output;
    command.on_output = [&](std::string_view chunk) { keep_last(output, chunk); };
    const auto done = H2K_TRY(run_command(command, cancel));
    H2K_CHECK(explain(done.status, argv.front().c_str(), part, done.errors));
    keep_last(output, done.errors);
    return CheckerEnd{.status = done.status, .output = replace_all(output, part_file, part.name)};
}

Result<> require_checker(const char *program, GCancellable *cancel) {
    if (std::ranges::none_of(split(tool_folders, ':'),
                             [&](const auto &folder) { return access((folder + "/" + program).c_str(), X_OK) == 0; }))
        return fail(H2K_ERROR_FAILED, _("There is no %s on this host, which has to check the guest's file systems."),
                    program);
    const auto done = H2K_TRY(run_command({.argv = {own_program("virt-hyper2kvm-part"), "try"}}, cancel));
    if (done.status != 0)
        return fail(H2K_ERROR_FAILED, _("%s cannot check the guest's file systems on this host: %s"), program,
                    one_line(last_words(done.errors)).c_str());
    return {};
}

} // namespace h2k
