// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/descriptor.h"
#include "convert/base/error.h"
#include <optional>
#include <string>
#include <vector>

namespace h2k {

/// What is kept for warm starts: one recording, in a folder that has its key for a name.  Nothing in it is of a guest.
class Recordings {
  public:
    struct Kept {
        std::string key, facts;
        std::uint64_t bytes = 0;   ///< that it takes on the host
        std::int64_t recorded = 0; ///< seconds since 1970
    };
    /// $VIRT_HYPER2KVM_CACHE_DIR, else /var/cache/virt-hyper2kvm for root, else the user's cache folder; "appliance" in
    /// that.  Only looked for: an error where it is not there, or is not a private folder of this user.
    [[nodiscard]] static Result<Recordings> find();
    /// The same, created where it is missing, and locked: H2K_ERROR_TARGET where another process records.
    [[nodiscard]] static Result<Recordings> lock();

    [[nodiscard]] const std::string &path() const noexcept { return path_; }
    [[nodiscard]] std::optional<Kept> kept() const;
    /// Are the bytes of the recording @key those that were recorded?  Reads all of them.
    [[nodiscard]] Result<> require_sound(const std::string &key) const;
    /// The complete folder @made, on the same file system, becomes the recording @key; others are removed.
    [[nodiscard]] Result<> publish(const std::string &made, const std::string &key) const;
    /// Who has it open can go on.
    void drop(const std::string &key) const;
    void drop_all() const;

  private:
    Recordings(std::string path, Descriptor folder) : path_(std::move(path)), folder_(std::move(folder)) {}
    [[nodiscard]] std::vector<std::string> keys() const;
    std::string path_;
    Descriptor folder_, lock_;
};

} // namespace h2k
