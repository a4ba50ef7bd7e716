// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/direct/file_calls.h"
#include "convert/base/i18n.h"
#include "convert/base/text.h"

namespace h2k {

namespace {

using Fields = std::vector<std::string>;

std::string number(std::uint64_t value) { return std::to_string(value); }

Result<std::string> only(Fields fields) {
    if (fields.size() != 1)
        return malformed_reply();
    return std::move(fields.front());
}

Result<std::optional<std::string>> at_most_one(Fields fields) {
    if (fields.size() > 1)
        return malformed_reply();
    return fields.empty() ? std::nullopt : std::optional{std::move(fields.front())};
}

class DirectCalls final : public FileCalls {
  public:
    explicit DirectCalls(FsLink &link) noexcept : link_(link) {}

    Result<std::optional<FileStatus>> status(const std::string &path, bool follow) const override {
        const auto fields = H2K_TRY(link_.request(FsCall::status, {path, follow ? "1" : "0"}));
        if (fields.empty())
            return std::nullopt;
        constexpr auto most = std::numeric_limits<std::uint32_t>::max();
        if (fields.size() != 4)
            return malformed_reply();
        const auto mode = parse_number<unsigned>(fields[0], 0, 0177777),
                   uid = parse_number<unsigned>(fields[1], 0, most), gid = parse_number<unsigned>(fields[2], 0, most);
        const auto bytes = parse_number(fields[3], 0, G_MAXINT64);
        if (!mode || !uid || !gid || !bytes)
            return malformed_reply();
        return FileStatus{.mode = *mode, .uid = *uid, .gid = *gid, .bytes = *bytes};
    }
    Result<std::optional<std::string>> real_path(const std::string &path) const override {
        return at_most_one(H2K_TRY(link_.request(FsCall::real_path, {path})));
    }
    Result<std::string> link(const std::string &path) const override {
        return only(H2K_TRY(link_.request(FsCall::link, {path})));
    }
    Result<std::string> read(const std::string &path, std::uint64_t offset, std::size_t size) const override {
        return only(H2K_TRY(link_.request(FsCall::read, {path, number(offset), number(size)})));
    }
    Result<std::vector<std::string>> glob(const std::string &pattern) const override {
        return link_.request(FsCall::glob, {pattern});
    }
    Result<std::string> sha256(const std::string &path) const override {
        return only(H2K_TRY(link_.request(FsCall::sha256, {path}, FsLink::long_work)));
    }
    Result<std::uint64_t> free_space(const std::string &folder) const override {
        auto fields = H2K_TRY(link_.request(FsCall::free_space, {folder}));
        const auto bytes = parse_number(H2K_TRY(only(std::move(fields))));
        if (!bytes)
            return malformed_reply();
        return *bytes;
    }
    Result<std::optional<std::string>> label(const std::string &path) const override {
        return at_most_one(H2K_TRY(link_.request(FsCall::label, {path})));
    }
    Result<> write(const std::string &path, std::string_view content) override {
        return act(FsCall::write, {path, std::string{content}});
    }
    Result<> append(const std::string &path, std::string_view content) override {
        return act(FsCall::append, {path, std::string{content}});
    }
    Result<> truncate(const std::string &path, std::uint64_t bytes) override {
        return act(FsCall::truncate, {path, number(bytes)});
    }
    Result<> copy(const std::string &from, const std::string &to) override { return act(FsCall::copy, {from, to}); }
    Result<> copy_attributes(const std::string &from, const std::string &to) override {
        return act(FsCall::copy_attributes, {from, to});
    }
    Result<> set_owner(const std::string &path, std::uint32_t uid, std::uint32_t gid, unsigned mode) override {
        return act(FsCall::set_owner, {path, number(uid), number(gid), number(mode)});
    }
    Result<> set_label(const std::string &path, const std::string &label) override {
        return act(FsCall::set_label, {path, label});
    }
    Result<> make_folder(const std::string &path, unsigned mode) override {
        return act(FsCall::make_folder, {path, number(mode)});
    }
    Result<> make_link(const std::string &to, const std::string &path) override {
        return act(FsCall::make_link, {to, path});
    }
    Result<> remove(const std::string &path) override { return act(FsCall::remove, {path}); }
    Result<> remove_folder(const std::string &path) override { return act(FsCall::remove_folder, {path}); }
    Result<> rename(const std::string &from, const std::string &to) override { return act(FsCall::rename, {from, to}); }
    Result<> run(const std::vector<std::string> &argv) override {
        return fail(H2K_ERROR_FAILED, _("The guest's program “%s” runs only in the appliance."),
                    argv.empty() ? "" : argv.front().c_str());
    }
    bool alive() const override { return link_.alive(); }
    GCancellable *cancel() const override { return link_.cancel(); }

  private:
    Result<> act(FsCall call, Fields fields) {
        H2K_CHECK(link_.request(call, std::move(fields), FsLink::long_work));
        return {};
    }
    FsLink &link_;
};

} // namespace

std::unique_ptr<FileCalls> direct_calls(FsLink &link) { return std::make_unique<DirectCalls>(link); }

} // namespace h2k
