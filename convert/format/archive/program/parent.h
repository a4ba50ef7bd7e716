// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/archive/program/packed_bytes.h"

namespace h2k {

/// The process that started this program, at the other end of the socket that is our standard input.  Where it has
/// ended, or does not keep to the protocol, there is nothing left to do and the program ends.
class Parent {
  public:
    /// The next question.
    [[nodiscard]] ArchiveMessage question();
    void answer(ArchiveMessage message, std::string_view bytes);
    /// Answers that it failed, and reads on until the socket is closed, which ends this program.
    [[noreturn]] void fail(ArchiveFailure why, std::string_view text);
    /// Asks for the bytes @needed by @message, need or skip.
    [[nodiscard]] ArchiveMessage ask(const ArchiveMessage &message, std::string &bytes);
};

/// The bytes of the source, which only the parent can read.
class ParentBytes final : public PackedBytes {
  public:
    /// @size: of the source, if it can seek.
    ParentBytes(Parent &parent, std::optional<std::uint64_t> size) : parent_(parent), size_(size) {}
    [[nodiscard]] Outcome<std::string_view> next() override;
    [[nodiscard]] std::uint64_t skip(std::uint64_t count) override;
    [[nodiscard]] std::optional<std::uint64_t> size() const override { return size_; }
    void go_to(std::uint64_t offset) override;

  private:
    Parent &parent_;
    std::optional<std::uint64_t> size_;
    std::string held_;
};

} // namespace h2k
