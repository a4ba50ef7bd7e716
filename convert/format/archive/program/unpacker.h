// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/archive/program/content.h"
#include <memory>

namespace h2k {

struct Libarchive; // the data of libarchive's callbacks

/// libarchive over PackedBytes.  It runs no other program.
class Unpacker final : public Content {
  public:
    /// @from must outlive it.  @kind: tar, archive or stream.
    [[nodiscard]] static Outcome<Unpacker> open(PackedBytes &from, PackedKind kind);
    Unpacker(Unpacker &&other) noexcept;
    Unpacker &operator=(Unpacker &&) = delete;
    ~Unpacker() override;

    [[nodiscard]] Outcome<std::optional<Entry>> next() override;
    [[nodiscard]] Outcome<std::optional<Block>> read() override;
    [[nodiscard]] std::uint64_t header_position() const override;
    [[nodiscard]] std::uint64_t position() const override;
    [[nodiscard]] bool reads_to_skip() const override;

  private:
    explicit Unpacker(std::unique_ptr<Libarchive> unpacking) noexcept;
    std::unique_ptr<Libarchive> unpacking_;
};

} // namespace h2k
