// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/image/differencing.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/format/plain_name.h"
#include "convert/source/image/chain.h"
#include <algorithm>
#include <list>
#include <set>
#include <tuple>

namespace h2k {

namespace {

/// ".\\base.vhdx" is how Hyper-V names a file beside another.
std::string without_dot(const std::string &name) {
    return name.starts_with(".\\") || name.starts_with("./") ? name.substr(2) : name;
}

/// Opens the parent of @child by the first of its names that leads to a file that may be read.
Result<HostFile> open_parent(const HostFile &child, const ParentReference &parent, const Fence &fence) {
    for (const auto &name : parent.names)
        H2K_CHECK(require_plain_name(child.name(), name));
    std::optional<Error> first;
    for (const auto &name : parent.names) {
        auto opened = fence.open(child, without_dot(name));
        if (opened)
            return opened;
        if (!first)
            first = std::move(opened).error();
    }
    return std::unexpected(*std::move(first));
}

Result<> check_parent(const HostFile &child, const ChainLink &above, const HostFile &parent, const ChainLink &below) {
    const auto &wanted = above.parent->identities;
    if (std::ranges::find(wanted, below.image.identity) == wanted.end())
        return fail(H2K_ERROR_SOURCE,
                    _("“%s” is not based on this “%s”: its parent has the ID %s, but this image has the ID %s."),
                    child.name().c_str(), parent.name().c_str(), printable(wanted.front()).c_str(),
                    below.image.identity.c_str());
    if (above.image.bytes != below.image.bytes)
        return fail(H2K_ERROR_SOURCE, _("“%s” and its parent “%s” have different sizes."), child.name().c_str(),
                    parent.name().c_str());
    return {};
}

/// The files of a chain, or their places in an archive; none may be repeated, even under two names.
class Chain {
  public:
    [[nodiscard]] Result<> add(const HostFile &file, const HostFile &child) {
        const auto identity = H2K_TRY(identity_of(file.path()));
        const auto offset = file.window() ? file.window()->offset : 0;
        if (files_.size() >= longest_chain || !files_.emplace(identity.device, identity.inode, offset).second)
            return fail(H2K_ERROR_SOURCE, _("The chain of parents below “%s” is circular or too long."),
                        child.name().c_str());
        return {};
    }

  private:
    std::set<std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>> files_;
};

void add_link(DescribedDisk &found, const ChainLink &link) {
    if (std::ranges::find(found.disk.files, link.image.path) == found.disk.files.end())
        found.disk.files.push_back(link.image.path);
    found.notices.add(link.notices);
}

DescribedDisk top_of(const ChainLink &link) {
    DescribedDisk found;
    found.disk.top = link.image;
    add_link(found, link);
    return found;
}

} // namespace

Result<DescribedDisk> describe_chain(const ImageKind &kind, const HostFile &file, const Fence &fence,
                                     Result<ChainLink> (*read)(const HostFile &)) {
    return describe_chain(kind, file, {.read = read, .open = [&](const HostFile &child, const ParentReference &parent) {
                                           return open_parent(child, parent, fence);
                                       }});
}

Result<DescribedDisk> describe_chain(const ImageKind &kind, const HostFile &file, const ChainSteps &steps) {
    auto above = H2K_TRY(steps.read(file));
    auto found = top_of(above);
    Chain chain;
    H2K_CHECK(chain.add(file, file));
    std::list<HostFile> opened;
    for (const auto *child = &file; above.parent; child = &opened.back()) {
        opened.push_back(H2K_TRY(steps.open(*child, *above.parent)));
        const auto &parent = opened.back();
        H2K_CHECK(chain.add(parent, *child));
        if (!kind.recognises(parent, H2K_TRY(parent.read_some(0, head_size))))
            return fail(H2K_ERROR_SOURCE, _("“%s” is not the %s image that “%s” says it is."), parent.name().c_str(),
                        name_of(kind.format()), child->name().c_str());
        auto below = H2K_TRY(steps.read(parent));
        H2K_CHECK(check_parent(*child, above, parent, below));
        found.notices.note("image.backing-file", sentence(_("The disk is also read from “%s”, on which “%s” is based."),
                                                          parent.name().c_str(), child->name().c_str()));
        add_link(found, below);
        found.disk.below.push_back(below.image);
        above = std::move(below);
    }
    return found;
}

} // namespace h2k
