// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/guest/mounted_guest.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/guest/files/changes.h"
#include "convert/guest/files/files.h"
#include "convert/guest/files/paths.h"
#include "convert/guest/initramfs/extend.h"
#include "convert/guest/initramfs/image.h"
#include "convert/guest/initramfs/modules.h"
#include <algorithm>
#include <map>

namespace h2k {

namespace {

constexpr std::size_t most_paths = 4096;       ///< of one glob; each may be read
constexpr std::size_t most_cached = 64u << 20; ///< bytes, of all that was asked

std::size_t size_of(const std::string &text) { return sizeof(std::string) + text.size(); }
std::size_t size_of(bool answer) { return sizeof answer; }
std::size_t size_of(const std::optional<std::string> &text) { return size_of(text.value_or("")); }
std::size_t size_of(const std::vector<std::string> &texts) {
    std::size_t sum = sizeof texts;
    for (const auto &text : texts)
        sum += size_of(text);
    return sum;
}

class MountedGuest final : public Guest {
  public:
    explicit MountedGuest(std::unique_ptr<FileCalls> calls) noexcept : calls_(std::move(calls)) {}
    Result<std::optional<std::string>> read(const std::string &path) const override;
    Result<std::vector<std::string>> list(const std::string &glob) const override;
    Result<std::optional<std::string>> link(const std::string &path) const override;
    Result<std::vector<std::string>> initramfs_names(const std::string &path) const override;
    Result<std::optional<FreeSpace>> space(const std::string &path) const override { return find_space(*calls_, path); }
    Notices notices() const override { return notices_; }
    Result<> apply(const Change &change) override;
    Result<Kept> keep(const std::string &path, const std::string &copy) override;
    Result<bool> is_public(const std::string &path) const override;
    Result<std::string> sha256(const std::string &path) const override { return checksum_of(*calls_, path); }
    Result<FileSums> sums(const std::string &path, std::uint64_t bytes) const override {
        return sums_of(*calls_, path, bytes);
    }

  private:
    Result<> rebuild(const RebuildInitramfs &rebuild);
    Result<> build_image(const RebuildInitramfs &rebuild, const std::vector<std::string> &argv);
    Result<> extend(const ExtendInitramfs &extend);
    Result<std::vector<std::string>> lacking(const std::string &image, const std::string &kernel,
                                             const std::vector<std::string> &modules) const;
    void forget() noexcept;
    template <typename T> T remember(std::map<std::string, T> &answers, const std::string &question, T answer) const;

    std::unique_ptr<FileCalls> calls_;
    // A call costs 3 to 10 ms without KVM and planning asks the same again and again; each change empties the cache.
    mutable std::map<std::string, std::optional<std::string>> files_, links_;
    mutable std::map<std::string, bool> public_;
    mutable std::map<std::string, std::vector<std::string>> lists_, images_;
    mutable std::size_t cached_ = 0;
    mutable Notices notices_;
};

/// The answer, which is kept where the cache has space for it.
template <typename T>
T MountedGuest::remember(std::map<std::string, T> &answers, const std::string &question, T answer) const {
    const auto size = size_of(question) + size_of(answer);
    if (cached_ + size <= most_cached) {
        cached_ += size;
        answers[question] = answer;
    }
    return answer;
}

Result<std::optional<std::string>> MountedGuest::read(const std::string &path) const {
    if (const auto it = files_.find(path); it != files_.end())
        return it->second;
    return remember(files_, path, H2K_TRY(read_regular(*calls_, path)));
}

Result<std::vector<std::string>> MountedGuest::list(const std::string &glob) const {
    if (const auto it = lists_.find(glob); it != lists_.end())
        return it->second;
    auto paths = H2K_TRY(list_paths(*calls_, glob));
    if (paths.size() > most_paths) {
        notices_.warn("guest.folder-too-large",
                      sentence(_("“%s” matches %zu paths in the guest; only the first %zu of them "
                                 "are considered."),
                               printable(glob).c_str(), paths.size(), most_paths));
        paths.resize(most_paths);
    }
    return remember(lists_, glob, std::move(paths));
}

Result<std::optional<std::string>> MountedGuest::link(const std::string &path) const {
    if (const auto it = links_.find(path); it != links_.end())
        return it->second;
    return remember(links_, path, H2K_TRY(read_link(*calls_, path)));
}

Result<bool> MountedGuest::is_public(const std::string &path) const {
    if (const auto it = public_.find(path); it != public_.end())
        return it->second;
    return remember(public_, path, H2K_TRY(can_all_read(*calls_, path)));
}

Result<std::vector<std::string>> MountedGuest::initramfs_names(const std::string &path) const {
    if (const auto it = images_.find(path); it != images_.end())
        return it->second;
    auto content = H2K_TRY(list_guest_image(*calls_, path));
    return remember(images_, path, std::move(content.names));
}

void MountedGuest::forget() noexcept {
    files_.clear();
    links_.clear();
    public_.clear();
    lists_.clear();
    images_.clear();
    cached_ = 0;
}

Result<> MountedGuest::apply(const Change &change) {
    forget();
    return std::visit(Match{
                          [&](const WriteFile &w) { return write_whole(*calls_, w); },
                          [&](const RemoveFile &r) { return remove_file(*calls_, r.path); },
                          [&](const RunInGuest &r) { return calls_->run(r.argv); },
                          [&](const RebuildInitramfs &r) { return rebuild(r); },
                          [&](const ExtendInitramfs &e) { return extend(e); },
                          [&](const MakeFolder &m) { return make_guest_folder(*calls_, m); },
                          [&](const MakeLink &m) { return make_link(*calls_, m); },
                          [&](const CopyIn &c) { return copy_in(*calls_, c); },
                          [&](const CopyFile &c) { return copy_file(*calls_, c); },
                          [&](const CutFile &c) { return cut_file(*calls_, c); },
                          [&](const SetLabels &s) { return set_labels(*calls_, s); },
                      },
                      change.action);
}

Result<Kept> MountedGuest::keep(const std::string &path, const std::string &copy) {
    forget();
    return keep_copy(*calls_, path, copy);
}

Result<> MountedGuest::rebuild(const RebuildInitramfs &rebuild) {
    auto built = build_image(rebuild, rebuild.argv);
    forget();
    if (built || rebuild.otherwise.empty() || built.error().is(H2K_ERROR_CANCELLED) || !calls_->alive())
        return built;
    H2K_CHECK(build_image(rebuild, rebuild.otherwise));
    notices_.warn("initramfs.built-without-settings",
                  sentence(_("The initramfs %s could only be rebuilt without the guest's own settings for it, so a "
                             "kernel update in the guest may fail in the same way: %s"),
                           printable(rebuild.image).c_str(), built.error().message()));
    return {};
}

/// The guest's program makes a new file, which is to have the label of the old one.
Result<> MountedGuest::build_image(const RebuildInitramfs &rebuild, const std::vector<std::string> &argv) {
    const bool is_there = H2K_TRY(stat_of(*calls_, rebuild.image, true)).has_value();
    const auto label = is_there ? H2K_TRY(calls_->label(H2K_TRY(resolve(*calls_, rebuild.image)))) : std::nullopt;
    H2K_CHECK(calls_->run(argv));
    const auto missing = H2K_TRY(lacking(rebuild.image, rebuild.kernel, rebuild.modules));
    if (!missing.empty())
        return fail(H2K_ERROR_FAILED, _("“%s” was rebuilt, but still lacks these modules: %s."), rebuild.image.c_str(),
                    join(missing, ", ").c_str());
    return label ? calls_->set_label(H2K_TRY(resolve(*calls_, rebuild.image)), *label) : Result<>{};
}

/// Those of @modules that @image does not have and @kernel does not need.
Result<std::vector<std::string>> MountedGuest::lacking(const std::string &image, const std::string &kernel,
                                                       const std::vector<std::string> &modules) const {
    const auto names = H2K_TRY(initramfs_names(image));
    const auto builtin = H2K_TRY(read("/lib/modules/" + kernel + "/modules.builtin"));
    return missing_modules(names, builtin.value_or(""), kernel, modules);
}

Result<> MountedGuest::extend(const ExtendInitramfs &extend) {
    const auto bytes = H2K_TRY(extend_image(*calls_, *this, extend));
    forget();
    auto missing = lacking(extend.image, extend.kernel, extend.modules);
    if (missing && missing->empty())
        return {};
    forget();
    if (calls_->alive())
        H2K_CHECK(calls_->truncate(H2K_TRY(resolve(*calls_, extend.image)), bytes));
    if (!missing)
        return std::unexpected(std::move(missing).error());
    return fail(H2K_ERROR_FAILED, _("“%s” was extended, but still lacks these modules: %s."), extend.image.c_str(),
                join(*missing, ", ").c_str());
}

} // namespace

std::unique_ptr<Guest> mounted_guest(std::unique_ptr<FileCalls> calls) {
    return std::make_unique<MountedGuest>(std::move(calls));
}

} // namespace h2k
