// SPDX-License-Identifier: LGPL-2.1-or-later
// Walks tests/data/fixers/<id>/<case>: see the README.md there.
#include "convert/base/files.h"
#include "convert/base/text.h"
#include "convert/model/fields/writer.h"
#include "convert/model/json.h"
#include "convert/model/overlay.h"
#include "convert/network/guest_nics.h"
#include "fixers/fixer.h"
#include "fixers/linux/fixers.h"
#include "fixers/text/config_file.h"
#include "tests/support/case_guest.h"
#include "tests/support/notices.h"
#include "tests/support/test.h"
#include <filesystem>

using namespace h2k;
using test::assert_equal;
using test::unwrap;

static std::string root() { return std::string{g_getenv("H2K_SOURCE_ROOT")}; }
static std::string data() { return root() + "/tests/data/fixers"; }
static bool regenerate() { return g_getenv("H2K_TEST_REGENERATE") != nullptr; }

static const Fixer *fixer_named(const std::string &id) {
    for (const auto &fixer : linux_fixers().fixers)
        if (id == fixer.id)
            return &fixer;
    return nullptr;
}

static std::vector<std::string> folders_in(const std::string &path) {
    std::vector<std::string> found;
    std::error_code error;
    for (std::filesystem::directory_iterator at{path, error}, end; !error && at != end; at.increment(error))
        if (at->is_directory(error))
            found.push_back(at->path().filename().string());
    std::ranges::sort(found);
    return found;
}

static std::string octal(unsigned mode) { return Owned<char>{g_strdup_printf("%04o", mode)}.get(); }

static void write_command(JsonWriter &json, const ChangeFacts &facts) {
    if (facts.command.empty())
        return;
    json.member("argv", facts.command);
    if (!facts.path.empty())
        return;
    std::vector<std::string> changes;
    for (const auto &effect : facts.effects)
        if (effect.act == Act::edit)
            changes.push_back(effect.path);
    json.member("changes", changes);
}

/// A file of the host's by its name alone, since the folder is another for each checkout.
static void write_member(JsonWriter &json, const ChangeFacts &facts, const ChangeMember &member) {
    const auto *text = std::get_if<std::string>(&member.value);
    const bool of_guest = std::ranges::any_of(facts.effects, [](const Effect &effect) { return !effect.from.empty(); });
    if (member.name == std::string{"from"} && text && !of_guest)
        json.member(member.name, base_name(*text));
    else
        FieldWriter{json}.members({member}, nullptr);
    if (member.name == std::string{"kernel"})
        json.member("image", facts.path);
}

static void write_golden(JsonWriter &json, const Change &change) {
    const auto facts = facts_of(change);
    json.object([&] {
        json.member("kind", facts.kind);
        json.optional("path", facts.path);
        json.member("reason", change.reason);
        if (facts.path.empty())
            write_command(json, facts);
        for (const auto &member : facts.members)
            write_member(json, facts, member);
        if (!facts.path.empty())
            write_command(json, facts);
        for (const auto &effect : facts.effects)
            if (effect.mode && (effect.act == Act::make_folder || (effect.content && *effect.mode != 0644)))
                json.member("mode", octal(*effect.mode));
        if (change.may_fail)
            json.member("may_fail", true);
    });
}

static std::string as_json(const std::string &id, const Finding &finding) {
    JsonWriter json;
    json.object([&] {
        json.member("fixer", id);
        json.array("changes", [&] {
            for (const auto &change : finding.changes)
                write_golden(json, change);
        });
        json.member("warnings", test::texts_of(finding.notices));
        json.optional("skipped", finding.skipped);
    });
    return json.text();
}

static std::map<std::string, std::string> files_written(const Finding &finding) {
    std::map<std::string, std::string> files;
    for (const auto &change : finding.changes)
        for (const auto &effect : facts_of(change).effects)
            if (effect.content)
                files[effect.path] = *effect.content;
            else if (effect.is_known())
                files.erase(effect.path);
    return files;
}

static void write_goldens(const std::string &folder, const std::string &changes,
                          const std::map<std::string, std::string> &files) {
    unwrap(write_file(folder + "/changes.json", changes));
    std::error_code error;
    std::filesystem::remove_all(folder + "/after", error);
    for (const auto &[path, content] : files) {
        unwrap(make_folder(folder_of(folder + "/after" + path), 0755));
        unwrap(write_file(folder + "/after" + path, content));
    }
}

static void compare_goldens(const std::string &folder, const std::string &changes,
                            const std::map<std::string, std::string> &files) {
    assert_equal(changes, unwrap(read_file(folder + "/changes.json", 1u << 20)));
    const auto expected = unwrap(test::read_tree(folder + "/after"));
    for (const auto &[path, content] : expected) {
        if (!files.contains(path))
            g_error("%s: the file %s is not written", folder.c_str(), path.c_str());
        assert_equal(files.find(path)->second, content);
    }
    for (const auto &[path, content] : files)
        if (!expected.contains(path))
            g_error("%s: the file %s is written, and not expected", folder.c_str(), path.c_str());
}

static void run_case(gconstpointer argument) {
    const std::string folder = static_cast<const char *>(argument);
    const auto id = base_name(folder_of(folder));
    const auto *fixer = fixer_named(id);
    if (!fixer)
        g_error("%s: no fixer is called %s", folder.c_str(), id.c_str());
    const auto loaded = unwrap(test::load_case(folder));
    const auto finding = unwrap(fixer->plan({loaded.guest, loaded.facts, loaded.target, loaded.options}));
    const auto changes = as_json(id, finding);
    const auto files = files_written(finding);
    if (regenerate())
        write_goldens(folder, changes, files);
    compare_goldens(folder, changes, files);

    Overlay overlay{loaded.guest};
    for (const auto &change : finding.changes)
        unwrap(overlay.apply(change));
    const auto again = unwrap(fixer->plan({overlay, loaded.facts, loaded.target, loaded.options}));
    if (!again.changes.empty())
        assert_equal(as_json(id, again), "no change in the second plan");
}

static void every_fixer_has_a_case() {
    for (const auto &fixer : linux_fixers().fixers)
        if (folders_in(data() + "/" + fixer.id).empty())
            g_error("%s has no case in tests/data/fixers", fixer.id);
}

/// docs/fixers.md has the table as it runs.
static void every_fixer_is_documented() {
    const auto &table = linux_fixers();
    std::vector<Fixer> fixers{table.fixers.begin(), table.fixers.end()};
    std::ranges::stable_sort(fixers, {}, &Fixer::phase);
    const auto line = [](const auto &row) { return "| `" + std::string{row.id} + "` | " + row.summary + " |\n"; };
    std::string lines;
    for (const auto &fixer : fixers)
        lines += line(fixer);
    lines += line(*table.last);

    const auto docs = unwrap(read_file(root() + "/docs/fixers.md", 1u << 20));
    const auto start = docs.find("| `");
    assert_equal(docs.substr(start, docs.find("\n\n", start) + 1 - start), lines);
    for (const auto &row : split(lines, '\n'))
        if (!row.empty() && docs.find("\n## " + split(row, '`')[1] + "\n") == std::string::npos)
            g_error("docs/fixers.md has no section of %s", row.c_str());
}

static void initramfs_comes_last() {
    const auto fixers = linux_fixers().fixers;
    g_assert_false(fixers.empty());
    assert_equal(fixers.back().id, "linux.initramfs");
    for (const auto &fixer : fixers)
        g_assert_true(fixer.phase <= fixers.back().phase);
}

static Finding planned(const std::string &id, const test::FakeGuest &guest, const Machine &target = {}) {
    Inspection facts;
    facts.system = LinuxFacts{.init = "systemd"};
    return unwrap(fixer_named(id)->plan({guest, facts, target, {}}));
}

static void large_files_are_left_out() {
    test::FakeGuest guest;
    guest.files["/etc/fstab"] = std::string(text::fstab_limit + 1, '#');
    guest.files["/boot/grub/grub.cfg"] = std::string(text::grub_limit + 1, '#');
    guest.files["/etc/systemd/network/a\nb.network"] = std::string(text::config_limit + 1, '#');
    for (const auto *id : {"linux.fstab", "linux.grub", "linux.network-names"}) {
        const auto finding = planned(id, guest);
        g_assert_true(finding.changes.empty());
        g_assert_cmpuint(test::texts_of(finding.notices).size(), ==, 1);
        g_assert_true(test::texts_of(finding.notices)[0].find("larger than") != std::string::npos);
        g_assert_true(test::texts_of(finding.notices)[0].find('\n') == std::string::npos);
    }
}

static void network_files_are_bounded() {
    test::FakeGuest guest;
    for (int i = 1000; i < 1600; ++i)
        guest.files["/etc/systemd/network/" + std::to_string(i) + ".network"] =
            "[Match]\nName=eth" + std::to_string(i) + "\n";
    auto files = unwrap(read_nic_files(guest));
    g_assert_cmpuint(files.contents.size(), ==, 512);
    g_assert_cmpuint(test::texts_of(files.notices).size(), ==, 1);
    g_assert_cmpuint(unwrap(find_guest_nics(guest, files)).size(), ==, 32);
    g_assert_cmpuint(test::texts_of(files.notices).size(), ==, 2);
    guest.files.clear();
    for (int i = 0; i < 20; ++i)
        guest.files["/etc/systemd/network/" + std::to_string(i) + ".link"] = std::string(text::config_limit, '#');
    files = unwrap(read_nic_files(guest));
    g_assert_cmpuint(files.contents.size(), ==, 16);
    guest.files.clear();
    std::string names = "auto", macs = "[Match]\nMACAddress=";
    for (int i = 0; i < 20000; ++i)
        names += " e" + std::to_string(i), macs += i < 9000 ? "00:50:56:01:02:03 " : "";
    guest.files["/etc/network/interfaces"] = names + "\n";
    guest.files["/etc/systemd/network/a.network"] = macs + "\n";
    files = unwrap(read_nic_files(guest));
    g_assert_cmpuint(files.uses.size(), ==, 4096);
}

static void unread_rules_are_not_replaced() {
    test::FakeGuest guest;
    guest.files["/lib/udev/rules.d/75-persistent-net-generator.rules"];
    guest.files["/etc/network/interfaces"] = "auto eth0\niface eth0 inet dhcp\n";
    Machine target;
    target.nics.emplace_back().mac = "52:54:00:01:02:03";
    g_assert_cmpuint(planned("linux.network-names", guest, target).changes.size(), ==, 1);
    guest.files["/etc/udev/rules.d/70-persistent-net.rules"] = std::string(text::config_limit + 1, '#');
    g_assert_true(planned("linux.network-names", guest, target).changes.empty());
}

static void accounts_are_bounded() {
    test::FakeGuest guest;
    guest.files["/etc/passwd"] = std::string(5u << 20, 'x');
    guest.files["/etc/group"] = "root:x:0:\n";
    RepairOptions options;
    options.configuration.users.emplace_back().name = "ann";
    const auto finding = unwrap(fixer_named("linux.users")->plan({guest, {}, {}, options}));
    g_assert_true(finding.changes.empty());
    g_assert_cmpuint(test::texts_of(finding.notices).size(), ==, 2);
}

/// LVM's filters are regular expressions, and each is compared with many names.
static void lvm_filters_are_bounded() {
    test::FakeGuest guest;
    Inspection facts;
    Machine target;
    std::string list;
    for (int i = 0; i < 254; ++i)
        list += "\"a|^/dev/none" + std::to_string(i) + "$|\", ";
    const auto filter = "filter = [ " + list + "\"r|^/dev/vd|\" ]\n";
    const auto planned_with = [&](unsigned disks, const std::string &file) {
        facts.devices.clear();
        for (unsigned i = 0; i < disks; ++i)
            facts.devices.push_back({.name = std::string{"/dev/sd"} + static_cast<char>('a' + i) + "1",
                                     .type = "LVM2_member",
                                     .disk = i,
                                     .partition = 1});
        target.disks.assign(disks, {.id = {}, .bus = Bus::virtio});
        guest.files["/etc/lvm/lvm.conf"] = file;
        return unwrap(fixer_named("linux.lvm")->plan({guest, facts, target, {}}));
    };
    const auto few = planned_with(1, filter);
    g_assert_cmpuint(few.changes.size(), ==, 1);
    g_assert_true(few.notices.begin() == few.notices.end());
    std::string filters;
    for (int i = 0; i < 16; ++i)
        filters += filter;
    const auto many = planned_with(8, filters);
    g_assert_true(many.changes.empty());
    g_assert_cmpuint(test::texts_of(many.notices).size(), ==, 1);
    assert_equal(many.notices.begin()->id, "lvm.filter-too-complex");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/fixers/table/cases", every_fixer_has_a_case);
    g_test_add_func("/fixers/table/documented", every_fixer_is_documented);
    g_test_add_func("/fixers/table/order", initramfs_comes_last);
    g_test_add_func("/fixers/limits/size", large_files_are_left_out);
    g_test_add_func("/fixers/limits/network", network_files_are_bounded);
    g_test_add_func("/fixers/limits/lvm", lvm_filters_are_bounded);
    g_test_add_func("/fixers/limits/accounts", accounts_are_bounded);
    g_test_add_func("/fixers/limits/unread-rules", unread_rules_are_not_replaced);
    for (const auto &id : folders_in(data()))
        for (const auto &name : folders_in(data() + "/" + id))
            g_test_add_data_func_full(("/fixers/" + id + "/" + name).c_str(),
                                      g_strdup((data() + "/" + id + "/" + name).c_str()), run_case, g_free);
    return g_test_run();
}
