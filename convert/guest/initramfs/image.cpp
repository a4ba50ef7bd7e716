// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/guest/initramfs/image.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/format/archive/reader.h"

namespace h2k {

namespace {

class ImageBytes final : public ByteSource {
  public:
    explicit ImageBytes(std::string_view image) : image_(image) {}
    [[nodiscard]] Result<std::string_view> next() override { return std::exchange(rest_, {}); }
    [[nodiscard]] std::optional<std::uint64_t> size() const override { return image_.size(); }
    void go_to(std::uint64_t offset) override { rest_ = image_.substr(static_cast<std::size_t>(offset)); }

  private:
    std::string_view image_, rest_ = image_;
};

/// The names in @text, each of which a null byte ends.
Result<std::vector<std::string>> split_names(std::string_view text, const std::string &name) {
    std::vector<std::string> names;
    while (!text.empty()) {
        const auto end = text.find('\0');
        if (end == std::string_view::npos || names.size() == most_initramfs_names)
            return fail(H2K_ERROR_SOURCE, _("“%s” holds too many names for an initramfs image."), name.c_str());
        names.emplace_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    return names;
}

} // namespace

Result<InitramfsContent> list_initramfs(std::string_view image, const std::string &name, GCancellable *cancel) {
    Allowance allowance{cancel};
    ImageBytes bytes{image};
    auto reader = H2K_TRY(ArchiveReader::open(bytes, name, PackedKind::initramfs, &allowance));
    std::string names;
    const auto entry = H2K_TRY(reader.next());
    if (!entry)
        return InitramfsContent{};
    while (const auto block = H2K_TRY(reader.read())) {
        if (block->bytes.size() > most_initramfs_name_bytes - names.size())
            return fail(H2K_ERROR_SOURCE, _("“%s” holds too many names for an initramfs image."), name.c_str());
        names += block->bytes;
    }
    return InitramfsContent{.names = H2K_TRY(split_names(names, name)), .last = entry->name, .bytes = image.size()};
}

} // namespace h2k
