// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/appliance/file_calls.h"
#include "convert/appliance/program.h"
#include "convert/base/i18n.h"
#include <algorithm>
#include <cerrno>
#include <utility>

namespace h2k {

// libguestfs has functions of the same names.
using ApplianceStatus = struct guestfs_statns;
using SpaceStatus = struct guestfs_statvfs;

template <> struct Release<ApplianceStatus> {
    void operator()(ApplianceStatus *p) const noexcept { guestfs_free_statns(p); }
};
template <> struct Release<SpaceStatus> {
    void operator()(SpaceStatus *p) const noexcept { guestfs_free_statvfs(p); }
};

namespace {

constexpr const char *label_name = "security.selinux";
constexpr std::size_t longest_label = 4096;

class ApplianceCalls final : public FileCalls {
  public:
    explicit ApplianceCalls(const Handle &handle) noexcept : handle_(handle) {}
    Result<std::optional<FileStatus>> status(const std::string &path, bool follow) const override;
    Result<std::optional<std::string>> real_path(const std::string &path) const override;
    Result<std::string> link(const std::string &path) const override;
    Result<std::string> read(const std::string &path, std::uint64_t offset, std::size_t size) const override;
    Result<std::vector<std::string>> glob(const std::string &pattern) const override;
    Result<std::string> sha256(const std::string &path) const override;
    Result<std::uint64_t> free_space(const std::string &folder) const override;
    Result<std::optional<std::string>> label(const std::string &path) const override;
    Result<> write(const std::string &path, std::string_view content) override;
    Result<> append(const std::string &path, std::string_view content) override;
    Result<> truncate(const std::string &path, std::uint64_t bytes) override;
    Result<> copy(const std::string &from, const std::string &to) override;
    Result<> copy_attributes(const std::string &from, const std::string &to) override;
    Result<> set_owner(const std::string &path, std::uint32_t uid, std::uint32_t gid, unsigned mode) override;
    Result<> set_label(const std::string &path, const std::string &label) override;
    Result<> make_folder(const std::string &path, unsigned mode) override;
    Result<> make_link(const std::string &to, const std::string &path) override;
    Result<> remove(const std::string &path) override;
    Result<> remove_folder(const std::string &path) override;
    Result<> rename(const std::string &from, const std::string &to) override;
    Result<> run(const std::vector<std::string> &argv) override { return run_program(handle_, argv); }
    bool alive() const override { return handle_.alive(); }
    GCancellable *cancel() const override { return handle_.cancel(); }

  private:
    Result<> succeeded(int status) const;
    bool is_absent() const;
    bool is_unkept() const;

    const Handle &handle_;
};

Result<> ApplianceCalls::succeeded(int status) const {
    if (status < 0)
        return handle_.failed();
    return {};
}

/// Is the failure of the call just made that there is nothing at the path?
bool ApplianceCalls::is_absent() const {
    const int why = handle_.last_errno();
    return handle_.alive() && (why == ENOENT || why == ENOTDIR || why == ELOOP);
}

/// Is it that the file system cannot store such a thing?  The appliance's root may do all else; vfat has neither owners
/// nor extended attributes, and of a mode only whether a file may be written.
bool ApplianceCalls::is_unkept() const {
    const int why = handle_.last_errno();
    return handle_.alive() && (why == EPERM || why == ENOTSUP || why == ENOSYS);
}

Result<std::optional<FileStatus>> ApplianceCalls::status(const std::string &path, bool follow) const {
    const Owned<ApplianceStatus> found{follow ? guestfs_statns(handle_.call(), path.c_str())
                                              : guestfs_lstatns(handle_.call(), path.c_str())};
    if (!found && !is_absent())
        return handle_.failed();
    if (!found)
        return std::nullopt;
    return FileStatus{.mode = static_cast<unsigned>(found->st_mode),
                      .uid = static_cast<std::uint32_t>(found->st_uid),
                      .gid = static_cast<std::uint32_t>(found->st_gid),
                      .bytes = found->st_size > 0 ? static_cast<std::uint64_t>(found->st_size) : 0};
}

Result<std::optional<std::string>> ApplianceCalls::real_path(const std::string &path) const {
    if (const Owned<char> real{guestfs_realpath(handle_.call(), path.c_str())})
        return std::string{real.get()};
    if (!handle_.alive())
        return handle_.failed();
    return std::nullopt;
}

Result<std::string> ApplianceCalls::link(const std::string &path) const {
    const Owned<char> to{guestfs_readlink(handle_.call(), path.c_str())};
    if (!to)
        return handle_.failed();
    return std::string{to.get()};
}

Result<std::string> ApplianceCalls::read(const std::string &path, std::uint64_t offset, std::size_t size) const {
    std::size_t got = 0;
    const auto wanted = static_cast<int>(std::min(size, most_at_once));
    if (!std::in_range<std::int64_t>(offset))
        return fail(H2K_ERROR_FAILED, "%s", g_strerror(EINVAL));
    const Owned<char> piece{
        guestfs_pread(handle_.call(), path.c_str(), wanted, static_cast<std::int64_t>(offset), &got)};
    if (!piece)
        return handle_.failed();
    return std::string{piece.get(), got};
}

Result<std::vector<std::string>> ApplianceCalls::glob(const std::string &pattern) const {
    struct guestfs_glob_expand_opts_argv options{};
    options.bitmask = GUESTFS_GLOB_EXPAND_OPTS_DIRECTORYSLASH_BITMASK;
    options.directoryslash = 0;
    const Owned<char *> found{guestfs_glob_expand_opts_argv(handle_.call(), pattern.c_str(), &options)};
    if (!found)
        return handle_.failed();
    auto paths = strings_of(found.get());
    std::ranges::sort(paths);
    return paths;
}

Result<std::string> ApplianceCalls::sha256(const std::string &path) const {
    const Owned<char> sum{guestfs_checksum(handle_.call(&CallLimits::work), "sha256", path.c_str())};
    if (!sum)
        return handle_.failed();
    return std::string{sum.get()};
}

Result<std::uint64_t> ApplianceCalls::free_space(const std::string &folder) const {
    const Owned<SpaceStatus> status{guestfs_statvfs(handle_.call(), folder.c_str())};
    if (!status)
        return handle_.failed();
    guint64 free = 0;
    if (!g_uint64_checked_mul(&free, static_cast<guint64>(status->bfree), static_cast<guint64>(status->frsize)))
        return std::uint64_t{G_MAXUINT64};
    return std::uint64_t{free};
}

Result<std::optional<std::string>> ApplianceCalls::label(const std::string &path) const {
    std::size_t size = 0;
    const Owned<char> label{guestfs_lgetxattr(handle_.call(), path.c_str(), label_name, &size)};
    if (!label || size == 0 || size >= longest_label)
        return std::nullopt;
    return std::string{label.get(), size};
}

/// libguestfs takes no null pointer, which an empty view can have.
const char *bytes_of(std::string_view content) { return content.empty() ? "" : content.data(); }

Result<> ApplianceCalls::write(const std::string &path, std::string_view content) {
    return succeeded(guestfs_write(handle_.call(&CallLimits::work), path.c_str(), bytes_of(content), content.size()));
}

Result<> ApplianceCalls::append(const std::string &path, std::string_view content) {
    return succeeded(
        guestfs_write_append(handle_.call(&CallLimits::work), path.c_str(), bytes_of(content), content.size()));
}

Result<> ApplianceCalls::truncate(const std::string &path, std::uint64_t bytes) {
    return succeeded(guestfs_truncate_size(handle_.call(), path.c_str(), static_cast<std::int64_t>(bytes)));
}

/// cp -a demands what vfat cannot store; there only the content is copied, and the attributes that vfat has.
Result<> ApplianceCalls::copy(const std::string &from, const std::string &to) {
    if (guestfs_cp_a(handle_.call(&CallLimits::work), from.c_str(), to.c_str()) == 0)
        return {};
    if (handle_.alive() && guestfs_cp(handle_.call(&CallLimits::work), from.c_str(), to.c_str()) == 0)
        return copy_attributes(from, to);
    return handle_.failed();
}

Result<> ApplianceCalls::copy_attributes(const std::string &from, const std::string &to) {
    struct guestfs_copy_attributes_argv options{};
    options.bitmask = GUESTFS_COPY_ATTRIBUTES_ALL_BITMASK;
    options.all = 1;
    if (guestfs_copy_attributes_argv(handle_.call(), from.c_str(), to.c_str(), &options) == 0)
        return {};
    if (!is_unkept())
        return handle_.failed();
    const auto old = H2K_TRY(status(from, false));
    if (!old)
        return {};
    return set_owner(to, old->uid, old->gid, old->mode & 07777);
}

/// In this order: chown(2) clears the set-user-ID bits.
Result<> ApplianceCalls::set_owner(const std::string &path, std::uint32_t uid, std::uint32_t gid, unsigned mode) {
    if ((guestfs_chown(handle_.call(), static_cast<int>(uid), static_cast<int>(gid), path.c_str()) < 0 &&
         !is_unkept()) ||
        (guestfs_chmod(handle_.call(), static_cast<int>(mode), path.c_str()) < 0 && !is_unkept()))
        return handle_.failed();
    return {};
}

Result<> ApplianceCalls::set_label(const std::string &path, const std::string &label) {
    if (guestfs_lsetxattr(handle_.call(), label_name, label.data(), static_cast<int>(label.size()), path.c_str()) < 0 &&
        !is_unkept())
        return handle_.failed();
    return {};
}

Result<> ApplianceCalls::make_folder(const std::string &path, unsigned mode) {
    return succeeded(guestfs_mkdir_mode(handle_.call(), path.c_str(), static_cast<int>(mode)));
}

Result<> ApplianceCalls::make_link(const std::string &to, const std::string &path) {
    return succeeded(guestfs_ln_s(handle_.call(), to.c_str(), path.c_str()));
}

Result<> ApplianceCalls::remove(const std::string &path) {
    return succeeded(guestfs_rm_f(handle_.call(), path.c_str()));
}

Result<> ApplianceCalls::remove_folder(const std::string &path) {
    return succeeded(guestfs_rmdir(handle_.call(), path.c_str()));
}

Result<> ApplianceCalls::rename(const std::string &from, const std::string &to) {
    return succeeded(guestfs_rename(handle_.call(), from.c_str(), to.c_str()));
}

} // namespace

std::unique_ptr<FileCalls> appliance_calls(const Handle &handle) { return std::make_unique<ApplianceCalls>(handle); }

} // namespace h2k
