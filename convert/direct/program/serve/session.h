// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/disk/disk.h"
#include "convert/direct/program/files/files.h"
#include "convert/direct/wire/message.h"
#include "convert/model/storage.h"
#include <functional>

namespace h2k {

/// The disks of a guest, as a session sees them; see Devices.
struct Storage {
    std::vector<Bytes *> disks;
    std::vector<Bytes *> opened; ///< encrypted volumes, as they read when they are open: further disks
    std::vector<BlockDevice> devices;
    std::function<Bytes *(const std::string &name)> content; ///< null: it cannot be read here
    std::string unfit;                                       ///< why they need another lane
};

/// Answers the requests of a job, one after the other.
class Session {
  public:
    explicit Session(Storage storage);
    /// The reply; nullopt: @request is malformed, and nothing more can be asked.
    [[nodiscard]] std::optional<Message> answer(const Message &request);

    // The requests that FsCall lists.  Replies are fields.
    using Fields = std::vector<std::string>;
    [[nodiscard]] Outcome<Fields> devices() const;
    [[nodiscard]] Outcome<Fields> first_sectors() const;
    [[nodiscard]] Outcome<Fields> mount(const std::string &device, const std::string &path, bool read_only);
    [[nodiscard]] Outcome<Fields> unmount_all();
    [[nodiscard]] Outcome<Fields> trim();
    [[nodiscard]] Outcome<Fields> needs_replay(const std::string &device) const;
    [[nodiscard]] Outcome<Fields> extents(const std::string &device) const;
    [[nodiscard]] Outcome<Fields> luks_version(const std::string &device) const;
    [[nodiscard]] const Files &files() const noexcept { return files_; }
    [[nodiscard]] const Tree &tree() const noexcept { return tree_; }

  private:
    struct Mounted {
        std::string device;
        bool read_only;
        std::unique_ptr<FileSystem> system;
    };
    [[nodiscard]] bool is_encrypted(const std::string &device) const;

    Storage storage_;
    std::vector<Bytes *> all_; ///< disks, and behind them what is open
    std::vector<Mounted> mounted_;
    Tree tree_;
    Files files_;
};

} // namespace h2k
