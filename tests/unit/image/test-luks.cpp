// SPDX-License-Identifier: LGPL-2.1-or-later
// Volumes of LUKS1, as cryptsetup makes them and as nobody should, opened by a real qemu-nbd.
#include "convert/image/nbd/disk_server.h"
#include "tests/support/overlays.h"

using namespace h2k;
using test::assert_equal;
using test::TestFolder;
using test::unwrap;

namespace {

constexpr std::uint64_t start = 1u << 20, volume_bytes = 8u << 20, bytes = 16u << 20;
constexpr const char *passphrase = "right \xc3\xb6ne";

/// A disk of which a part is a volume, with @edits of its header: LUKS1's specification, "PHDR layout".
class Served {
  public:
    explicit Served(const std::vector<std::pair<std::uint64_t, std::string>> &edits = {}) {
        const auto part = folder_ / "part", disk = folder_ / "disk", overlay = folder_ / "overlay";
        unwrap(write_file(folder_ / "pass", passphrase));
        test::run({"truncate", "-s", std::to_string(volume_bytes), part});
        test::run({"cryptsetup", "-q", "luksFormat", "--type", "luks1", "--pbkdf-force-iterations", "1000",
                   "--key-file", folder_ / "pass", part});
        {
            const Descriptor header{open(part.c_str(), O_WRONLY)};
            for (const auto &[offset, changed] : edits)
                g_assert_cmpint(write_all(header.get(), changed, offset), ==, 0);
        }
        test::run({"truncate", "-s", std::to_string(bytes), disk});
        test::run({"dd", "if=" + part, "of=" + disk, "bs=1M", "seek=1", "conv=notrunc", "status=none"});
        test::run({"qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", disk, overlay});
        Disk served = test::own_qcow2(overlay, bytes);
        served.below.push_back(
            {.path = disk, .format = DiskFormat::raw, .held = unwrap(HeldFile::open(disk, O_RDONLY))});
        server_.emplace(unwrap(DiskServer::start(served, folder_ / "s", std::nullopt, nullptr)));
    }
    [[nodiscard]] LuksVolume volume() const {
        return {.name = "/dev/sda1", .socket = folder_ / "s", .offset = start, .bytes = volume_bytes};
    }
    [[nodiscard]] std::string socket() const { return folder_ / "open"; }
    [[nodiscard]] Result<std::optional<DiskServer>> open_with(const std::string &text, int seconds = 30) const {
        return DiskServer::open_luks(volume(), Secret{std::string{text}}, socket(), std::chrono::seconds{seconds},
                                     nullptr);
    }
    void finish() { unwrap(server_->finish(nullptr)); }
    /// What the volume holds, by another QEMU.
    [[nodiscard]] std::string content() const {
        const auto plain = folder_ / "plain";
        test::run({"qemu-img", "convert", "-O", "raw", folder_ / "overlay", folder_ / "now"});
        test::run({"qemu-img", "convert", "-O", "raw", "--object", "secret,id=key,file=" + (folder_ / "pass"),
                   "--image-opts",
                   "driver=luks,key-secret=key,file.driver=raw,file.offset=1048576,file.size=" +
                       std::to_string(volume_bytes) + ",file.file.driver=file,file.file.filename=" + (folder_ / "now"),
                   plain});
        return unwrap(read_file(plain, bytes));
    }

  private:
    TestFolder folder_;
    std::optional<DiskServer> server_;
};

std::string uri(const std::string &socket) { return "nbd+unix:///?socket=" + socket; }

/// What is written is in the disk as soon as the server below says so.
void is_opened() {
    Served disk;
    {
        auto opened = unwrap(disk.open_with(passphrase));
        g_assert_true(opened.has_value());
        test::run({"qemu-io", "-f", "raw", "-c", "write -q -P 7 64k 128k", uri(disk.socket())});
        unwrap(opened->finish(nullptr));
    }
    g_assert_false(path_exists(disk.socket()));
    disk.finish();
    const auto content = disk.content();
    assert_equal(content.substr(64 << 10, 128 << 10), std::string(128 << 10, '\7'));
}

/// The passphrase is in no command line; the pipe is empty once it was read.
void is_secret() {
    Served disk;
    const auto opened = unwrap(disk.open_with(passphrase));
    const auto lines = test::run({"/bin/sh", "-c", "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' || :"});
    g_assert_true(lines.contains("secret,id=key"));
    g_assert_false(lines.contains(passphrase));
    QemuFiles files;
    const auto object = unwrap(luks_secret(Secret{std::string{passphrase}}, files));
    const auto name = object.substr(object.rfind('=') + 1);
    assert_equal(name, files.held().front().name());
    assert_equal(unwrap(read_file(name, 100)), passphrase);
    assert_equal(unwrap(read_file(name, 100)), "");
}

void wrong_passphrase() {
    const Served disk;
    g_assert_false(unwrap(disk.open_with("wrong")).has_value());
    g_assert_false(path_exists(disk.socket()));
    for (const auto &text : {std::string{"\xff"}, std::string(5000, 'x'), std::string{"a\0b", 3}})
        g_assert_true(test::message_of(disk.open_with(text), H2K_ERROR_FAILED).starts_with("QEMU cannot take the key"));
}

/// Headers that ask for years of computing, or for what is not there.
void hostile() {
    const auto big = std::string(4, '\xff');
    constexpr std::uint64_t master_rounds = 164, slot_rounds = 212, slot_offset = 248, stripes = 252, payload = 104;
    {
        const Served slow{{{slot_rounds, big}}};
        const auto from = g_get_monotonic_time();
        const auto said = test::message_of(slow.open_with(passphrase, 1), H2K_ERROR_FAILED);
        assert_equal(said, "qemu-nbd did not open “/dev/sda1” within 1 seconds.");
        g_assert_cmpint(g_get_monotonic_time() - from, <, 20 * G_USEC_PER_SEC);
        g_assert_false(path_exists(slow.socket()));
    }
    for (const auto &edit : {std::pair{payload, big},
                             {slot_offset, big},
                             {stripes, big},
                             {8, std::string{"none\0", 5}},
                             {6, std::string{"\0\2", 2}},
                             {0, std::string{"SUKL"}},
                             {108, big}}) {
        const Served disk{{edit}};
        g_test_message("at %d", static_cast<int>(edit.first));
        const auto opened = disk.open_with(passphrase, 5);
        g_assert_false(opened && *opened);
    }
    const Served slow_check{{{master_rounds, big}}};
    test::message_of(slow_check.open_with(passphrase, 1), H2K_ERROR_FAILED);
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    if (const Owned<char> program{g_find_program_in_path("cryptsetup")}; !program) {
        g_print("1..0 # SKIP there is no cryptsetup here\n");
        return 0;
    }
    g_test_add_func("/luks/opened", is_opened);
    g_test_add_func("/luks/secret", is_secret);
    g_test_add_func("/luks/wrong", wrong_passphrase);
    g_test_add_func("/luks/hostile", hostile);
    return g_test_run();
}
