// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/document/json.h"
#include "convert/model/fields/guest.h"
#include "convert/model/fields/machine.h"
#include "convert/model/fields/reader.h"
#include "convert/model/fields/schema.h"
#include "convert/model/fields/writer.h"
#include "tests/support/test.h"

using namespace h2k;
using test::assert_equal;
using test::message_of;
using test::unwrap;

template <class T> static Result<> read_into(T &value, const std::string &text, Missing missing = Missing::refused) {
    const auto document = H2K_TRY(read_json(text, "f.json"));
    return read_fields(document.root, value, missing);
}
template <class T> static std::string refused(const std::string &text) {
    T value;
    return message_of(read_into(value, text), H2K_ERROR_USAGE);
}

static void what_is_written_is_read() {
    const std::string text =
        R"({"id":"disk0","bus":"nvme","sector_bytes":4096,"path":"/d","offset_bytes":0,"length_bytes":5,"format":"vmdk",)"
        R"("virtual_size_bytes":8589934592,"below":[{"path":"/p","format":"raw",)"
        R"("virtual_size_bytes":1,"identity":"a"}],"files":["/d","/e"]})"
        "\n";
    Disk disk;
    unwrap(read_into(disk, text));
    g_assert_cmpuint(disk.top.window.value().length, ==, 5);
    g_assert_false(disk.below.at(0).window.has_value());
    g_assert_cmpuint(disk.sector_bytes, ==, 4096);
    assert_equal(document_of(disk, true), text);
    const std::string packed = R"({"id":"disk1","bus":"scsi","packed":{"name":"d.vmdk","pieces":[{"path":"/o"}],)"
                               R"("members":[],"most_bytes":9},"below":[],"files":[]})"
                               "\n";
    Disk other;
    unwrap(read_into(other, packed));
    g_assert_cmpuint(other.sector_bytes, ==, 512);
    assert_equal(document_of(other, true), packed);
}

static void other_members_are_refused() {
    assert_equal(refused<Kernel>("{\"version\": \"6\",\n \"imag\": \"/b\"}"),
                 "f.json:2: Unknown member “imag”; did you mean “image”?");
    assert_equal(refused<Kernel>("{\"version\": \"6\", \"zzzzzz\": 1}"), "f.json:1: Unknown member “zzzzzz”.");
    assert_equal(refused<Kernel>("{}"), "f.json:1: The member “version” is missing here.");
    for (const auto *bad : {"[]", "{\"version\": 6}", "{\"version\": null}", "{\"version\": [\"6\"]}", "\"6\""})
        refused<Kernel>(bad);
    for (const auto *bad : {R"({"pci_slot": "1"})", R"({"pci_slot": -1})", R"({"pci_slot": 1.5})",
                            R"({"pci_slot": 4294967296})", R"({"pci_slot": true})"})
        refused<Nic>(bad);
    for (const auto *lock : {"\"locked\"", "1", "true", "\"\""})
        refused<BlockDevice>(R"({"device": "/dev/sda", "disk": 0, "virtual_size_bytes": 1, "lock": )" +
                             std::string{lock} + "}");
    refused<Disk>(R"({"id": "a", "bus": "ide", "packed": {"name": "n", "pieces": [], "members": [], "most_bytes": 1},
                      "path": "/d", "below": [], "files": []})");
}

static void what_is_missing_can_be_kept() {
    BlockDevice device{.name = "/dev/sda", .bytes = 7};
    unwrap(read_into(device, R"({"lock": "wrong-key", "parttype": "0x83", "degraded": true})", Missing::kept));
    assert_equal(device.name + device.parttype + name_of(device.lock), "/dev/sda0x83wrong-key");
    g_assert_true(device.degraded && device.bytes == 7);
}

static void schemas_are_made() {
    assert_equal(schema_of<Kernel>("A kernel"), R"({
  "$schema" : "https://json-schema.org/draft/2020-12/schema",
  "title" : "A kernel",
  "type" : "object",
  "properties" : {
    "version" : {
      "type" : "string"
    },
    "image" : {
      "type" : "string"
    },
    "initramfs" : {
      "type" : "string"
    }
  },
  "required" : [
    "version"
  ],
  "additionalProperties" : false
}
)");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/fields/both-ways", what_is_written_is_read);
    g_test_add_func("/fields/refused", other_members_are_refused);
    g_test_add_func("/fields/kept", what_is_missing_can_be_kept);
    g_test_add_func("/fields/schema", schemas_are_made);
    return g_test_run();
}
