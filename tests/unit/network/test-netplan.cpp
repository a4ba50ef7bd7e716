// SPDX-License-Identifier: LGPL-2.1-or-later
// What netplan's files say of cards, and where.
#include "convert/network/network_files.h"
#include "tests/support/fake_guest.h"
#include "tests/support/test.h"

using namespace h2k;
using test::assert_equal;
using test::unwrap;

namespace {

constexpr const char *path = "/etc/netplan/a.yaml";

/// What one file says, and its notices.
std::vector<NetworkUse> uses_of(const std::string &content, Notices *unread = nullptr, Notices *hardware = nullptr) {
    test::FakeGuest guest;
    guest.files[path] = content;
    auto files = unwrap(read_network_files(guest));
    if (unread)
        *unread = files.unread;
    if (hardware)
        *hardware = files.hardware;
    return files.uses;
}

std::string raw(const std::string &file, const text::Piece &piece) { return file.substr(piece.at, piece.size); }

std::string with_mac(const std::string &mac) {
    return "network:\n  ethernets:\n    a:\n      match: {macaddress: " + mac + "}\n      set-name: &n \"x0\"\n";
}

} // namespace

static void names_and_pins() {
    const std::string file =
        "# ä\nnetwork:\n  ethernets:\n    ä: {match: {macaddress: '00:50:56:01:02:03'}, set-name: x0}\n"
        "    ens192:\n      macaddress: 00:50:56:01:02:04\n    by-mac: {match: {macaddress: 00:50:56:01:02:05}}\n"
        "    list: [1]\n  bonds:\n    up: {interfaces: [ä, by-mac]}\n";
    const auto all = uses_of(file);
    g_assert_cmpuint(all.size(), ==, 5);
    assert_equal(all[0].names.at(0), "x0");
    assert_equal(raw(file, all[0].macs.at(0).piece), "00:50:56:01:02:03");
    g_assert_false(all[0].macs[0].sets);
    assert_equal(all[1].names.at(0), "ens192");
    g_assert_true(all[1].macs.at(0).sets && all[1].macs[0].on_line);
    g_assert_true(all[2].names.empty());
    g_assert_false(all[4].card);
    assert_equal(all[4].settings.members.at(0), "x0");
    assert_equal(all[4].settings.members.at(1), "00:50:56:01:02:05");
    g_assert_cmpuint(all[4].lower.size(), ==, 1);
    g_assert_true(uses_of("").empty());
}

static void what_is_not_written_plainly() {
    for (const std::string odd :
         {"&m \"00:50:56:01:02:03\"", "!!str '00:50:56:01:02:03'", "\"00:50:56:01:02:0\\x33\""}) {
        Notices unread, hardware;
        const auto all = uses_of(with_mac(odd), &unread, &hardware);
        g_assert_cmpuint(hardware.size(), ==, 1);
        g_assert_true(unread.empty());
        g_assert_true(all.at(0).macs.empty());
        assert_equal(all[0].names.at(0), "x0");
    }
    // libyaml ends lines at these; the places hold all the same.
    for (const std::string front : {"# a\xc2\x85# b\n", "# a\xe2\x80\xa8# b\n", "# a\r# b\n", "\xef\xbb\xbf# a\r\n"}) {
        const auto file = front + with_mac("'00:50:56:01:02:03'");
        assert_equal(raw(file, uses_of(file).at(0).macs.at(0).piece), "00:50:56:01:02:03");
    }
}

static void too_many_are_left_out() {
    std::string many = "network: {ethernets: {";
    for (int i = 0; i < 300; ++i)
        many += "e" + std::to_string(i) + ": {}, ";
    Notices unread;
    g_assert_true(uses_of(many + "}}", &unread).empty());
    g_assert_cmpuint(unread.size(), ==, 1);
    assert_equal(unread.begin()->text, "“/etc/netplan/a.yaml” was ignored: It names more network cards than are read.");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/netplan/names-and-pins", names_and_pins);
    g_test_add_func("/netplan/not-plain", what_is_not_written_plainly);
    g_test_add_func("/netplan/bounds", too_many_are_left_out);
    return g_test_run();
}
