// SPDX-License-Identifier: LGPL-2.1-or-later
// The script by which a guest removes the old hypervisor's tools, run with stand-ins for the package managers.
#include "convert/base/text.h"
#include "tests/unit/fixers/removal_guest.h"

using namespace h2k;
using test::assert_equal;
using test::unwrap;

/// A package is installed while its file is in /db.  What is in /locked or in /needed stays; removing "tools" with apk
/// takes "orphan" along unless it is in /world.
static const std::string head = "#!/bin/sh\necho \"${0##*/} $*\" >>\"$H2K_ROOT/called\"\n";
static const std::string takes = "for name; do case $name in -*) continue ;; esac\n"
                                 "[ ! -e \"$H2K_ROOT/needed/$name\" ] || { echo \"$name is needed\"; continue; }\n"
                                 "rm -f \"$H2K_ROOT/db/$name\"; done\n";
static const std::string locked =
    "[ ! -e \"$H2K_ROOT/locked\" ] || { rm \"$H2K_ROOT/locked\"; echo locked; exit 2; }\n";
static const std::map<std::string, std::string> programs{
    {"dpkg-query", "#!/bin/sh\nfor name; do :; done\n[ -e \"$H2K_ROOT/db/$name\" ] || exit 1\necho -n 'install ok "
                   "installed'\n"},
    {"dpkg", head + locked + "shift\n" + takes},
    {"rpm",
     "#!/bin/sh\ncase $1 in -q) [ -e \"$H2K_ROOT/db/$2\" ] || { echo \"package $2 is not installed\"; exit 1; }; exit; "
     "esac\necho \"rpm $*\" >>\"$H2K_ROOT/called\"\n" +
         locked + "shift\n" + takes},
    {"pacman",
     "#!/bin/sh\ncase $1 in -Q) [ -e \"$H2K_ROOT/db/$2\" ] || { echo \"error: package '$2' was not found\"; exit 1; "
     "}; exit; esac\necho \"pacman $*\" >>\"$H2K_ROOT/called\"\n" +
         locked + "shift\n" + takes},
    {"apk", "#!/bin/sh\ncase $1 in\ninfo) [ ! -e \"$H2K_ROOT/db/$3\" ] || echo \"$3\"; exit ;;\nesac\n"
            "case $* in *--simulate*) echo '(1/2) Purging tools (1.2-r0)'\n"
            "[ ! -e \"$H2K_ROOT/db/orphan\" ] || echo '(2/2) Purging orphan (3-r1)'; exit ;; esac\n"
            "echo \"apk $*\" >>\"$H2K_ROOT/called\"\n" +
                locked + "case $1 in add) shift 2; for n; do : >\"$H2K_ROOT/world-$n\"; done; exit ;; esac\nshift\n" +
                takes + "[ -e \"$H2K_ROOT/world-orphan\" ] || rm -f \"$H2K_ROOT/db/orphan\"\n"},
    {"logger", "#!/bin/sh\ncat >>\"$H2K_ROOT/syslog\"\n"},
    {"systemctl", head},
};

/// A guest with stand-ins, on which all that is to be removed is installed.
class Bed : public test::RemovalGuest {
  public:
    Bed(const char *manager, const LaterRemoval &removal, InitSystem init = InitSystem::systemd)
        : RemovalGuest(manager, removal, init) {
        for (const auto &[name, content] : programs)
            program("bin/" + name, content);
        for (const auto &package : removal.packages)
            put("db/" + package, "");
    }
};

static const LaterRemoval two{.packages = {"tools-desktop", "tools"}, .uninstallers = {}, .masked = {"toolsd.service"}};

static void each_manager_removes_them() {
    for (const auto &[manager, call] :
         std::map<std::string, std::string>{{"deb", "dpkg --purge tools-desktop tools\n"},
                                            {"rpm", "rpm -e tools-desktop tools\n"},
                                            {"apk", "apk del --no-network tools-desktop tools\n"},
                                            {"pacman", "pacman -R --noconfirm tools-desktop tools\n"}}) {
        Bed guest{manager.c_str(), two};
        guest.put("db/other", "");
        g_assert_true(guest.has(Bed::wanted));
        g_assert_cmpint(guest.start(), ==, 0);
        assert_equal(guest.text("called"), call);
        g_assert_true(guest.is_forgotten() && guest.has("db/other"));
        g_assert_false(guest.has("db/tools") || guest.has("db/tools-desktop"));
        g_assert_false(guest.has("etc/systemd/system/toolsd.service"));
        g_assert_true(guest.text(Bed::log).contains("removing: tools-desktop tools\n") &&
                      guest.text(Bed::log).ends_with("virt-hyper2kvm has removed them\n"));
        assert_equal(guest.text("syslog"), guest.text(Bed::log));
    }
}

static void what_is_gone_is_no_error() {
    for (const char *manager : {"deb", "rpm", "apk", "pacman"}) {
        Bed guest{manager, two};
        g_assert_true(std::filesystem::remove(guest.path("db/tools-desktop")));
        g_assert_cmpint(guest.start(), ==, 0);
        g_assert_true(guest.is_forgotten());
        g_assert_false(guest.text("called").contains("desktop"));
        Bed none{manager, two};
        std::filesystem::remove_all(none.path("db"));
        g_assert_cmpint(none.start(), ==, 0);
        g_assert_true(none.is_forgotten());
        assert_equal(none.text("called"), "");
    }
}

static void a_lock_is_waited_for() {
    Bed guest{"deb", two};
    guest.put("locked", "");
    g_assert_cmpint(guest.start(), ==, 0);
    g_assert_true(guest.is_forgotten() && guest.text(Bed::log).contains("locked\n"));
}

static void three_starts_are_enough() {
    Bed guest{"deb", two};
    guest.put("needed/tools", "");
    for (const char *start : {"1", "2", "3"}) {
        g_assert_true(guest.has(Bed::wanted));
        g_assert_cmpint(guest.start("1"), ==, 1);
        assert_equal(trim(guest.text("var/lib/virt-hyper2kvm/old-tools.starts")), start);
        // What stays must not start.
        g_assert_true(guest.has("etc/systemd/system/toolsd.service") && guest.has("db/tools"));
    }
    g_assert_false(guest.has(Bed::wanted));
    g_assert_true(guest.text(Bed::log).ends_with("and does not try again\n"));
}

/// A database that cannot be read shows nothing as removed.
static void an_unknown_answer_is_no_success() {
    for (const char *broken : {"dpkg-query", "rpm", "apk", "pacman"}) {
        Bed guest{broken == std::string{"dpkg-query"} ? "deb" : broken, two};
        guest.program(std::string{"bin/"} + broken, "#!/bin/sh\necho 'error: broken database' >&2\nexit 2\n");
        g_assert_cmpint(guest.start("1"), ==, 1);
        g_assert_true(guest.has(old_tools_script) && guest.has("etc/systemd/system/toolsd.service"));
    }
}

static void apk_keeps_what_was_not_named() {
    Bed guest{"apk", {.packages = {"tools"}, .uninstallers = {}, .masked = {}}};
    guest.put("db/orphan", "");
    g_assert_cmpint(guest.start(), ==, 0);
    assert_equal(guest.text("called"), "apk add --no-network orphan\napk del --no-network tools\n");
    g_assert_true(guest.has("db/orphan") && !guest.has("db/tools"));
}

static void uninstallers_run() {
    Bed guest{"rpm", {.packages = {}, .uninstallers = {"/opt/tools/uninstall.sh", "/opt/gone"}, .masked = {}}};
    guest.program("opt/tools/uninstall.sh", head + "[ -e \"$H2K_ROOT/again\" ] || exit 7\nrm \"$0\"\n");
    g_assert_cmpint(guest.start(), ==, 1);
    g_assert_true(guest.text(Bed::log).contains("/opt/tools/uninstall.sh ended with status 7\n") &&
                  guest.has(Bed::wanted));
    guest.put("again", "");
    g_assert_cmpint(guest.start(), ==, 0);
    assert_equal(guest.text("called"), "uninstall.sh \nuninstall.sh \n");
    g_assert_true(guest.is_forgotten());
}

/// A line of ours in rc.local goes, and so do only links to /dev/null.
static void other_places_are_cleared() {
    Bed guest{"deb", two, InitSystem::sysv};
    g_assert_true(guest.text("etc/rc.local").contains("old-tools.sh"));
    g_assert_true(std::filesystem::remove(guest.path("etc/systemd/system/toolsd.service")));
    guest.put("etc/systemd/system/toolsd.service", "[Unit]\n");
    g_assert_cmpint(chmod(guest.path("etc/rc.local").c_str(), 0750), ==, 0);
    g_assert_cmpint(guest.start(), ==, 0);
    assert_equal(guest.text("etc/rc.local"), "#!/bin/sh\ntrue\nexit 0\n");
    g_assert_true(std::filesystem::status(guest.path("etc/rc.local")).permissions() == std::filesystem::perms{0750});
    g_assert_true(guest.has("etc/systemd/system/toolsd.service") && !guest.has("etc/rc.local.new"));
}

static void a_boot_test_is_no_first_start() {
    Bed guest{"deb", two};
    guest.put(boot_test_marker, "");
    g_assert_cmpint(guest.start(), ==, 0);
    g_assert_true(guest.has(old_tools_script) && guest.has(Bed::wanted) && guest.has("db/tools"));
    assert_equal(guest.text("called") + guest.text(Bed::log), "");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/old-tools/managers", each_manager_removes_them);
    g_test_add_func("/old-tools/gone", what_is_gone_is_no_error);
    g_test_add_func("/old-tools/lock", a_lock_is_waited_for);
    g_test_add_func("/old-tools/three-starts", three_starts_are_enough);
    g_test_add_func("/old-tools/unknown-answer", an_unknown_answer_is_no_success);
    g_test_add_func("/old-tools/apk", apk_keeps_what_was_not_named);
    g_test_add_func("/old-tools/uninstallers", uninstallers_run);
    g_test_add_func("/old-tools/places", other_places_are_cleared);
    g_test_add_func("/old-tools/boot-test", a_boot_test_is_no_first_start);
    return g_test_run();
}
