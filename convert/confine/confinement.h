// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/process/subprocess.h"
#include "convert/confine/private_user.h"
#include <cstdint>
#include <string>
#include <vector>

namespace h2k {

/// How the appliance of libguestfs starts, where it is not booted.
struct WarmStart {
    std::string recordings; ///< folder, of which each recording is one that has its key for a name; empty: it is booted
    std::string library;    ///< version of libguestfs
    std::string socket;     ///< on which the appliance is woken
    std::string learn;      ///< file that gets libguestfs's arguments, and nothing is started; empty: none
};

/// What a program that reads a stranger's bytes may do.  Always: no privileges that it has not got, no capabilities but
/// that of opening the files it was handed, no core dump, no dangerous system calls, no network.  Where the kernel has
/// Landlock it opens the files that were handed to it, as they were handed (for reading, or for writing too), the
/// system's programs and libraries, and what is named here, and nothing else.
struct Confinement {
    std::vector<std::string> readable;    ///< further files, and folders with all below
    std::vector<std::string> writable;    ///< the same, where it may also create and remove
    std::string folder = {};              ///< its current folder, for its temporary files; empty: as we have it
    bool unix_sockets = false;            ///< may it open UNIX sockets and connect?  Else it uses what it was handed
    bool namespaces = false;              ///< of its own where the kernel permits it, also without sockets
    bool hands_over = false;              ///< a QEMU that libguestfs starts: what its arguments name is opened for it
    WarmStart warm = {};                  ///< for that QEMU
    std::uint64_t memory = 0;             ///< bytes of address space; 0: no limit
    std::uint64_t file_size = 0;          ///< bytes that a file which it writes may have; 0: no limit
    unsigned cpu_seconds = 0;             ///< CPU time; 0: no limit
    std::optional<PrivateUser> user = {}; ///< to run as; null: as we do
    std::vector<gid_t> groups = {};       ///< further groups of that user
};

/// @command, to be run by virt-hyper2kvm-confine.  The program is killed if the thread that starts it ends.  Exit
/// status 126: it could not be confined, and was not started; 127: it could not be started.
[[nodiscard]] Command confined(Command command, const Confinement &confinement);
/// The words of the command line that do this, before those of the program itself.
[[nodiscard]] std::vector<std::string> confining_words(const Confinement &confinement);

/// Creates the executable @path, which runs @program confined, for libraries that start a program by its name: a link
/// to virt-hyper2kvm-confine, and the file @path.words beside it.  The folder must be private to our user.
[[nodiscard]] Result<> make_confined_program(const std::string &path, const std::string &program,
                                             const Confinement &confinement);

} // namespace h2k
