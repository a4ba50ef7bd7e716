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
/// Cuts the regular file at @path to its first @bytes, if @sha256 is theirs; else it is an error.  Links are followed,
/// and all else of the file stays as it is.
struct CutFile {
    std::string path;
    std::uint64_t bytes = 0;
    std::string sha256; ///< in hexadecimal digits
};
/// Gives files the SELinux labels that the guest's policy demands.
struct SetLabels {
    std::vector<std::pair<std::string, std::string>> labels; ///< path → label
};
/// Runs a program of the guest, inside the guest's root in the appliance.
struct RunInGuest {
    std::vector<std::string> argv;
    std::vector<std::string> changes; ///< files that it is known to rewrite, so that their originals are kept
    std::vector<std::string> removes; ///< files that are gone when it has done its work: they show a plan that it has
    std::vector<std::string> makes;   ///< files that are there when it has done its work
};
/// Has the guest's own tool rebuild @image, then lists the image: each of @modules must be in it.
struct RebuildInitramfs {
    std::string kernel; ///< version
    std::string image;  ///< path of the image
    std::vector<std::string>
        modules; ///< names without path and suffix, '-' as '_', that must be in the image or built in
    std::vector<std::string> argv;
    std::vector<std::string> otherwise{}; ///< a command to try where that one fails; empty: none
};

/// A file for an initramfs image.
struct InitramfsFile {
    std::string name;    ///< in the image: "usr/lib/modules/6.1/kernel/drivers/block/virtio_blk.ko", no leading "/"
    std::string from;    ///< the guest's file that it is a copy of; empty: @content
    std::string content; ///< of a file that the guest does not have
};
/// Puts an archive with @files behind @image, whose kernel unpacks both; a file that the image has already is replaced.
/// Then lists the image: each of @modules must be in it, or built in.  After a failure the image is as it was.
struct ExtendInitramfs {
    std::string kernel; ///< version
    std::string image;  ///< path of the image
    std::vector<InitramfsFile> files;
    std::vector<std::string> modules;     ///< as RebuildInitramfs::modules
    std::vector<std::string> otherwise{}; ///< a command that rebuilds the image where that fails: instead_of()
};

/// One thing to do to a guest: what, why and by which fixer; never how.
struct Change {
    std::string fixer;  ///< "linux.fstab"
    std::string reason; ///< a sentence
    std::variant<WriteFile, RemoveFile, RunInGuest, RebuildInitramfs, ExtendInitramfs, MakeFolder, MakeLink, CopyIn,
                 CopyFile, CutFile, SetLabels>
        action;
    bool may_fail = false; ///< a failure is a warning, and the job goes on
};

/// What a change does at a path of the guest.
enum class Act {
    write,   ///< a file with another content
    edit,    ///< a file whose new content is not given
    rebuild, ///< an initramfs image gets other files; the guest's own tools can always rebuild it
    extend,  ///< an initramfs image gets files behind what it is, which stays, and so does all else of the file
    remove,
    make_link,
    make_folder,
    label ///< and nothing else of it changes
};

/// One thing that a change does at one path.  What is pointed to is the change's.
struct Effect {
    Act act{};
    std::string path;
    const std::string *content = nullptr; ///< the whole new content, where it is known beforehand
    std::string from{};                   ///< of write: the guest's file that the content is copied from
    std::string to{};                     ///< of make_link: what the link says
    std::optional<unsigned> mode{};       ///< of a file or folder that is new
    std::vector<std::string> adds{};      ///< of rebuild and extend: names of files that are in the image afterwards
    /// A program of the guest's does it in its own way: plans can rely on it, but no original is kept for it, and
    /// what it leaves gets no label.
    bool promised = false;

    /// Is it known to the byte what is at the path afterwards: a whole content, or nothing?
    [[nodiscard]] bool is_known() const noexcept { return !promised && (content || act == Act::remove); }
};

/// A member that changes of one kind have in every document: a text, texts, an array of objects, or a number.
struct ChangeMember {
    const char *name;
    std::variant<std::string, std::vector<std::string>, std::vector<std::vector<ChangeMember>>, std::uint64_t> value;
};

/// All that is known of a change.  What plans, applies, labels and prints changes reads this and never asks for a
/// kind.  A kind that edits parts of a file has one effect for the file, and a line and a member for each part.
struct ChangeFacts {
    const char *kind;                    ///< "write", "remove", "run", …: docs/json.md
    std::string path;                    ///< the file that it is about, if it is about one
    std::vector<Effect> effects;         ///< in the order in which they come about
    std::vector<std::string> command{};  ///< program of the guest that it runs, and its arguments
    std::string shown{};                 ///< lines for people, each with its line end; empty: a diff shows it all
    std::vector<ChangeMember> members{}; ///< in the order in which they are written
    /// Is what it writes or removes nothing that a plan or a report may show: hashes of passwords, keys, seeds, and
    /// what is not for all to read?
    bool secret = false;
};

/// The facts point into @change.
[[nodiscard]] ChangeFacts facts_of(const Change &change);
ChangeFacts facts_of(Change &&) = delete;

/// What is done where @change fails and has left the guest as it was; nullopt: nothing.
[[nodiscard]] std::optional<Change> instead_of(const Change &change);

[[nodiscard]] inline const char *kind_of(const Change &change) { return facts_of(change).kind; }
[[nodiscard]] inline std::string path_of(const Change &change) { return facts_of(change).path; }

template <typename... F> struct Match : F... {
    using F::operator()...;
};

} // namespace h2k
