// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/image/qemu_files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include <cerrno>
#include <fcntl.h>

namespace h2k {

namespace {

Result<HeldFile> open_to_read(const std::string &path) {
    Descriptor file{open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)};
    if (!file)
        return fail(H2K_ERROR_SOURCE, _("Cannot read “%s”: %s."), printable(path).c_str(), g_strerror(errno));
    return HeldFile{std::move(file)};
}

Result<HeldFile> open_to_write(const std::string &path, int flags, const std::string &shown) {
    Descriptor file{open(path.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | flags)};
    if (!file)
        return fail(H2K_ERROR_TARGET, _("Cannot write “%s”: %s."), printable(shown).c_str(), g_strerror(errno));
    return HeldFile{std::move(file)};
}

} // namespace

std::string QemuFiles::name_of(HeldFile held, const std::string &shown) {
    held_.push_back(std::move(held));
    shown_.push_back(printable(shown));
    return held_.back().name();
}

Result<std::string> QemuFiles::name_of(const Image &image) {
    if (image.held)
        return name_of(image.held, image.path);
    return name_of(H2K_TRY(open_to_read(image.path)), image.path);
}

std::string QemuFiles::with_paths(std::string said) const {
    for (std::size_t at = said.find("/proc/self/fd/"); at != said.npos; at = said.find("/proc/self/fd/", at)) {
        const auto end = said.find_first_not_of("0123456789", at + strlen("/proc/self/fd/"));
        const auto name = said.substr(at, end == said.npos ? end : end - at);
        std::size_t length = name.size();
        for (std::size_t i = 0; i < held_.size(); ++i)
            if (held_[i].name() == name) {
                said.replace(at, name.size(), shown_[i]);
                length = shown_[i].size();
                break;
            }
        at += length;
    }
    return said;
}

Result<HeldFile> open_own_image(const std::string &path) { return open_to_write(path, O_NOFOLLOW, path); }

Result<HeldFile> open_to_write(const HeldFile &held, const std::string &shown) {
    return open_to_write(held.name(), 0, shown);
}

} // namespace h2k
