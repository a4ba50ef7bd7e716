// SPDX-License-Identifier: LGPL-2.1-or-later
// A FAT file system of 40 KiB, or what claims to be one: the input, and zeros behind it.  What is in it is read, and
// then changed; a file system in which all of that is possible reads the same when it is opened again.
#include "convert/direct/program/fat/fat.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/memory_disk.h"

using namespace h2k;
using fuzz::require;

namespace {

constexpr std::size_t disk_bytes = 40u << 10;
constexpr unsigned most_visited = 64;

/// Names and content, as far as there are not too many, with what cannot be read.
void visit(FileSystem &system, Node node, unsigned &visited, std::string &seen) {
    const auto names = system.list(node);
    for (const auto &name : names ? *names : std::vector<std::string>{}) {
        require(!name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos);
        if (++visited > most_visited)
            return;
        const auto found = system.find(node, name);
        require(found && *found);
        const auto status = system.status(**found);
        require(status.has_value());
        seen += name + " " + std::to_string(status->mode) + " " + std::to_string(status->bytes) + "\n";
        if (S_ISDIR(status->mode)) {
            visit(system, **found, visited, seen);
        } else if (const auto content = system.read(**found, 0, disk_bytes)) {
            require(content->size() <= status->bytes);
            seen += *content;
        }
        (void)system.times(**found);
        (void)system.data_from(**found, 1);
    }
}

std::string seen_in(FileSystem &system) {
    unsigned visited = 0;
    std::string seen;
    visit(system, system.root(), visited, seen);
    return seen;
}

void change(FileSystem &system) {
    const auto root = system.root();
    if (const auto names = system.list(root))
        for (const auto &name : *names) {
            (void)system.rename(root, name, root, "moved " + name);
            (void)system.remove_folder(root, name);
        }
    (void)system.make_folder(root, "folder", 0755);
    if (const auto node = system.make_file(root, "a new file", 0644)) {
        (void)system.write(*node, 700, std::string(1000, 'n'));
        (void)system.truncate(*node, 5000);
        (void)system.truncate(*node, 100);
        if (const auto folder = system.find(root, "folder"); folder && *folder)
            (void)system.rename(root, "a new file", **folder, "with another name.txt");
    }
    if (const auto names = system.list(root); names && !names->empty())
        (void)system.remove(root, names->front());
    (void)system.trim();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    test::MemoryDisk disk{std::string{fuzz::text_of(data, std::min(size, disk_bytes))}};
    disk.content().resize(disk_bytes);
    if (const auto reading = Fat::open(disk, true))
        (void)seen_in(**reading);
    const auto system = Fat::open(disk, false);
    if (!system)
        return 0;
    change(**system);
    if (!(*system)->sync())
        return 0;
    const auto seen = seen_in(**system);
    const auto again = Fat::open(disk, true);
    require(!again || seen_in(**again) == seen); // the boot sector may be one of its own clusters' bytes
    return 0;
}
