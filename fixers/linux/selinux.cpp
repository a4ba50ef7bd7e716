// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/text.h"
#include "convert/model/guest_links.h"
#include "convert/model/guest_paths.h"
#include "fixers/linux/fixers.h"
#include "fixers/text/assignments.h"
#include "fixers/text/config_file.h"
#include "fixers/text/file_contexts.h"
#include <map>
#include <set>

namespace h2k {

namespace {

using Type = text::FileContexts::Type;

constexpr std::size_t contexts_limit = 4u << 20; ///< a distribution's own has some 700 KiB
constexpr const char *autorelabel = "/.autorelabel";

/// The folder of the guest's policy; empty where SELinux is off or missing.
Result<std::string> policy_folder(const GuestView &guest, Notices &notices) {
    const auto config = H2K_TRY(text::read_config(guest, "/etc/selinux/config", notices));
    if (!config)
        return std::string{};
    const auto all = text::parse_assignments(*config);
    const auto *state = text::last(all, "SELINUX"), *type = text::last(all, "SELINUXTYPE");
    if (!state || lower(state->value.value) == "disabled")
        return std::string{};
    const auto name = type ? type->value.value : "targeted";
    if (name[0] == '-' || !consists_of(name, "-_")) {
        notices.warn(
            "selinux.invalid-policy",
            sentence(_("“%s” in /etc/selinux/config is not a valid name of a policy, so no file gets a label."),
                     printable(name).c_str()));
        return std::string{};
    }
    return "/etc/selinux/" + name;
}

/// In the order of libselinux: what is read later wins.
Result<text::FileContexts> read_policy(const GuestView &guest, const std::string &folder, Notices &notices) {
    text::FileContexts contexts;
    const auto base = folder + "/contexts/files/file_contexts";
    const auto read = [&](const char *more) -> Result<std::string> {
        return H2K_TRY(text::read_config(guest, base + more, notices, contexts_limit)).value_or("");
    };
    for (const char *more : {"", ".homedirs", ".local"})
        contexts.add_rules(H2K_TRY(read(more)));
    contexts.add_subs(H2K_TRY(read(".subs")));
    contexts.add_subs_dist(H2K_TRY(read(".subs_dist")));
    return contexts;
}

/// What was touched, by its real path.
class Touched {
  public:
    Touched(const GuestView &before, const GuestView &after) : before_(before), after_(after) {}
    std::map<std::string, Type> paths;

    Result<> add(const std::string &path, Type type) {
        const auto found = H2K_TRY(follow_links(path, type != Type::link, [&](const auto &at) { return link(at); }));
        if (!found)
            return {}; // links in a circle
        const auto &real = *found;
        paths[real] = type;
        // Parent folders that will be created.
        for (auto above = real.substr(0, real.rfind('/')); !above.empty(); above.resize(above.rfind('/'))) {
            if (paths.contains(above) || H2K_TRY(before_.exists(above)))
                break;
            paths[above] = Type::folder;
        }
        return {};
    }
    Result<> add(const Effect &effect) {
        if (effect.promised)
            return {};
        switch (effect.act) {
        case Act::label:
        case Act::extend: break; // it keeps its label
        case Act::remove: removed_.insert(effect.path); break;
        case Act::make_folder: return add(effect.path, Type::folder);
        case Act::make_link: return add(effect.path, Type::link);
        case Act::write:
        case Act::edit:
        case Act::rebuild: return add(effect.path, Type::file);
        }
        return {};
    }

  private:
    /// An Overlay has a written file in the place of a link that the file is written through.
    [[nodiscard]] Result<std::optional<std::string>> link(const std::string &path) const {
        if (auto made = H2K_TRY(after_.link(path)); made || removed_.contains(path))
            return made;
        return before_.link(path);
    }
    const GuestView &before_, &after_;
    std::set<std::string> removed_;
};

Result<> plan_touched(const text::FileContexts &contexts, const GuestView &before, const GuestView &after,
                      const std::vector<Change> &planned, Finding &finding) {
    Touched touched{before, after};
    for (const auto &change : planned)
        for (const auto &effect : facts_of(change).effects)
            H2K_CHECK(touched.add(effect));
    if (touched.paths.empty())
        return {};
    H2K_CHECK(touched.add(guest_folder, Type::folder));
    SetLabels set;
    for (const auto &[path, type] : touched.paths)
        if (auto label = contexts.label(path, type))
            set.labels.emplace_back(path, *std::move(label));
    if (!set.labels.empty())
        finding.changes.push_back(
            {{},
             _("Files and folders that are written get the labels of the guest's SELinux policy."),
             std::move(set)});
    return {};
}

/// fixfiles(8) reads its options from the file; -F also resets labels that were set by hand.
Result<> plan_at_boot(const GuestView &guest, Finding &finding) {
    if (H2K_TRY(guest.read(autorelabel)))
        return {};
    finding.changes.push_back({{},
                               _("The guest relabels all files for SELinux at its first boot."),
                               WriteFile{.path = autorelabel, .content = "-F\n"}});
    return {};
}

/// The first of these programs that exists; empty: none.
Result<std::string> program_of(const GuestView &guest, std::initializer_list<const char *> paths) {
    for (const char *path : paths)
        if (H2K_TRY(guest.exists(path)))
            return std::string{path};
    return std::string{};
}

/// The guest labels itself at its first boot unless its setfiles(8) does it now: find(1) removes the file that requests
/// that only after a success.  -m: the appliance mounts without SELinux, where setfiles would skip everything.
Result<> plan_full(const GuestView &guest, const std::string &policy, Finding &finding) {
    H2K_CHECK(plan_at_boot(guest, finding));
    const auto setfiles = H2K_TRY(program_of(guest, {"/usr/sbin/setfiles", "/sbin/setfiles"}));
    const auto find = H2K_TRY(program_of(guest, {"/usr/bin/find", "/bin/find"}));
    if (setfiles.empty() || find.empty()) {
        finding.notices.note("selinux.no-setfiles",
                             _("The guest has no setfiles, so it relabels all files for SELinux at its first boot."));
        return {};
    }
    RunInGuest run{.argv = {find, autorelabel, "-exec", setfiles, "-F", "-m"}, .changes = {}};
    for (const char *without : {"/dev", "/proc", "/sys", "/run"})
        run.argv.insert(run.argv.end(), {"-e", without});
    run.argv.insert(run.argv.end(), {policy + "/contexts/files/file_contexts", "/", ";", "-delete"});
    finding.changes.push_back({{},
                               _("The guest's own program relabels all files for SELinux now, since each file has to "
                                 "be checked. If it fails, the guest does so at its first boot."),
                               std::move(run),
                               true});
    return {};
}

} // namespace

Result<Finding> plan_selinux(const FixerInput &input, const GuestView &before, const std::vector<Change> &planned) {
    Finding finding;
    const auto &after = input.guest;
    const auto relabel = input.options.selinux;
    const auto policy = H2K_TRY(policy_folder(after, finding.notices));
    if (policy.empty())
        return finding;
    const auto contexts = H2K_TRY(read_policy(after, policy, finding.notices));
    if (contexts.empty())
        finding.skipped = _("The guest uses SELinux, but its policy has no labels for files.");
    else if (relabel == SelinuxRelabel::touched)
        H2K_CHECK(plan_touched(contexts, before, after, planned, finding));
    else if (relabel == SelinuxRelabel::boot)
        H2K_CHECK(plan_at_boot(after, finding));
    else
        H2K_CHECK(plan_full(after, policy, finding));
    return finding;
}

} // namespace h2k
