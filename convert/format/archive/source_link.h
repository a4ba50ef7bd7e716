// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/archive/link.h"
#include "convert/format/byte_source.h"

namespace h2k {

/// Asks a virt-hyper2kvm-archive, and gives it what it needs of the source until it answers.
class SourceLink {
  public:
    /// @most: bytes of @from that one answer may take.
    SourceLink(ArchiveLink link, ByteSource &from, std::uint64_t most)
        : link_(std::move(link)), from_(from), most_(most) {}
    /// The answer to @question: opened, entry, block, over or failed, with its bytes in @bytes.  After an error the
    /// program is gone, and so is the archive.
    [[nodiscard]] Result<ArchiveMessage> ask(const ArchiveMessage &question, std::string &bytes);
    /// The error of an answer that no intact program gives; kills it.
    [[nodiscard]] std::unexpected<Error> refused();
    void stop() noexcept { link_.stop(); }
    [[nodiscard]] const std::string &name() const noexcept { return link_.name(); }

  private:
    [[nodiscard]] Result<ArchiveMessage> answered(const ArchiveMessage &question, std::string &bytes);
    [[nodiscard]] Result<> serve(const ArchiveMessage &request);
    [[nodiscard]] Result<> give_bytes();
    [[nodiscard]] std::uint64_t skip(std::uint64_t count);

    ArchiveLink link_;
    ByteSource &from_;
    const std::uint64_t most_;
    std::string_view held_;   ///< bytes of the source that do not fit into one message
    std::uint64_t given_ = 0; ///< bytes since the question
};

} // namespace h2k
