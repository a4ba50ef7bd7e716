// SPDX-License-Identifier: LGPL-2.1-or-later
// The script by which a guest removes the old hypervisor's tools, with real package managers, each on a database of its
// own: "tools", "tools-desktop", which needs it, and "monitor", which is no tool and may need it too.
#include "convert/base/process/subprocess.h"
#include "tests/unit/fixers/removal_guest.h"
#include <cstdio>
#include <unistd.h>

using namespace h2k;
using test::assert_equal;
using test::unwrap;

static const LaterRemoval two{.packages = {"tools", "tools-desktop"}, .uninstallers = {}, .masked = {"toolsd.service"}};

/// Scripts whose $1 is the guest's root.
struct Manager {
    const char *name, *program; ///< the program is run with H2K_ROOT in its place
    const char *query;          ///< prints the packages that are installed, sorted
    const char *install;        ///< the three; $2: what "monitor" needs
};

static const Manager managers[] = {
    {"rpm",
     R"(#!/bin/sh
exec /usr/bin/rpm --root "$H2K_ROOT" "$@"
)",
     "rpm --root $1 -qa --qf '%{NAME}\n' | sort",
     R"(cd $1; cat >tools.spec <<END
Name: tools
Version: 1
Release: 1
Summary: Tools
License: None
BuildArch: noarch
%description
Tools.
%package desktop
Summary: Windows
Requires: tools
%description desktop
Windows.
%package -n monitor
Summary: No tool
Requires: $2
%description -n monitor
No tool.
%install
mkdir -p %{buildroot}/usr/lib
for name in tools desktop monitor; do echo \$name >%{buildroot}/usr/lib/\$name; done
%files
/usr/lib/tools
%files desktop
/usr/lib/desktop
%files -n monitor
/usr/lib/monitor
END
rpmbuild -bb --quiet --define "_topdir $1/top" tools.spec
rpm --root $1 --force-debian -i --nodeps top/RPMS/noarch/*.rpm)"},
    {"pacman",
     R"(#!/bin/sh
exec /usr/bin/pacman --root "$H2K_ROOT" --dbpath "$H2K_ROOT/db" --config "$H2K_ROOT/pacman.conf"     --logfile "$H2K_ROOT/pacman.log" --hookdir "$H2K_ROOT/hooks" "$@"
)",
     "H2K_ROOT=$1 $1/bin/pacman -Qq | sort",
     R"(cd $1; mkdir -p db
printf '[options]
SigLevel = Never
LocalFileSigLevel = Never
' >pacman.conf
for name in tools tools-desktop monitor; do
    mkdir -p $name/usr/lib
    echo $name >$name/usr/lib/$name
    needs=tools
    [ $name != monitor ] || needs=$2
    { printf 'pkgname = %s
pkgver = 1-1
arch = any
size = 1
' $name
      [ $name = tools ] || [ $needs = / ] || echo "depend = $needs"; } >$name/.PKGINFO
    (cd $name; tar cf ../$name-1-1-any.pkg.tar .PKGINFO usr)
done
H2K_ROOT=$1 bin/pacman -Udd --noconfirm ./*.pkg.tar)"},
};

static std::string shell(const test::RemovalGuest &guest, const char *script, const char *word = "") {
    auto done = unwrap(run_command({.argv = {"/bin/sh", "-ec", script, "sh", guest.path(""), word}}, nullptr));
    g_test_message("%s%s", done.output.c_str(), done.errors.c_str());
    g_assert_cmpint(done.status, ==, 0);
    return done.output;
}

static std::unique_ptr<test::RemovalGuest> guest_with(const Manager &manager, const char *need) {
    auto guest = std::make_unique<test::RemovalGuest>(manager.name, two);
    guest->program(std::string{"bin/"} + manager.name, manager.program);
    shell(*guest, manager.install, need);
    assert_equal(shell(*guest, manager.query), "monitor\ntools\ntools-desktop\n");
    return guest;
}

static void they_are_removed(const void *data) {
    const auto &manager = *static_cast<const Manager *>(data);
    const auto guest = guest_with(manager, "nothing");
    g_assert_cmpint(guest->start(), ==, 0);
    assert_equal(shell(*guest, manager.query), "monitor\n");
    g_assert_true(guest->is_forgotten() && guest->has("usr/lib/monitor"));
    g_assert_false(guest->has("usr/lib/tools") || guest->has("etc/systemd/system/toolsd.service"));
}

/// One that another needs stays; the rest goes all the same.
static void what_is_needed_stays(const void *data) {
    const auto &manager = *static_cast<const Manager *>(data);
    const auto guest = guest_with(manager, "tools");
    g_assert_cmpint(guest->start("1"), ==, 1);
    assert_equal(shell(*guest, manager.query), "monitor\ntools\n");
    g_assert_true(guest->has(old_tools_script) && guest->has("etc/systemd/system/toolsd.service"));
    g_assert_true(guest->text(test::RemovalGuest::log).contains("still installed: tools\n"));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    if (getuid() != 0) { // they change their root
        puts("1..0 # SKIP needs root");
        return 0;
    }
    for (const auto &manager : managers) {
        const std::string path = std::string{"/old-tools/"} + manager.name;
        g_test_add_data_func((path + "/removed").c_str(), &manager, they_are_removed);
        g_test_add_data_func((path + "/needed").c_str(), &manager, what_is_needed_stays);
    }
    return g_test_run();
}
