// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/fetch/digest.h"
#include "convert/fetch/sparse_file.h"
#include "convert/fetch/sum.h"
#include "convert/fetch/unpacking.h"
#include "convert/format/archive/entry_bytes.h"
#include "convert/format/file_bytes.h"
#include <functional>

namespace h2k {

/// An image to unpack, and its file.
struct WantedImage {
    const Unpacking &order;
    SparseFile file;
    bool found = false;
};

/// A checksum to verify.
struct WantedSum {
    const Digest &digest;
    Sum sum;
    bool found = false;
};

/// Reads one set of pieces from front to back, once, for all images and checksums.
class UnpackPass {
  public:
    [[nodiscard]] static Result<UnpackPass> open(const Fetch &first, GCancellable *cancel);
    /// Does @from name the same bytes, read in the same way?
    [[nodiscard]] bool takes(const Fetch &from) const;
    /// The same for a checksum, which may also be of the archive itself.
    [[nodiscard]] bool takes(const Digest &digest) const;
    /// Creates the file at once, so that it fails before anything is read.
    [[nodiscard]] Result<> want(const Unpacking &order);
    void want(const Digest &digest) { sums_.push_back({.digest = digest, .sum = Sum{digest.algorithm}}); }

    /// @position is called with the packed bytes that were read.
    [[nodiscard]] Result<> run(const std::function<void(std::uint64_t)> &position);
    [[nodiscard]] std::uint64_t packed_bytes() const noexcept { return bytes_.total(); }
    void keep();

  private:
    using Path = std::vector<std::string>;
    UnpackPass(const Fetch &first, FileBytes bytes, GCancellable *cancel);
    [[nodiscard]] Result<> unpack_single(ByteSource &from);
    [[nodiscard]] Result<> unpack_archive(ByteSource &from, const std::string &name, Path &path);
    [[nodiscard]] Result<> take(ArchiveReader &reader, const ArchiveEntry &entry, Path &path);
    [[nodiscard]] Result<> skip_member(ArchiveReader &reader);
    [[nodiscard]] Result<> write_member(EntryBytes &from, const ArchiveEntry &entry, WantedImage &wanted);
    [[nodiscard]] Result<> write(EntryBytes &from, WantedImage &wanted);
    [[nodiscard]] Result<> require_all() const;
    [[nodiscard]] Result<> step();
    [[nodiscard]] Result<> pass(std::uint64_t bytes);
    [[nodiscard]] std::unexpected<Error> bomb() const;
    [[nodiscard]] bool has_deeper(const Path &path) const;
    [[nodiscard]] EntryBytes::Watcher watcher(const Path &path);

    const std::vector<Piece> pieces_;
    const bool single_; ///< a stream, not an archive
    std::string name_;  ///< of the pieces, safe to print
    std::vector<WantedImage> images_;
    std::vector<WantedSum> sums_;
    FileBytes bytes_;
    std::function<void(std::uint64_t)> position_;
    std::uint64_t passed_ = 0; ///< bytes that were unpacked and not written
    GCancellable *cancel_;
    Allowance allowance_; ///< of the archives: it can only be cancelled
};

} // namespace h2k
