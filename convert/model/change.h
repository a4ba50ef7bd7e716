// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace h2k {

/// Writes a whole file.  An existing file keeps owner, mode and labels; a new one is root's, with @mode.
struct WriteFile {
    std::string path, content;
    unsigned mode = 0644;
};
struct RemoveFile {
    std::string path;
};
/// Runs a program of the guest, inside the guest's root in the appliance.
struct RunInGuest {
    std::vector<std::string> argv;
    std::vector<std::string> changes; ///< files that it is known to rewrite, so that their first version is kept
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
    std::variant<WriteFile, RemoveFile, RunInGuest, RebuildInitramfs> action;
};

/// "write", "remove", "run", "rebuild-initramfs".
[[nodiscard]] const char *kind_of(const Change &change);
/// The file that it changes; the image for a rebuild; empty for a command.
[[nodiscard]] std::string path_of(const Change &change);

template <typename... F> struct Match : F... {
    using F::operator()...;
};

} // namespace h2k
