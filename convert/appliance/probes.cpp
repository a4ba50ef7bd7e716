// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/appliance/probes.h"
#include "convert/base/files.h"
#include <sys/stat.h>
#include <unistd.h>

namespace h2k {

namespace {

constexpr std::size_t longest_mark = 1u << 12;

std::string text_of(const std::string &path) {
    const auto id = identity_of(path);
    if (!id)
        return {};
    std::string text;
    for (const auto number : {id->device, id->inode, id->size})
        text += std::to_string(number) + " ";
    return text + std::to_string(id->modified) + " " + std::to_string(id->changed) + " " + path + "\n";
}

/// As libguestfs wants its own folder.
bool is_ours(const std::string &folder) {
    struct stat st{};
    return lstat(folder.c_str(), &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() && (st.st_mode & 022) == 0;
}

/// Both files, unchanged; empty: one is missing.
std::string mark_of(const std::string &program, const std::string &note) {
    const auto its = text_of(program), noted = text_of(note);
    return its.empty() || noted.empty() ? std::string{} : its + noted;
}

} // namespace

Probes::Probes(const Handle &handle, const std::string &link, const std::string &program, bool use_kvm)
    : link_(link), program_(program) {
    const Owned<char> cache{guestfs_get_cachedir(handle.call())};
    struct stat st{};
    if (!cache || stat(link.c_str(), &st) != 0)
        return;
    const auto folder = std::string{cache.get()} + "/.guestfs-" + std::to_string(geteuid());
    const auto key = std::to_string(st.st_size) + "-" + std::to_string(st.st_mtime);
    note_ = folder + "/qemu-" + key + ".stat";
    if (!is_ours(folder))
        return;
    if (!use_kvm)
        mark_ = folder + "/virt-hyper2kvm-" + key;
    const auto now = mark_of(program, note_);
    if (!mark_.empty() && !now.empty() && read_file(mark_, longest_mark).value_or("") == now)
        return;
    unlink(note_.c_str());
}

void Probes::mark() const {
    const auto now = mark_.empty() ? std::string{} : mark_of(program_, note_);
    if (now.empty() || read_file(mark_, longest_mark).value_or("") == now)
        return;
    // "GENERATION SIZE TIME PATH": another job's answers, perhaps of another QEMU, are not ours.
    if (!read_file(note_, longest_mark).value_or("").ends_with(" " + link_ + "\n"))
        return;
    if (const auto marked = write_file(mark_, now); !marked)
        g_debug("%s", marked.error().message());
}

} // namespace h2k
