// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include <memory>
#include <string>
#include <string_view>

namespace h2k {

/// Overwrites @text, and leaves it empty.
void wipe(std::string &text) noexcept;

/// A passphrase.  All copies are one block of memory, which is wiped when the last of them goes.
class Secret {
  public:
    Secret() noexcept = default;
    /// @bytes are wiped.
    explicit Secret(std::string &&bytes);
    /// The bytes of the host's file at @path, at most @limit of them; they are nowhere else in this process.
    [[nodiscard]] static Result<Secret> read(const std::string &path, std::size_t limit);

    [[nodiscard]] std::string_view view() const noexcept;
    /// Ends with a zero byte.
    [[nodiscard]] const char *c_str() const noexcept { return view().data(); }
    [[nodiscard]] bool empty() const noexcept { return view().empty(); }
    /// Without one line end, if it has one.
    [[nodiscard]] Secret without_line_end() const;
    /// As it is typed.
    [[nodiscard]] Secret with_line_end() const;

  private:
    /// Never grows, which would leave bytes behind.
    struct Block {
        explicit Block(std::size_t size) : bytes(size, '\0') {}
        Block(const Block &) = delete;
        Block &operator=(const Block &) = delete;
        ~Block() { wipe(bytes); }
        std::string bytes;
    };
    explicit Secret(std::shared_ptr<const Block> block) noexcept : block_(std::move(block)) {}
    std::shared_ptr<const Block> block_;
};

/// From now on a crash of this process leaves no core dump: it would have the passphrases that the process knows.
void forbid_core_dumps() noexcept;

} // namespace h2k
