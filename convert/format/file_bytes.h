// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/byte_source.h"
#include "convert/format/host_file.h"
#include <string>
#include <vector>

namespace h2k {

/// The bytes of files, or of parts of them, one after the other.
class FileBytes final : public ByteSource {
  public:
    /// @block: bytes that are read at once.  @cancel may be null.
    FileBytes(std::vector<HostFile> files, std::size_t block, GCancellable *cancel);
    [[nodiscard]] static Result<FileBytes> open(const std::vector<Piece> &pieces, std::size_t block,
                                                GCancellable *cancel);
    /// The bytes of one file, which stays open.
    [[nodiscard]] static Result<FileBytes> of(const HostFile &file, std::size_t block);

    [[nodiscard]] Result<std::string_view> next() override;
    [[nodiscard]] std::uint64_t skip(std::uint64_t count) override;
    [[nodiscard]] std::optional<std::uint64_t> size() const override { return total_; }
    void go_to(std::uint64_t offset) override { position_ = offset; }

    [[nodiscard]] std::uint64_t total() const noexcept { return total_; }
    [[nodiscard]] std::uint64_t position() const noexcept { return position_; }
    /// Bytes read so far; those read again count again.
    [[nodiscard]] std::uint64_t given() const noexcept { return given_; }

  private:
    std::vector<HostFile> files_;
    std::size_t block_;
    GCancellable *cancel_;
    std::uint64_t total_ = 0, position_ = 0, given_ = 0;
    std::string held_;
};

} // namespace h2k
