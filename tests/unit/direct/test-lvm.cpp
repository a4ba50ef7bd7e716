// SPDX-License-Identifier: LGPL-2.1-or-later
// Physical volumes and their groups, written here as LVM writes them; those of LVM itself are in the integration tests.
#include "convert/direct/program/lvm/volumes.h"
#include "tests/support/lvm_image.h"
#include "tests/support/memory_bytes.h"
#include "tests/support/test.h"
#include <array>

using namespace h2k;
using test::assert_equal;
using test::lvm_uuid;
using test::MemoryBytes;
using test::PhysicalImage;
using test::unwrap;

namespace {

constexpr std::uint64_t mebibyte = 1u << 20, size = 65 * mebibyte;

/// What is found on physical volumes with those starts, on /dev/sda2 and so on.
struct Found : Volumes {
    explicit Found(const std::vector<std::string> &starts) {
        std::vector<Member> members;
        for (std::size_t i = 0; i < starts.size(); ++i) {
            devices.push_back(std::make_unique<MemoryBytes>(starts[i], size));
            members.push_back({"/dev/sd" + std::string(1, static_cast<char>('a' + i)) + "2", devices.back().get()});
        }
        Volumes::operator=(unwrap(find_volumes(members)));
    }
    std::vector<std::unique_ptr<MemoryBytes>> devices;
};

std::vector<std::string> two(const std::string &text) {
    return {test::lvm_start({.uuid = lvm_uuid('a'), .text = text}),
            test::lvm_start({.uuid = lvm_uuid('b'), .text = text})};
}

std::string line_of(const Found &found, const Volume &volume) {
    auto line = volume.name + " on " + join(volume.below, ",") + ":";
    for (const auto &extent : volume.extents)
        line += std::string{extent.below == found.devices[0].get() ? " a" : " b"} +
                std::to_string(extent.offset >> 20) + "+" + std::to_string(extent.length >> 20);
    return line;
}

void finds_linear() {
    const Found found{two(test::lvm_text())};
    assert_equal(found.unfit, "");
    g_assert_cmpuint(found.volumes.size(), ==, 2);
    assert_equal(line_of(found, found.volumes[0]), "/dev/vg0/root on /dev/sda2,/dev/sdb2: a9+12 b1+8");
    assert_equal(line_of(found, found.volumes[1]), "/dev/vg0/swap on /dev/sda2,/dev/sdb2: b61+4");
    assert_equal(Found{{}}.unfit, "");
}

/// The text goes over the end of its area, the label is in another sector, a copy is not in use.
void finds_odd_places() {
    PhysicalImage a{.uuid = lvm_uuid('a'), .text = test::lvm_text(), .at = test::area_size - 700};
    const PhysicalImage b{.uuid = lvm_uuid('b'), .text = "stale", .flags = 1, .sector = 3};
    g_assert_cmpuint(Found({test::lvm_start(a), test::lvm_start(b)}).volumes.size(), ==, 2);
    const PhysicalImage without{.uuid = lvm_uuid('b'), .text = ""};
    g_assert_cmpuint(Found({test::lvm_start(a), test::lvm_start(without)}).volumes.size(), ==, 2);
    const Found unused{{test::lvm_start(without)}};
    assert_equal(unused.unfit, "");
    g_assert_true(unused.volumes.empty());
}

void refuses_damage() {
    constexpr const char *damaged = "LVM's metadata on /dev/sda2 is damaged";
    const PhysicalImage good{.uuid = lvm_uuid('a'), .text = test::lvm_text()};
    for (const std::size_t at : {std::size_t{512 + 30}, std::size_t{512 + 40}, std::size_t{512 + 500},   // label
                                 std::size_t{4096 + 1}, std::size_t{4096 + 60}, std::size_t{4096 + 511}, // header
                                 std::size_t{4096 + 1024 + 3}}) {                                        // text
        auto start = test::lvm_start(good);
        start[at] = static_cast<char>(start[at] ^ 1);
        assert_equal(Found{{start}}.unfit, damaged);
    }
    auto planned = good;
    planned.planned = 8192;
    assert_equal(Found{{test::lvm_start(planned)}}.unfit, damaged);
    assert_equal(Found{{std::string(4096, '\0')}}.unfit, damaged);
    auto broken = good;
    broken.text.resize(broken.text.size() / 2);
    assert_equal(Found{{test::lvm_start(broken)}}.unfit, damaged);
    MemoryBytes tiny{test::lvm_start(good), mebibyte};
    assert_equal(unwrap(find_volumes({{"/dev/sda2", &tiny}})).unfit, damaged);
}

struct Case {
    const char *from, *to, *reason;
};

constexpr auto refused = std::to_array<Case>({
    {"type = \"striped\"", "type = \"thin-pool\"", "the volume group “vg0” has a thin pool"},
    {"type = \"striped\"", "type = \"raid1\"", "the volume group “vg0” has RAID or mirrored volumes"},
    {"type = \"striped\"", "type = \"mirror\"", "the volume group “vg0” has RAID or mirrored volumes"},
    {"type = \"striped\"", "type = \"snapshot\"", "the volume group “vg0” has snapshots"},
    {"type = \"striped\"", "type = \"cache+CACHE_USES_CACHEVOL\"", "the volume group “vg0” has a cache"},
    {"type = \"striped\"", "type = \"vdo\"", "the volume group “vg0” has volumes that are not linear"},
    {"stripe_count = 1", "stripe_count = 2", "the volume group “vg0” has volumes that are not linear"},
    {"format = \"lvm2\"", "format = \"lvm2\"\nsystem_id = \"other\"",
     "the volume group “vg0” belongs to a certain host or a cluster"},
    {"format = \"lvm2\"", "format = \"lvm2\"\nlock_type = \"sanlock\"",
     "the volume group “vg0” belongs to a certain host or a cluster"},
    {"flags = []\ndev_size", "flags = [\"MISSING\"]\ndev_size",
     "a physical volume of the volume group “vg0” is missing"},
    {"aaaaaa-aaaa", "aaaaaa-zaaa", "a physical volume of the volume group “vg0” is missing"},
    {"\"RESIZEABLE\"", "\"EXPORTED\"", nullptr},
    {"\"RESIZEABLE\", \"READ\", \"WRITE\"", "\"RESIZEABLE\", \"READ\"", nullptr},
    {"\"ALLOCATABLE\"", "\"EXPORTED\"", nullptr},
    {"\"WRITE\", \"VISIBLE\"", "\"WRITE\"", nullptr},
    {"\"READ\", \"WRITE\", \"VISIBLE\"", "\"READ\", \"VISIBLE\"", nullptr},
    {"\"VISIBLE\"]\nflags = []", "\"VISIBLE\"]\nflags = [\"NOAUTOACTIVATE\"]", nullptr},
    {"\"pv1\", 15", "\"pv1\", 16", nullptr},
    {"\"pv1\", 15", "\"pv1\", -1", nullptr},
    {"\"pv1\", 15", "\"pv9\", 15", nullptr},
    {"extent_count = 3", "extent_count = 15", nullptr},
    {"extent_count = 3", "extent_count = 4", nullptr}, // overlaps the next segment
    {"extent_count = 3", "extent_count = 18446744073709551615", nullptr},
    {"extent_count = 1\n", "extent_count = 0\n", nullptr},
    {"segment_count = 2", "segment_count = 3", nullptr},
    {"pe_count = 16", "pe_count = 17", nullptr}, // more than the device has
    {"pe_start = 2048", "pe_start = 18446744073709551615", nullptr},
    {"extent_size = 8192", "extent_size = 0", nullptr},
    {"extent_size = 8192", "extent_size = 9223372036854775808", nullptr},
    {"\nroot {", "\n-root {", nullptr},
    {"\nroot {", "\n.. {", nullptr},
});

void refuses_groups() {
    for (const auto &[from, to, reason] : refused) {
        auto text = test::lvm_text();
        const auto at = text.find(from);
        g_assert_true(at != std::string::npos);
        text.replace(at, std::string_view{from}.size(), to);
        const Found found{two(text)};
        g_test_message("%s", to);
        assert_equal(found.unfit, reason ? reason : "LVM's metadata of “vg0” is of an unknown kind");
        g_assert_true(found.volumes.empty());
    }
    const auto text = test::lvm_text();
    const Found half{{test::lvm_start({.uuid = lvm_uuid('a'), .text = text})}};
    assert_equal(half.unfit, "a physical volume of the volume group “vg0” is missing");
    const Found copy{{test::lvm_start({.uuid = lvm_uuid('a'), .text = text}),
                      test::lvm_start({.uuid = lvm_uuid('a'), .text = text})}};
    assert_equal(copy.unfit, "/dev/sdb2 is a copy of another physical volume");
    auto newer = two(text);
    newer[1] = test::lvm_start({.uuid = lvm_uuid('b'), .text = replace_all(text, "seqno = 4", "seqno = 5")});
    assert_equal(Found{newer}.unfit, "LVM's metadata on /dev/sdb2 is damaged");
    auto other = two(text);
    other.push_back(test::lvm_start({.uuid = lvm_uuid('c'), .text = replace_all(text, "gggggg-", "hhhhhh-")}));
    assert_equal(Found{other}.unfit, "there are two volume groups “vg0”");
}

void leaves_out_inactive() {
    const Found found{two(replace_all(test::lvm_text(), "\"VISIBLE\"]\nflags = []\nsegment",
                                      "\"VISIBLE\"]\nflags = [\"ACTIVATION_SKIP\"]\nsegment"))};
    assert_equal(found.unfit, "");
    g_assert_cmpuint(found.volumes.size(), ==, 1);
    assert_equal(found.volumes[0].name, "/dev/vg0/swap");
}

void parses() {
    const auto root = unwrap(parse_lvm_text("# c\na = 1\nb=[ 1 , \"x\\\"\\\\y\",\n] c = [] s { t { u = -1.5 } }#end"));
    g_assert_cmpuint(root.number("a").value_or(0), ==, 1);
    assert_equal(join(root.list("b"), "|"), "1|x\"\\y");
    g_assert_true(root.list("c").empty() && !root.text("b") && !root.text("c") && !root.section("u"));
    assert_equal(root.section("s")->section("t")->text("u").value_or(""), "-1.5");
    g_assert_false(root.section("s")->section("t")->number("u").has_value());
    std::string deep;
    for (int i = 0; i < 100000; ++i)
        deep += "a {";
    std::string many = "a = [";
    for (int i = 0; i < 300000; ++i)
        many += "1,";
    for (const std::string &bad :
         {std::string{"a"}, std::string{"a ="}, std::string{"a = \"x"}, std::string{"a = [1"}, std::string{"a = [1 2]"},
          std::string{"a {"}, std::string{"}"}, std::string{"a = 1 a = 2"}, std::string{"a {} a {}"},
          std::string{"= 1"}, std::string{"a = \"x\\"}, deep, many + "]"})
        test::message_of(parse_lvm_text(bad), H2K_ERROR_SOURCE);
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/lvm/linear", finds_linear);
    g_test_add_func("/lvm/odd-places", finds_odd_places);
    g_test_add_func("/lvm/damage", refuses_damage);
    g_test_add_func("/lvm/groups", refuses_groups);
    g_test_add_func("/lvm/inactive", leaves_out_inactive);
    g_test_add_func("/lvm/parses", parses);
    return g_test_run();
}
