// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Requests as messages: what FsCall says of each is checked here.
#include "convert/base/text.h"
#include "convert/direct/program/files/glob.h"
#include "convert/direct/program/serve/session.h"
#include <cerrno>

namespace h2k {

namespace {

using Fields = Session::Fields;

constexpr std::size_t most_read = 4 << 20;

/// The fields of a request, each checked when it is taken.
class Request {
  public:
    explicit Request(const Fields &fields) : fields_(fields) {}
    [[nodiscard]] const std::string &path() {
        const auto &path = bytes();
        good_ = good_ && path.starts_with('/') && path.find('\0') == std::string::npos;
        return path;
    }
    /// Not empty, without NUL.
    [[nodiscard]] const std::string &text() {
        const auto &text = bytes();
        good_ = good_ && !text.empty() && text.find('\0') == std::string::npos;
        return text;
    }
    [[nodiscard]] const std::string &bytes() {
        static const std::string none;
        if (at_ >= fields_.size()) {
            good_ = false;
            return none;
        }
        return fields_[at_++];
    }
    [[nodiscard]] bool flag() {
        const auto &flag = bytes();
        good_ = good_ && (flag == "0" || flag == "1");
        return flag == "1";
    }
    template <typename T = std::uint64_t> [[nodiscard]] T number(T most = std::numeric_limits<T>::max()) {
        const auto number = parse_number<T>(bytes(), 0, most);
        good_ = good_ && number.has_value();
        return number.value_or(0);
    }
    /// Were all fields there, all of them right, and no others?
    [[nodiscard]] bool is_good() const { return good_ && at_ == fields_.size(); }

  private:
    const Fields &fields_;
    std::size_t at_ = 0;
    bool good_ = true;
};

Outcome<Fields> fields_of(Outcome<> done) {
    if (!done)
        return std::unexpected(std::move(done).error());
    return Fields{};
}

Outcome<Fields> fields_of(Outcome<std::string> text) {
    if (!text)
        return std::unexpected(std::move(text).error());
    return Fields{*std::move(text)};
}

Outcome<Fields> fields_of(Outcome<std::optional<std::string>> text) {
    if (!text)
        return std::unexpected(std::move(text).error());
    return *text ? Fields{**std::move(text)} : Fields{};
}

Outcome<Fields> fields_of(Outcome<std::uint64_t> number) {
    if (!number)
        return std::unexpected(std::move(number).error());
    return Fields{std::to_string(*number)};
}

Outcome<Fields> fields_of(Outcome<std::optional<NodeStatus>> status) {
    if (!status)
        return std::unexpected(std::move(status).error());
    if (!*status)
        return Fields{};
    const auto &found = **status;
    return Fields{std::to_string(found.mode), std::to_string(found.uid), std::to_string(found.gid),
                  std::to_string(found.bytes)};
}

Outcome<Fields> fields_of(Outcome<Fields> fields) { return fields; }

/// Null: the request was malformed.
using Answer = std::optional<Outcome<Fields>>;

/// Does what the request asks for, once all of its fields were taken.
template <typename Do> Answer done(const Request &request, Do act) {
    if (!request.is_good())
        return std::nullopt;
    return fields_of(act());
}

/// What is asked for a path and nothing else.
template <auto Method> Answer of_path(Session &session, Request &request) {
    const auto &path = request.path();
    return done(request, [&] { return (session.files().*Method)(path); });
}

/// The same for two.
template <auto Method> Answer of_two_paths(Session &session, Request &request) {
    const auto &from = request.path(), &to = request.path();
    return done(request, [&] { return (session.files().*Method)(from, to); });
}

/// The same for a path and bytes.
template <auto Method> Answer of_content(Session &session, Request &request) {
    const auto &path = request.path(), &content = request.bytes();
    return done(request, [&] { return (session.files().*Method)(path, content); });
}

/// What is asked for without any field.
template <auto Method> Answer of_nothing(Session &session, Request &request) {
    return done(request, [&] { return (session.*Method)(); });
}

Answer mount(Session &session, Request &request) {
    const auto &device = request.text(), &path = request.path();
    const bool read_only = request.flag();
    return done(request, [&] { return session.mount(device, path, read_only); });
}

Answer status(Session &session, Request &request) {
    const auto &path = request.path();
    const bool follow = request.flag();
    return done(request, [&] { return session.files().status(path, follow); });
}

Answer read(Session &session, Request &request) {
    const auto &path = request.path();
    const auto offset = request.number();
    const auto size = request.number<std::size_t>(most_read);
    return done(request, [&] { return session.files().read(path, offset, size); });
}

Answer glob(Session &session, Request &request) {
    const auto &pattern = request.path();
    return done(request, [&] { return glob_in(session.tree(), pattern); });
}

Answer truncate(Session &session, Request &request) {
    const auto &path = request.path();
    const auto bytes = request.number();
    return done(request, [&] { return session.files().truncate(path, bytes); });
}

Answer set_owner(Session &session, Request &request) {
    const auto &path = request.path();
    const auto uid = request.number<std::uint32_t>(), gid = request.number<std::uint32_t>();
    const auto mode = request.number<unsigned>(07777);
    return done(request, [&] { return session.files().set_owner(path, uid, gid, mode); });
}

Answer make_folder(Session &session, Request &request) {
    const auto &path = request.path();
    const auto mode = request.number<unsigned>(07777);
    return done(request, [&] { return session.files().make_folder(path, mode); });
}

Answer make_link(Session &session, Request &request) {
    const auto &to = request.text(), &path = request.path();
    return done(request, [&] { return session.files().make_link(to, path); });
}

/// What is asked for a device.
template <auto Method> Answer of_device(Session &session, Request &request) {
    const auto &device = request.text();
    return done(request, [&] { return (session.*Method)(device); });
}

/// In the order of FsCall.
constexpr Answer (*answers[fs_calls])(Session &session, Request &request) = {
    of_nothing<&Session::devices>,
    of_nothing<&Session::first_sectors>,
    mount,
    of_nothing<&Session::unmount_all>,
    of_nothing<&Session::trim>,
    status,
    of_path<&Files::real_path>,
    of_path<&Files::link>,
    read,
    glob,
    of_path<&Files::sha256>,
    of_path<&Files::free_space>,
    of_path<&Files::label>,
    of_content<&Files::write>,
    of_content<&Files::append>,
    truncate,
    of_two_paths<&Files::copy>,
    of_two_paths<&Files::copy_attributes>,
    set_owner,
    of_content<&Files::set_label>,
    make_folder,
    make_link,
    of_path<&Files::remove>,
    of_path<&Files::remove_folder>,
    of_two_paths<&Files::rename>,
    of_device<&Session::needs_replay>,
    of_device<&Session::extents>,
    of_device<&Session::luks_version>,
};

Message reply_of(const FsFailure &failure) {
    if (failure.error != 0)
        return {
            .kind = static_cast<std::uint8_t>(FsOutcome::failed),
            .fields = {std::to_string(failure.error), failure.text.empty() ? g_strerror(failure.error) : failure.text}};
    Message reply{.kind = static_cast<std::uint8_t>(FsOutcome::unfit), .fields = {failure.text}};
    if (failure.journal)
        reply.fields.emplace_back("journal");
    return reply;
}

bool fits(const Fields &fields) {
    std::size_t length = 1;
    for (const auto &field : fields)
        length += sizeof(std::uint32_t) + field.size();
    return length <= longest_message && fields.size() <= most_fields;
}

} // namespace

std::optional<Message> Session::answer(const Message &request) {
    if (request.kind >= fs_calls)
        return std::nullopt;
    Request fields{request.fields};
    auto answer = answers[request.kind](*this, fields);
    if (!answer)
        return std::nullopt;
    if (*answer && !fits(**answer))
        answer = failed(E2BIG);
    if (!*answer)
        return reply_of(answer->error());
    return Message{.kind = static_cast<std::uint8_t>(FsOutcome::done), .fields = std::move(**answer)};
}

} // namespace h2k
