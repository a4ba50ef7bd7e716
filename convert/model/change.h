// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace h2k {

struct Owner {
    unsigned uid = 0, gid = 0;
};

/// Writes a whole file.  An existing file keeps owner, mode and labels; a new one gets @owner and @mode.
struct WriteFile {
    std::string path, content;
    unsigned mode = 0644;
    Owner owner{};
};
/// Removes a file, a link or an empty folder.
struct RemoveFile {
    std::string path;
};
/// Makes a folder; one that is there stays as it is.
struct MakeFolder {
    std::string path;
    unsigned mode = 0755;
    Owner owner{};
};
/// Makes a symbolic link in place of whatever file or link is at @path.
struct MakeLink {
    std::string path;
    std::string to; ///< what it says
};
/// Copies a file of the host's into the guest.
struct CopyIn {
    std::string path; ///< in the guest
    std::string from; ///< on the host
    unsigned mode = 0644;
};
/// Copies a file of the guest's, with owner, mode and attributes.
struct CopyFile {
    std::string path;
    std::string from;
};
/// Gives files the SELinux labels that the guest's policy demands.
struct SetLabels {
    std::vector<std::pair<std::string, std::string>> labels; ///< path → label
};
/// Runs a program of the guest, inside the guest's root in the appliance.
struct RunInGuest {
    std::vector<std::string> argv;
    std::vector<std::string> changes; ///< files that it is known to rewrite, so that their first version is kept
    std::vector<std::string>
        removes;                    ///< files that are gone when it has done its work: by them a plan tells that it has
    std::vector<std::string> makes; ///< files that are there when it has done its work
};
/// Has the guest's own tool make @image anew, then lists the image: each of @modules must be in it.
struct RebuildInitramfs {
    std::string kernel; ///< version
    std::string image;  ///< path of the image
    std::vector<std::string>
        modules; ///< names without path and suffix, '-' as '_', that must be in the image or built in
    std::vector<std::string> argv;
};

/// One thing to do to a guest: what, why and by whose wish; never how.
struct Change {
    std::string fixer;  ///< "linux.fstab"
    std::string reason; ///< a sentence
    std::variant<WriteFile, RemoveFile, RunInGuest, RebuildInitramfs, MakeFolder, MakeLink, CopyIn, CopyFile, SetLabels>
        action;
    bool may_fail = false; ///< a failure is a warning, and the work goes on
};

/// "write", "remove", "run", "rebuild-initramfs", "folder", "link", "copy-in", "copy", "label".
[[nodiscard]] const char *kind_of(const Change &change);
/// The file that it changes; the image for a rebuild; empty for a command and for labels.
[[nodiscard]] std::string path_of(const Change &change);

/// Is the content of the file that it writes or removes one that no plan and no report may show: hashes of passwords,
/// keys, seeds, and what is not for all to read?
[[nodiscard]] bool is_secret(const Change &change);

template <typename... F> struct Match : F... {
    using F::operator()...;
};

} // namespace h2k
