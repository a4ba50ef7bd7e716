// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/archive/reader.h"
#include <string>

namespace h2k {

/// What is in a compressed stream, unpacked by a libarchive of its own: what the reader of the archive in it takes can
/// then be counted and cancelled, however much a byte becomes.
class StreamBytes final : public ByteSource {
  public:
    /// @first: the bytes that @from gave already.  @name: of @from, fit to be printed.
    StreamBytes(ByteSource &from, std::string_view first, std::string name)
        : whole_(from, first), name_(std::move(name)) {}
    [[nodiscard]] Result<std::string_view> next() override;

  private:
    /// @from with what was taken of it put back.
    class Whole final : public ByteSource {
      public:
        Whole(ByteSource &from, std::string_view first) : from_(from), first_(first) {}
        Result<std::string_view> next() override {
            return first_.empty() ? from_.next() : Result<std::string_view>{std::exchange(first_, {})};
        }

      private:
        ByteSource &from_;
        std::string_view first_;
    };

    Whole whole_;
    std::string name_;
    std::optional<ArchiveReader> reader_;
    bool over_ = false;
};

} // namespace h2k
