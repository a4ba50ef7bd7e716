// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/model/guest_links.h"
#include "convert/model/overlay.h"
#include "tests/support/fake_guest.h"
#include "tests/support/test.h"

using namespace h2k;
using test::assert_equal;
using test::unwrap;

static test::FakeGuest guest() {
    test::FakeGuest made;
    made.links = {{"/lib", "usr/lib"},   {"/usr/lib/x", "../../etc/./y"},
                  {"/etc/y", "/var//z"}, {"/out", "../../../../etc/passwd"},
                  {"/loop", "/loop2"},   {"/loop2", "loop"}};
    return made;
}

static std::string followed(const std::string &path, bool last = true) {
    const auto view = guest();
    return unwrap(follow_links(path, last, [&](const std::string &at) { return view.link(at); })).value_or("none");
}

static void links_are_followed() {
    assert_equal(followed("/lib/a"), "/usr/lib/a");
    assert_equal(followed("/lib/x"), "/var/z");
    assert_equal(followed("/lib/x", false), "/usr/lib/x");
    assert_equal(followed("/lib/x/b", false), "/var/z/b");
    assert_equal(followed("/lib/../a/./b//"), "/usr/a/b");
    assert_equal(followed("/"), "/");
}

static void none_leads_out_of_the_root() {
    assert_equal(followed("/out"), "/etc/passwd");
    assert_equal(followed("/../../x"), "/x");
}

static void circles_end() {
    assert_equal(followed("/loop"), "none");
    assert_equal(followed("/loop/below"), "none");
    assert_equal(followed("/loop", false), "/loop");
}

static void failures_are_passed_on() {
    const auto failed = follow_links("/a", true, [](const std::string &) -> Result<std::optional<std::string>> {
        return fail(H2K_ERROR_FAILED, "broken");
    });
    assert_equal(test::message_of(failed, H2K_ERROR_FAILED), "broken");
}

/// What a plan makes of links counts as what is there.
static void overlays_follow_planned_links() {
    test::FakeGuest below;
    below.files = {{"/usr/lib/os-release", "ID=a"}};
    Overlay overlay{below};
    const auto link = [&](const char *path, const char *to) {
        unwrap(overlay.apply({.fixer = "t", .reason = "t", .action = MakeLink{.path = path, .to = to}}));
    };
    link("/etc/os-release", "../usr/lib/os-release");
    link("/etc/again", "os-release");
    link("/folder", "/etc");
    link("/a", "/b");
    link("/b", "/a");
    for (const char *path : {"/etc/os-release", "/etc/again", "/folder/again"})
        assert_equal(unwrap(overlay.read(path)).value_or("none"), "ID=a");
    assert_equal(unwrap(overlay.read("/a")).value_or("none"), "none");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/guest-links/follow", links_are_followed);
    g_test_add_func("/guest-links/root", none_leads_out_of_the_root);
    g_test_add_func("/guest-links/circle", circles_end);
    g_test_add_func("/guest-links/failure", failures_are_passed_on);
    g_test_add_func("/guest-links/overlay", overlays_follow_planned_links);
    return g_test_run();
}
