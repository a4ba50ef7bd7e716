// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/direct/program/files/copy.h"
#include "convert/base/i18n.h"
#include <algorithm>
#include <cerrno>

namespace h2k {

namespace {

constexpr std::uint64_t step = 2 << 20;
constexpr const char *access_list = "system.posix_acl_access";
constexpr unsigned permissions = 07777;

} // namespace

Outcome<> as_far_as_stored(Outcome<> done) {
    if (!done && done.error().error == ENOTSUP)
        return {};
    return done;
}

Outcome<> copy_content(const TreePlace &from, const TreePlace &to) {
    const auto bytes = H2K_TRY(from.system->status(from.node)).bytes;
    for (std::uint64_t at = 0;;) {
        const auto run = H2K_TRY(from.system->data_from(from.node, at));
        if (!run)
            break;
        for (at = run->offset; at < run->offset + run->bytes;) {
            const auto size = std::min(step, run->offset + run->bytes - at);
            const auto piece = H2K_TRY(from.system->read(from.node, at, static_cast<std::size_t>(size)));
            if (piece.size() != size)
                return failed(EIO);
            H2K_CHECK(to.system->write(to.node, at, piece));
            at += size;
        }
    }
    if (H2K_TRY(to.system->status(to.node)).bytes == bytes)
        return {};
    return to.system->truncate(to.node, bytes);
}

Outcome<> set_owner_and_mode(const TreePlace &to, std::uint32_t uid, std::uint32_t gid, unsigned mode) {
    // The group's permissions would be the mask of such a list.
    if (H2K_TRY(to.system->attributes(to.node)).contains(access_list))
        return unfit(N_("A file has an access control list, which needs the appliance."));
    H2K_CHECK(as_far_as_stored(to.system->set_owner(to.node, uid, gid)));
    return as_far_as_stored(to.system->set_mode(to.node, mode & permissions));
}

Outcome<> copy_all_attributes(const TreePlace &from, const TreePlace &to) {
    const auto status = H2K_TRY(from.system->status(from.node));
    H2K_CHECK(set_owner_and_mode(to, status.uid, status.gid, status.mode));
    for (const auto &[name, value] : H2K_TRY(from.system->attributes(from.node)))
        H2K_CHECK(as_far_as_stored(to.system->set_attribute(to.node, name, value)));
    return {};
}

} // namespace h2k
