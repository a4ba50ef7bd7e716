// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/format/links.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <deque>
#include <fcntl.h>
#include <pwd.h>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

namespace h2k {

namespace {

constexpr std::size_t most_links = 40; // as the kernel: path_resolution(7)

std::string user_name(uid_t user) {
    std::array<char, 16384> buffer{};
    passwd entry{}, *found = nullptr;
    if (getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found) == 0 && found)
        return printable(found->pw_name);
    return std::to_string(user);
}

/// Walks a path by descriptors, one name at a time, so that what was looked at is what is followed.
class Walk {
  public:
    explicit Walk(const std::string &path) : at_(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC)) { put_first(path); }
    /// 0, or errno.
    [[nodiscard]] int run() {
        while (!names_.empty()) {
            const auto name = std::move(names_.front());
            names_.pop_front();
            if (const int why = step(name); why != 0)
                return why;
        }
        return 0;
    }
    [[nodiscard]] Descriptor take() { return std::move(at_); }
    /// Who owns the links that were followed.
    [[nodiscard]] const std::set<uid_t> &owners() const { return owners_; }

  private:
    void put_first(const std::string &path) {
        auto parts = split(path, '/');
        std::erase_if(parts, [](const std::string &part) { return part.empty() || part == "."; });
        names_.insert(names_.begin(), parts.begin(), parts.end());
    }
    [[nodiscard]] int step(const std::string &name) {
        Descriptor next{openat(at_.get(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC)};
        struct stat st{};
        if (!next || fstat(next.get(), &st) != 0)
            return errno;
        if (!S_ISLNK(st.st_mode)) {
            at_ = std::move(next);
            return 0;
        }
        std::string target(PATH_MAX, '\0');
        const auto length = readlinkat(next.get(), "", target.data(), target.size());
        if (length <= 0 || ++links_ > most_links)
            return length < 0 ? errno : ELOOP;
        target.resize(static_cast<std::size_t>(length));
        owners_.insert(st.st_uid);
        if (target.starts_with('/'))
            at_ = Descriptor{open("/", O_PATH | O_DIRECTORY | O_CLOEXEC)};
        put_first(target);
        return 0;
    }

    Descriptor at_;
    std::deque<std::string> names_;
    std::set<uid_t> owners_;
    std::size_t links_ = 0;
};

} // namespace

Result<Descriptor> open_through_links(const std::string &path) {
    Walk walk{path.starts_with('/') ? path : Owned<char>{g_get_current_dir()}.get() + ("/" + path)};
    const int why = path.find('\0') != std::string::npos ? ENOENT : walk.run();
    auto found = walk.take();
    struct stat st{};
    if (why != 0 || fstat(found.get(), &st) != 0)
        return fail(H2K_ERROR_SOURCE, _("Cannot read “%s”: %s."), printable(path).c_str(),
                    g_strerror(why ? why : errno));
    const auto is_strange = [&](uid_t owner) { return owner != 0 && owner != geteuid() && owner != st.st_uid; };
    const auto stranger = std::ranges::find_if(walk.owners(), is_strange);
    if (stranger == walk.owners().end())
        return found;
    return fail(H2K_ERROR_SOURCE,
                _("“%s” is or contains a symbolic link of the user “%s” to a file of “%s”; name that file itself if "
                  "it is the one that you mean."),
                printable(path).c_str(), user_name(*stranger).c_str(), user_name(st.st_uid).c_str());
}

} // namespace h2k
