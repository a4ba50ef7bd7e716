// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/fetch/unpack_pass.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/format/archive/packed_limits.h"
#include "convert/format/magic.h"
#include <algorithm>

namespace h2k {

namespace {

constexpr std::size_t at_once = 1u << 20;

/// Gives a watcher all bytes of a source, which is therefore read from front to back without skipping.
class WatchedBytes final : public ByteSource {
  public:
    WatchedBytes(ByteSource &from, EntryBytes::Watcher watch) : from_(from), watch_(std::move(watch)) {}
    Result<std::string_view> next() override {
        const auto bytes = H2K_TRY(from_.next());
        H2K_CHECK(watch_(bytes));
        return bytes;
    }

  private:
    ByteSource &from_;
    EntryBytes::Watcher watch_;
};

bool is_same(const Piece &a, const Piece &b) {
    return a.path == b.path && a.window.has_value() == b.window.has_value() &&
           (!a.window || (a.window->offset == b.window->offset && a.window->length == b.window->length));
}

std::unexpected<Error> too_large(const WantedImage &image) {
    return fail(H2K_ERROR_SOURCE, _("“%s” is larger than its limit of %s."), printable(image.order.from.name).c_str(),
                size_for_people(image.order.from.most).c_str());
}

} // namespace

UnpackPass::UnpackPass(const Fetch &first, FileBytes bytes, GCancellable *cancel)
    : pieces_(first.pieces), single_(first.members.empty()),
      name_(printable(first.pieces.empty() ? "" : base_name(first.pieces.front().path))), bytes_(std::move(bytes)),
      cancel_(cancel), allowance_(cancel) {}

Result<UnpackPass> UnpackPass::open(const Fetch &first, GCancellable *cancel) {
    return UnpackPass{first, H2K_TRY(FileBytes::open(first.pieces, at_once, cancel)), cancel};
}

bool UnpackPass::takes(const Fetch &from) const {
    return from.members.empty() == single_ && std::ranges::equal(from.pieces, pieces_, is_same);
}

bool UnpackPass::takes(const Digest &digest) const {
    return (digest.from.members.empty() || !single_) && std::ranges::equal(digest.from.pieces, pieces_, is_same);
}

Result<> UnpackPass::want(const Unpacking &order) {
    for (const auto &other : images_)
        if (other.order.from.members == order.from.members)
            return fail(H2K_ERROR_SOURCE, _("“%s” is used for two disks."), printable(order.from.name).c_str());
    images_.push_back({.order = order, .file = H2K_TRY(SparseFile::create(order.to))});
    return {};
}

void UnpackPass::keep() {
    for (auto &image : images_)
        if (image.found)
            image.file.keep();
}

/// Adds the bytes at @path to its checksums; null if it has none.
EntryBytes::Watcher UnpackPass::watcher(const Path &path) {
    std::vector<WantedSum *> wanted;
    for (auto &sum : sums_)
        if (sum.digest.from.members == path) {
            sum.found = true;
            wanted.push_back(&sum);
        }
    if (wanted.empty())
        return {};
    return [this, wanted](std::string_view bytes) -> Result<> {
        for (auto *sum : wanted)
            sum->sum.take(bytes);
        return check_cancelled(cancel_);
    };
}

bool UnpackPass::has_deeper(const Path &path) const {
    const auto is_deeper = [&](const Path &members) {
        return members.size() > path.size() && std::equal(path.begin(), path.end(), members.begin());
    };
    return std::ranges::any_of(images_, [&](const auto &image) { return is_deeper(image.order.from.members); }) ||
           std::ranges::any_of(sums_, [&](const auto &sum) { return is_deeper(sum.digest.from.members); });
}

/// Between two pieces of work: checks for cancellation and for a decompression bomb.
Result<> UnpackPass::step() {
    H2K_CHECK(check_cancelled(cancel_));
    position_(bytes_.position());
    std::uint64_t stored = 0;
    for (const auto &image : images_)
        stored += image.file.stored();
    return stored > most_stored(std::min(bytes_.given(), bytes_.total())) ? bomb() : Result<>{};
}

/// Counts @bytes of a member that is only passed over or hashed: no size that is stated makes them worth the work.
Result<> UnpackPass::pass(std::uint64_t bytes) {
    passed_ += bytes;
    return passed_ > most_unpacked(std::min(bytes_.given(), bytes_.total())) ? bomb() : step();
}

std::unexpected<Error> UnpackPass::bomb() const {
    return fail(H2K_ERROR_SOURCE,
                _("“%s” unpacks to so much more data than it holds that it is refused as a decompression bomb."),
                name_.c_str());
}

Result<> UnpackPass::write(EntryBytes &from, WantedImage &wanted) {
    while (const auto block = H2K_TRY(from.block())) {
        const auto most = wanted.order.from.most;
        if (block->offset > most || block->bytes.size() > most - block->offset)
            return too_large(wanted);
        H2K_CHECK(wanted.file.put(block->offset, block->bytes));
        H2K_CHECK(step());
    }
    return wanted.file.finish(H2K_TRY(from.finish()));
}

/// A member may be compressed itself: as OVF declares of a file, DSP0243 (2.1.1, 7.1), or by its name.
Result<> UnpackPass::write_member(EntryBytes &from, const ArchiveEntry &entry, WantedImage &wanted) {
    wanted.found = true;
    const auto head = H2K_TRY(from.peek());
    if (is_compressed(head)) {
        auto reader =
            H2K_TRY(ArchiveReader::open(from, printable(entry.name), ArchiveReader::Kind::stream, &allowance_));
        const auto stream = H2K_TRY(reader.next());
        if (!stream)
            return wanted.file.finish(0);
        EntryBytes unpacked{reader, *stream, {}};
        return write(unpacked, wanted);
    }
    if (entry.size.value_or(0) > wanted.order.from.most)
        return too_large(wanted);
    // An image in a disk format takes its size; most of a raw one may be holes.
    if (is_disk(head) && !is_partitioned(head))
        H2K_CHECK(wanted.file.require_space(entry.size.value_or(0)));
    return write(from, wanted);
}

Result<> UnpackPass::skip_member(ArchiveReader &reader) {
    if (!reader.reads_to_skip())
        return {};
    while (const auto block = H2K_TRY(reader.read()))
        H2K_CHECK(pass(block->bytes.size()));
    return {};
}

Result<> UnpackPass::take(ArchiveReader &reader, const ArchiveEntry &entry, Path &path) {
    const auto image = std::ranges::find_if(images_, [&](const auto &one) { return one.order.from.members == path; });
    auto watch = watcher(path);
    if (image == images_.end() && !watch && !has_deeper(path))
        return skip_member(reader);
    // An unlimited number of zeros would have to be hashed or searched.
    if (entry.sparse && image == images_.end())
        return fail(H2K_ERROR_SOURCE, _("“%s” is stored as a sparse file, which is supported for disk images only."),
                    printable(entry.name).c_str());
    EntryBytes bytes{reader, entry, std::move(watch)};
    if (image != images_.end())
        H2K_CHECK(write_member(bytes, entry, *image));
    else if (has_deeper(path))
        H2K_CHECK(unpack_archive(bytes, printable(entry.name), path));
    while (const auto block = H2K_TRY(bytes.block()))
        H2K_CHECK(pass(block->bytes.size()));
    return {};
}

Result<> UnpackPass::unpack_archive(ByteSource &from, const std::string &name, Path &path) {
    auto reader = H2K_TRY(ArchiveReader::open(from, name, ArchiveReader::Kind::archive, &allowance_));
    MemberNames names{name};
    while (const auto entry = H2K_TRY(reader.next())) {
        H2K_CHECK(step());
        H2K_CHECK(names.count());
        if (entry->folder)
            continue;
        H2K_CHECK(names.add(entry->name));
        path.push_back(entry->name);
        H2K_CHECK(take(reader, *entry, path));
        path.pop_back();
    }
    return {};
}

Result<> UnpackPass::unpack_single(ByteSource &from) {
    auto &wanted = images_.front();
    // A compressed disk hardly gets smaller when it is unpacked.
    H2K_CHECK(wanted.file.require_space(std::min(bytes_.total(), wanted.order.from.most)));
    auto reader = H2K_TRY(ArchiveReader::open(from, name_, ArchiveReader::Kind::stream, &allowance_));
    wanted.found = true;
    const auto stream = H2K_TRY(reader.next());
    if (!stream)
        return wanted.file.finish(0);
    EntryBytes bytes{reader, *stream, {}};
    return write(bytes, wanted);
}

Result<> UnpackPass::require_all() const {
    const auto missing = [&](const Fetch &from) {
        const auto &name = from.members.empty() ? from.name : from.members.back();
        return fail(H2K_ERROR_SOURCE, _("“%s” holds no file “%s”."), name_.c_str(), printable(name).c_str());
    };
    for (const auto &image : images_)
        if (!image.found && !image.order.from.may_be_missing)
            return missing(image.order.from);
    for (const auto &sum : sums_) {
        if (!sum.found && !sum.digest.from.may_be_missing)
            return missing(sum.digest.from);
        if (sum.found)
            H2K_CHECK(require_digest(sum.digest, sum.sum.text()));
    }
    return {};
}

Result<> UnpackPass::run(const std::function<void(std::uint64_t)> &position) {
    position_ = position;
    const auto watch = watcher({});
    WatchedBytes watched{bytes_, watch};
    ByteSource &from = watch ? static_cast<ByteSource &>(watched) : bytes_;
    Path path;
    H2K_CHECK(single_ ? unpack_single(from) : unpack_archive(from, name_, path));
    while (watch && !H2K_TRY(from.next()).empty())
        H2K_CHECK(step());
    return require_all();
}

} // namespace h2k
