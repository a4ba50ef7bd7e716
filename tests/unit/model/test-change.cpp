// SPDX-License-Identifier: LGPL-2.1-or-later
// What is said of each kind of change; the goldens of documents and fixers show the same in use.
#include "convert/base/text.h"
#include "convert/model/fields/change.h"
#include "convert/model/fields/writer.h"
#include "convert/model/overlay.h"
#include "tests/support/fake_guest.h"
#include "tests/support/test.h"
#include <set>

using namespace h2k;
using test::assert_equal;
using test::unwrap;

using Action = decltype(Change::action);

static Change of(Action action) { return {.fixer = "linux.a", .reason = "Why.", .action = std::move(action)}; }

static const char *word_of(Act act) {
    switch (act) {
    case Act::write: return "write";
    case Act::edit: return "edit";
    case Act::rebuild: return "rebuild";
    case Act::extend: return "extend";
    case Act::remove: return "remove";
    case Act::make_link: return "make-link";
    case Act::make_folder: return "make-folder";
    case Act::label: return "label";
    }
    return "";
}

/// "write /a known, remove /b promised".
static std::string effects_of(const Change &change) {
    std::vector<std::string> words;
    for (const auto &effect : facts_of(change).effects)
        words.push_back(std::string{word_of(effect.act)} + " " + effect.path + (effect.is_known() ? " known" : "") +
                        (effect.promised ? " promised" : ""));
    return join(words, ", ");
}

static std::string json_of(const Change &change) { return document_of(entry_of(change), true); }

static void check(Action action, const char *effects, const char *shown, const char *json) {
    const auto change = of(std::move(action));
    assert_equal(effects_of(change), effects);
    assert_equal(facts_of(change).shown, shown);
    assert_equal(json_of(change), std::string{R"({"fixer":"linux.a",)"} + json + "}\n");
}

static void each_kind() {
    check(WriteFile{.path = "/a", .content = "x"}, "write /a known", "",
          R"("kind":"write","path":"/a","reason":"Why.")");
    check(RemoveFile{"/a"}, "remove /a known", "", R"("kind":"remove","path":"/a","reason":"Why.")");
    check(MakeFolder{.path = "/a"}, "make-folder /a", "/a/\n", R"("kind":"folder","path":"/a","reason":"Why.")");
    check(MakeLink{.path = "/a", .to = "b"}, "make-link /a", "/a -> b\n",
          R"("kind":"link","path":"/a","reason":"Why.","to":"b")");
    check(CopyIn{.path = "/a", .from = "/host/b"}, "write /a", "/host/b => /a\n",
          R"("kind":"copy-in","path":"/a","reason":"Why.","from":"/host/b")");
    check(CopyFile{.path = "/a", .from = "/b"}, "write /a", "/b => /a\n",
          R"("kind":"copy","path":"/a","reason":"Why.","from":"/b")");
    check(CutFile{.path = "/a", .bytes = 7, .sha256 = "ab"}, "edit /a", "/a <= 7 B\n",
          R"("kind":"cut","path":"/a","reason":"Why.","bytes":7,"sha256":"ab")");
    check(SetLabels{.labels = {{"/a", "etc_t"}, {"/b", "var_t"}}}, "label /a, label /b", "/a etc_t\n/b var_t\n",
          R"("kind":"label","reason":"Why.","labels":[{"path":"/a","label":"etc_t"},{"path":"/b","label":"var_t"}])");
    check(RunInGuest{.argv = {"do", "it"}, .changes = {"/a"}, .removes = {"/b"}, .makes = {"/c"}},
          "edit /a, remove /b promised, write /c promised", "$ do it\n",
          R"("kind":"run","reason":"Why.","command":["do","it"],"removes":["/b"],"makes":["/c"])");
    check(RunInGuest{.argv = {"do"}}, "", "$ do\n", R"("kind":"run","reason":"Why.","command":["do"])");
    check(RebuildInitramfs{.kernel = "6.1", .image = "/i", .modules = {"virtio_blk"}, .argv = {"make", "/i"}},
          "rebuild /i", "$ make /i\n",
          R"("kind":"rebuild-initramfs","path":"/i","reason":"Why.","command":["make","/i"],"kernel":"6.1",)"
          R"("modules":["virtio_blk"])");
    check(
        RebuildInitramfs{.kernel = "6.1", .image = "/i", .modules = {}, .argv = {"make"}, .otherwise = {"build", "/i"}},
        "rebuild /i", "$ make\n|| build /i\n",
        R"("kind":"rebuild-initramfs","path":"/i","reason":"Why.","command":["make"],"kernel":"6.1",)"
        R"("modules":[],"otherwise":["build","/i"])");
    check(ExtendInitramfs{.kernel = "6.1",
                          .image = "/i",
                          .files = {{.name = "a.ko", .from = "/a.ko", .content = {}},
                                    {.name = "conf", .from = {}, .content = "x"}},
                          .modules = {"a"},
                          .otherwise = {"build", "/i"}},
          "extend /i", "+ a.ko\n+ conf\n|| build /i\n",
          R"("kind":"extend-initramfs","path":"/i","reason":"Why.","kernel":"6.1","modules":["a"],)"
          R"("files":[{"name":"a.ko","from":"/a.ko","content":""},{"name":"conf","from":"","content":"x"}],)"
          R"("otherwise":["build","/i"])");
}

template <std::size_t... I> static std::vector<std::string> all_kinds(std::index_sequence<I...>) {
    std::vector<std::string> kinds;
    (kinds.emplace_back(kind_of(of(Action{std::in_place_index<I>}))), ...);
    return kinds;
}

static void kinds_have_names_of_their_own() {
    const auto kinds = all_kinds(std::make_index_sequence<std::variant_size_v<Action>>{});
    const std::set<std::string> different{kinds.begin(), kinds.end()};
    g_assert_cmpuint(different.size(), ==, kinds.size());
    g_assert_false(different.contains(""));
}

static bool secret(Action action) {
    const auto change = of(std::move(action));
    return facts_of(change).secret;
}

static void what_is_done_instead() {
    ExtendInitramfs extend{.kernel = "6.1", .image = "/i", .files = {}, .modules = {"a"}, .otherwise = {}};
    g_assert_false(instead_of(of(extend)).has_value());
    g_assert_false(instead_of(of(RebuildInitramfs{.otherwise = {"build"}})).has_value());
    extend.otherwise = {"build", "/i"};
    auto change = of(extend);
    change.may_fail = true;
    assert_equal(json_of(instead_of(change).value()),
                 R"({"fixer":"linux.a","kind":"rebuild-initramfs","path":"/i","reason":"Why.",)"
                 R"("command":["build","/i"],"kernel":"6.1","modules":["a"],"may_fail":true})"
                 "\n");
}

static void secrets() {
    g_assert_false(secret(WriteFile{.path = "/etc/fstab"}));
    g_assert_true(secret(WriteFile{.path = "/etc/own", .mode = 0640}));
    g_assert_true(secret(WriteFile{.path = "/etc/key", .mode = 0600}));
    g_assert_true(secret(WriteFile{.path = "/etc/shadow"}));
    g_assert_true(secret(RemoveFile{"/etc/ssh/ssh_host_rsa_key"}));
    g_assert_true(secret(RemoveFile{"/var/lib/systemd/random-seed"}));
    g_assert_false(secret(WriteFile{.path = "/etc/passwd", .content = "root:x:0:0::/root:/bin/sh\n"}));
    g_assert_true(secret(WriteFile{.path = "/etc/passwd", .content = "root:$6$a$b:0:0::/root:/bin/sh\n"}));
    // Whose content they do not say, they do not hide either.
    g_assert_false(secret(SetLabels{.labels = {{"/etc/shadow", "shadow_t"}}}));
    g_assert_false(secret(RunInGuest{.argv = {"do"}, .changes = {"/etc/shadow"}, .removes = {"/etc/shadow-"}}));
}

static void what_an_overlay_shows() {
    test::FakeGuest fake;
    fake.files = {{"/old", "o"}, {"/edited", "e"}, {"/gone", "g"}};
    Overlay guest{fake};
    for (auto action :
         {Action{CopyFile{.path = "/copy", .from = "/old"}}, Action{CopyIn{.path = "/in", .from = "/h"}},
          Action{RunInGuest{.argv = {"do"}, .changes = {"/edited"}, .removes = {"/gone"}, .makes = {"/made"}}},
          Action{SetLabels{.labels = {{"/old", "etc_t"}}}},
          Action{RebuildInitramfs{.kernel = "6.1", .image = "/i", .modules = {"virtio_blk"}, .argv = {}}}})
        unwrap(guest.apply(of(std::move(action))));
    const auto content = [&](const char *path) { return unwrap(guest.read(path)).value_or("(none)"); };
    assert_equal(content("/copy") + content("/in") + content("/edited") + content("/old"), "oeo");
    assert_equal(content("/gone") + content("/made"), "(none)");
    assert_equal(join(unwrap(guest.initramfs_names("/i")), " "), "usr/lib/modules/6.1/kernel/virtio_blk.ko");
    std::string planned;
    for (const char *path : {"/copy", "/in", "/made", "/i", "/edited", "/old"})
        planned += guest.is_planned(path) ? "+" : "-";
    assert_equal(planned, "++++--");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/change/kinds", each_kind);
    g_test_add_func("/change/names", kinds_have_names_of_their_own);
    g_test_add_func("/change/instead", what_is_done_instead);
    g_test_add_func("/change/secrets", secrets);
    g_test_add_func("/change/overlay", what_an_overlay_shows);
    return g_test_run();
}
