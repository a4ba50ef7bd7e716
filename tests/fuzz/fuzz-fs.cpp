// SPDX-License-Identifier: LGPL-2.1-or-later
// Requests to virt-hyper2kvm-fs on a damaged ext4 file system.  The first byte is how many bytes of it are changed,
// each by four more: where, in 24 bits, and what is there.  Then come requests: a kind, and each field after a byte
// that says what it is.
#include "convert/base/process/subprocess.h"
#include "convert/direct/program/serve/session.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/memory_disk.h"
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace h2k;
using fuzz::require;

namespace {

constexpr std::array paths{"/",           "/etc",   "/etc/fstab", "/etc/big",   "/many", "/many/entry-7",
                           "/many/new",   "/new",   "/new/file",  "/link",      "/long", "/etc/other",
                           "/lost+found", "/etc/*", "/*/[a-z]*",  "/none/none", "/twin"};
constexpr std::array numbers{"0", "1", "3", "420", "1000", "4096", "70000", "1000000", "200000000"};
constexpr unsigned most_requests = 24, most_damage = 64;

/// As all inputs have it: 1 MiB, folders with an index and without, links of both kinds, no checksums.
std::string make_image() {
    namespace fs = std::filesystem;
    const std::string top = std::string{g_get_tmp_dir()} + "/h2k-fuzz-fs-" + std::to_string(getpid());
    const auto tree = top + "/tree";
    for (const char *name : {"etc", "many", "lib/modules"})
        fs::create_directories(tree + "/" + name);
    const auto put = [&](const std::string &name, std::size_t size) {
        std::ofstream{tree + "/" + name} << std::string(size, 'x');
    };
    put("etc/fstab", 100);
    put("etc/big", 70'000);
    for (int i = 0; i < 90; ++i)
        put("many/entry-" + std::to_string(i), 0);
    fs::create_symlink("etc/fstab", tree + "/link");
    fs::create_symlink(std::string(150, 'l'), tree + "/long");
    fs::create_hard_link(tree + "/etc/fstab", tree + "/twin");
    g_setenv("PATH", "/usr/bin:/bin:/usr/sbin:/sbin", TRUE);
    g_setenv("E2FSPROGS_FAKE_TIME", "1700000000", TRUE);
    const auto image = top + "/image";
    const auto run = [](std::vector<std::string> argv) { (void)run_command({.argv = std::move(argv)}, nullptr); };
    run({"mke2fs", "-q", "-F", "-t", "ext4", "-b", "1024", "-N", "200", "-O", "^metadata_csum,^has_journal,ea_inode",
         "-U", "11111111-2222-3333-4444-555555555555", "-E", "hash_seed=11111111-2222-3333-4444-555555555555", "-d",
         tree, image, "1M"});
    run({"e2fsck", "-fyD", image});
    run({"debugfs", "-w", "-R", "ea_set /etc/fstab user.long " + std::string(300, 'v'), image});
    g_unsetenv("E2FSPROGS_FAKE_TIME");
    std::ifstream file{image, std::ios::binary};
    std::string bytes{std::istreambuf_iterator<char>{file}, {}};
    fs::remove_all(top);
    require(bytes.size() == 1 << 20);
    return bytes;
}

/// The input, byte by byte; zeros behind its end.
class Input {
  public:
    explicit Input(std::string_view bytes) : bytes_(bytes) {}
    [[nodiscard]] bool empty() const { return bytes_.empty(); }
    unsigned byte() { return bytes_.empty() ? 0 : static_cast<unsigned char>(take(1).front()); }
    std::string_view take(std::size_t size) {
        const auto taken = bytes_.substr(0, size);
        bytes_.remove_prefix(taken.size());
        return taken;
    }
    std::string field() {
        const auto what = byte();
        if (what < 128)
            return what < 64 ? paths[what % paths.size()] : numbers[what % numbers.size()];
        return what == 255 ? std::string(3000, 'c') : std::string{take(what % 32)};
    }
    [[nodiscard]] std::string_view rest() const { return bytes_; }

  private:
    std::string_view bytes_;
};

/// Is it a reply that a whole file system never gets?
bool says_damage(const Message &reply) {
    return reply.kind == static_cast<std::uint8_t>(FsOutcome::unfit) &&
           (reply.fields.at(0).find("damaged") != std::string::npos ||
            reply.fields.at(0).find("failed") != std::string::npos);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    static const std::string whole = make_image();
    constexpr std::array<unsigned, fs_calls> fields{0, 0, 3, 0, 0, 2, 1, 1, 3, 1, 1, 1, 1,
                                                    2, 2, 2, 2, 2, 4, 2, 2, 2, 1, 1, 2};
    Input input{fuzz::text_of(data, size)};
    test::MemoryDisk disk{whole}, swap{std::string(65536, 's')};
    const auto damage = input.byte() % most_damage;
    for (unsigned i = 0; i < damage; ++i) {
        const auto place = input.byte() << 16 | input.byte() << 8 | input.byte();
        disk.content()[place % whole.size()] = static_cast<char>(input.byte());
    }
    Session session{
        {.disks = {&disk},
         .devices = {{.name = "/dev/sda1", .type = "ext4"}, {.name = "/dev/sda2", .type = "swap", .uuid = "1"}},
         .content = [&](const std::string &name) -> Bytes * { return name == "/dev/sda1" ? &disk : &swap; },
         .unfit = {}}};
    if (const auto request = decode(input.rest()))
        (void)session.answer(*request);
    (void)session.answer({.kind = static_cast<std::uint8_t>(FsCall::mount), .fields = {"/dev/sda1", "/", "0"}});
    for (unsigned i = 0; i < most_requests && !input.empty(); ++i) {
        Message request{.kind = static_cast<std::uint8_t>(input.byte() % fs_calls), .fields = {}};
        for (unsigned f = 0; f < fields[request.kind]; ++f)
            request.fields.push_back(input.field());
        const auto reply = session.answer(request);
        require(!reply || reply->kind < fs_outcomes);
        require(!reply || encode(*reply).has_value());
        require(!reply || damage != 0 || !says_damage(*reply));
    }
    const auto end = session.answer({.kind = static_cast<std::uint8_t>(FsCall::unmount_all), .fields = {}});
    require(end.has_value() && (damage != 0 || !says_damage(*end)));
    return 0;
}
