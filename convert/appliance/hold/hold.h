// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace h2k::hold {

// Runs inside the appliance, alone: linked statically, with nothing of the host.

/// Where the archive of the initrd has this program.  In a folder: supermin removes the files beside its own.
inline constexpr const char *own_path = "/h2k/hold";
/// The channel to the host.
inline constexpr std::string_view port_name = "org.virt-hyper2kvm.hold";
/// What the appliance's /init runs last, and where it waits.
inline constexpr const char *last_program = "guestfsd";
/// What it runs before that to assemble what lies on disks.
inline constexpr const char *scans[] = {"mdadm", "lvm", "ldmtool"};

// first.cpp
/// As the kernel's first program: becomes supermin's, after a child was left behind that puts this program in the place
/// of daemon and scans as soon as the appliance's root is the root.
int begin(char **argv, char **environment);

// programs.cpp
/// Path of the program @name in the appliance; empty: it has none.
[[nodiscard]] std::string path_of(std::string_view name);
/// Exit status; @quiet: without output.
int run(const std::string &path, const std::vector<std::string> &words, bool quiet);
/// A scan, run by the appliance's /init without a disk: is carried out, and noted for later.
int note_scan(const std::string &name, char **argv);
void repeat_scans();
/// All programs are themselves again.
void uncover();

// disks.cpp
/// Has the kernel find the @count disks that QEMU has now, one after the other, so that their names have QEMU's order.
[[nodiscard]] bool find_disks(unsigned count);
/// Waits until udev knows all of the @count disks and their partitions.  Is there nothing on them to assemble?
[[nodiscard]] bool settle(unsigned count);

// held.cpp
/// Says to the host that all is ready to be recorded, waits until it is woken, and makes the copy that it is then its
/// own: time, random numbers, disks.  False: the daemon must not run.
[[nodiscard]] bool hold();

void sleep_for(unsigned milliseconds);
/// Bytes of a small file; empty: there is none.
[[nodiscard]] std::string content_of(const std::string &path);
bool put(const std::string &path, std::string_view text);
[[nodiscard]] std::vector<std::string> names_in(const std::string &folder);

} // namespace h2k::hold
