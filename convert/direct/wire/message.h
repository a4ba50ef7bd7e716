// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace h2k {

/// What a job asks virt-hyper2kvm-fs for.  Each line has the fields of the request and, after the arrow, of the reply.
/// Paths, calls and errors are those of FileCalls; numbers are decimal, flags "0" or "1".
enum class FsCall : std::uint8_t {
    devices,         ///< → for each device its device_fields(), one message field each
    first_sectors,   ///< → the first 512 bytes of each disk
    mount,           ///< device, path, "1": read-only → nothing.  "/" comes first.
    unmount_all,     ///< → nothing; what was written is in the disks
    trim,            ///< → nothing; drops the free blocks of all that is mounted, and of swap
    status,          ///< path, follow → nothing there: no field; else mode, uid, gid, bytes
    real_path,       ///< path → nothing: no field; else the path
    link,            ///< path → what it says
    read,            ///< path, offset, size → the bytes
    glob,            ///< pattern → paths
    sha256,          ///< path → digits
    free_space,      ///< folder → bytes
    label,           ///< path → none: no field; else the label
    write,           ///< path, content →
    append,          ///< path, content →
    truncate,        ///< path, bytes →
    copy,            ///< from, to →
    copy_attributes, ///< from, to →
    set_owner,       ///< path, uid, gid, permissions →
    set_label,       ///< path, label →
    make_folder,     ///< path, mode →
    make_link,       ///< what it says, path →
    remove,          ///< path →
    remove_folder,   ///< path →
    rename,          ///< from, to →
    needs_replay,    ///< device → "1": it has an ext file system whose journal is to be replayed before it is used
    extents,         ///< device → disk, offset, length of each of its parts, in bytes
    luks_version,    ///< device → that of its LUKS header; "0": it has none
};
constexpr unsigned fs_calls = static_cast<unsigned>(FsCall::luks_version) + 1;

/// How a request ended.
enum class FsOutcome : std::uint8_t {
    done,
    failed, ///< errno, what happened: as in the appliance
    /// Why: the disks need another lane.  A second field, "journal": not if e2fsck has replayed the journal of the file
    /// system that was to be mounted.  The program that is asked then must be a new one: this one has read the disks.
    unfit,
};
constexpr unsigned fs_outcomes = static_cast<unsigned>(FsOutcome::unfit) + 1;

/// A request or a reply: a kind and fields.  On the wire: the bytes that follow and their number as 32 bits, little
/// endian; the kind; and each field after its length, as 32 bits.
struct Message {
    std::uint8_t kind = 0;
    std::vector<std::string> fields;
};
constexpr std::size_t longest_message = 8u << 20, most_fields = 1u << 16;

/// H2K_ERROR_FAILED where it exceeds the limits.
[[nodiscard]] Result<std::string> encode(const Message &message);
/// @bytes: what follows the length.  H2K_ERROR_FAILED where they are no message.
[[nodiscard]] Result<Message> decode(std::string_view bytes);

/// The error of what is no message.
[[nodiscard]] std::unexpected<Error> malformed_message();

/// Sends all of it on the connected socket @fd.  A timeout that the socket has ends it.
[[nodiscard]] Result<> send_message(int fd, const Message &message);
/// The next message; nullopt: the other side has closed the connection between two.
[[nodiscard]] Result<std::optional<Message>> receive_message(int fd);

} // namespace h2k
