// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/files.h"
#include "convert/base/work_folder.h"
#include "convert/model/guest_paths.h"
#include "fixers/linux/packages/old_tools_later.h"
#include "tests/support/fake_guest.h"
#include "tests/support/test.h"
#include <filesystem>
#include <sys/stat.h>
#include <sys/wait.h>

namespace h2k::test {

/// A folder as a guest's root, with the removal of old tools as it is planned; its programs come from /bin in it.
class RemovalGuest {
  public:
    RemovalGuest(const char *manager, const LaterRemoval &removal, InitSystem init = InitSystem::systemd)
        : work_(unwrap(WorkFolder::create(g_get_tmp_dir()))) {
        FakeGuest guest;
        if (init == InitSystem::sysv)
            guest.files["/etc/init.d/.depend.start"], guest.files["/etc/rc.local"] = "#!/bin/sh\ntrue\nexit 0\n";
        Finding finding;
        unwrap(remove_later(guest, {.packages = manager}, init, removal, finding));
        for (const auto &change : finding.changes)
            for (const auto &effect : facts_of(change).effects)
                effect.content ? put(effect.path, *effect.content) : link(effect.path, effect.to);
        for (const auto &unit : removal.masked)
            link("etc/systemd/system/" + unit, "/dev/null");
    }
    std::string path(const std::string &name) const { return work_->path() + "/" + name; }
    void put(const std::string &name, const std::string &content) {
        unwrap(make_folder(folder_of(path(name)), 0755));
        unwrap(write_file(path(name), content));
    }
    void program(const std::string &name, const std::string &content) {
        put(name, content);
        g_assert_cmpint(chmod(path(name).c_str(), 0755), ==, 0);
    }
    void link(const std::string &name, const std::string &to) {
        unwrap(make_folder(folder_of(path(name)), 0755));
        std::filesystem::create_symlink(to, path(name));
    }
    bool has(const std::string &name) const {
        return std::filesystem::exists(std::filesystem::symlink_status(path(name)));
    }
    std::string text(const std::string &name) const { return has(name) ? unwrap(read_file(path(name), 1u << 16)) : ""; }
    /// A start of the guest; gives the status of the script.
    int start(const char *tries = "3") const {
        const auto script = path(old_tools_script + 1);
        const char *argv[] = {"/bin/sh", script.c_str(), nullptr};
        auto **environment = g_environ_setenv(g_get_environ(), "H2K_ROOT", work_->path().c_str(), TRUE);
        environment = g_environ_setenv(environment, "H2K_PROGRAMS", path("bin").c_str(), TRUE);
        environment = g_environ_setenv(environment, "H2K_TRIES", tries, TRUE);
        environment = g_environ_setenv(environment, "H2K_PAUSE", "0", TRUE);
        int status = 0;
        const bool ran = g_spawn_sync("/", const_cast<char **>(argv), environment, G_SPAWN_STDOUT_TO_DEV_NULL, nullptr,
                                      nullptr, nullptr, nullptr, &status, nullptr);
        g_strfreev(environment);
        g_assert_true(ran);
        return WEXITSTATUS(status);
    }
    bool is_forgotten() const {
        return !has(old_tools_script) && !has("etc/systemd/system/virt-hyper2kvm-old-tools.service") && !has(wanted) &&
               !has("var/lib/virt-hyper2kvm/old-tools.starts");
    }
    static constexpr const char *wanted = "etc/systemd/system/multi-user.target.wants/virt-hyper2kvm-old-tools.service";
    static constexpr const char *log = "var/log/virt-hyper2kvm/old-tools.log";

  private:
    std::unique_ptr<WorkFolder> work_;
};

} // namespace h2k::test
