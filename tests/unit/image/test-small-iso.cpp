// SPDX-License-Identifier: LGPL-2.1-or-later
// The medium with a seed: what is on it, and what says so.
#include "convert/base/files.h"
#include "convert/base/process/subprocess.h"
#include "convert/base/text.h"
#include "convert/base/work_folder.h"
#include "convert/image/small_iso.h"
#include "convert/model/repair_options.h"
#include "tests/support/test.h"
#include <archive.h>
#include <archive_entry.h>
#include <map>
#include <sys/stat.h>

using namespace h2k;
using test::assert_equal;
using test::message_of;
using test::unwrap;

using Files = std::map<std::string, std::string>;

/// What libarchive finds on a medium; @extensions: its options, "iso9660:!joliet" and the like.
static Files files_on(const std::string &path, const char *extensions) {
    Files files;
    archive *reader = archive_read_new();
    g_assert_cmpint(archive_read_support_format_iso9660(reader), ==, ARCHIVE_OK);
    g_assert_cmpint(archive_read_set_options(reader, extensions), ==, ARCHIVE_OK);
    g_assert_cmpint(archive_read_open_filename(reader, path.c_str(), 10240), ==, ARCHIVE_OK);
    archive_entry *entry = nullptr;
    while (archive_read_next_header(reader, &entry) == ARCHIVE_OK) {
        if (archive_entry_filetype(entry) != AE_IFREG)
            continue;
        std::string content(static_cast<std::size_t>(archive_entry_size(entry)), '\0');
        g_assert_cmpint(archive_read_data(reader, content.data(), content.size()), ==,
                        static_cast<la_ssize_t>(content.size()));
        g_assert_cmpint(archive_entry_mtime(entry), ==, 0);
        files[archive_entry_pathname(entry)] = content;
    }
    archive_read_free(reader);
    return files;
}

static void assert_files(const std::string &path, const Files &wanted) {
    for (const char *extensions : {"iso9660:!joliet", "iso9660:!rockridge"})
        g_assert_true(files_on(path, extensions) == wanted);
}

/// ECMA-119, 8.4.7: the volume identifier, 32 bytes at 40 of the descriptor in sector @sector.
static std::string label_in(const std::string &iso, std::size_t sector) { return iso.substr(sector * 2048 + 40, 32); }

static void all_files_are_on_it() {
    const auto work = unwrap(WorkFolder::create(g_get_tmp_dir()));
    const CloudSeed seed{.user_data = "#cloud-config\nhostname: web\n",
                         .meta_data = "instance-id: i-1\n",
                         .network_config = std::string(1u << 20, '#'),
                         .as_iso = true};
    const auto path = work->file("cidata.iso");
    unwrap(write_small_iso(path, "cidata", files_of(seed)));
    assert_files(
        path, {{"user-data", seed.user_data}, {"meta-data", seed.meta_data}, {"network-config", seed.network_config}});
    struct stat st{};
    g_assert_cmpint(lstat(path.c_str(), &st), ==, 0);
    g_assert_cmpuint(st.st_mode & 07777, ==, 0600);
    const auto iso = unwrap(read_file(path, 4u << 20));
    assert_equal(iso.substr(16 * 2048, 6), "\1CD001");
    assert_equal(std::string{trim(label_in(iso, 16))}, "cidata");
    // Joliet's, which is UCS-2 and big-endian, is the one that blkid reports.
    assert_equal(iso.substr(17 * 2048, 6), "\2CD001");
    assert_equal(label_in(iso, 17).substr(0, 12), std::string{"\0c\0i\0d\0a\0t\0a", 12});
    message_of(write_small_iso(path, "cidata", files_of(seed)), H2K_ERROR_TARGET);
    assert_equal(unwrap(read_file(path, 4u << 20)), iso);
}

static void what_cloud_init_demands_is_on_it() {
    const auto work = unwrap(WorkFolder::create(g_get_tmp_dir()));
    const auto path = work->file("cidata.iso");
    unwrap(write_small_iso(path, "cidata",
                           files_of({.user_data = {}, .meta_data = "instance-id: i-1\n", .network_config = {}})));
    assert_files(path, {{"user-data", "#cloud-config\n"}, {"meta-data", "instance-id: i-1\n"}});
}

static void blkid_knows_it() {
    const Owned<char> blkid{g_find_program_in_path("blkid")};
    if (!blkid) {
        g_test_skip("blkid is not installed");
        return;
    }
    const auto work = unwrap(WorkFolder::create(g_get_tmp_dir()));
    const auto path = work->file("cidata.iso");
    unwrap(write_small_iso(path, "cidata",
                           files_of({.user_data = {}, .meta_data = "instance-id: i-1\n", .network_config = {}})));
    const auto said = unwrap(require_command({.argv = {blkid.get(), "-p", "-o", "export", path}}, nullptr));
    g_assert_true(said.contains("LABEL=cidata\n") && said.contains("TYPE=iso9660\n"));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/seed-iso/all", all_files_are_on_it);
    g_test_add_func("/seed-iso/demanded", what_cloud_init_demands_is_on_it);
    g_test_add_func("/seed-iso/blkid", blkid_knows_it);
    return g_test_run();
}
