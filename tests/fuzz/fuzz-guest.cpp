// SPDX-License-Identifier: LGPL-2.1-or-later
// A whole guest: files separated by form feeds, each a path, a line end and its content.  What is inspected and planned
// has to make sense.
#include "convert/base/text.h"
#include "convert/inspect/device_names.h"
#include "convert/inspect/inspect.h"
#include "convert/model/overlay.h"
#include "fixers/linux/fixers.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/fake_guest.h"
#include "tests/support/fake_storage.h"

using namespace h2k;
using fuzz::require;

namespace {

const std::vector<BlockDevice> devices{
    {.name = "/dev/sda1", .type = "vfat", .uuid = "1234-ABCD", .partuuid = "11111111-01", .partition = 1},
    {.name = "/dev/sda2",
     .type = "ext4",
     .uuid = "22222222-2222-2222-2222-222222222222",
     .label = "root",
     .partition = 2},
    {.name = "/dev/sda3", .type = "swap", .uuid = "33333333-3333-3333-3333-333333333333", .partition = 3},
    {.name = "/dev/sdb", .type = "xfs", .uuid = "44444444-4444-4444-4444-444444444444", .disk = 1},
};
constexpr const char *root = "/dev/sda2";

std::map<std::string, std::string> files_of(std::string_view input) {
    std::map<std::string, std::string> files;
    for (const auto &part : split(input, '\f')) {
        const auto end = std::min(part.find('\n'), part.size());
        if (part.starts_with('/') && part.find('\0') >= end && end < 256)
            files[part.substr(0, end)] = part.substr(std::min(end + 1, part.size()));
    }
    return files;
}

/// What is planned is written to absolute paths, in bounds.
void check_changes(const std::vector<Change> &changes) {
    require(changes.size() <= 10000);
    for (const auto &change : changes)
        for (const auto &effect : facts_of(change).effects)
            require(effect.path.starts_with('/') && effect.path.find("/../") == std::string::npos);
}

void run_fixers(const GuestView &guest, const Inspection &facts, const RepairOptions &options) {
    Machine target;
    target.nics = {{.mac = "52:54:00:00:00:01"}};
    Overlay after{guest};
    std::vector<Change> planned;
    for (const auto &fixer : linux_fixers().fixers) {
        const auto finding = fixer.plan({after, facts, target, options});
        if (!finding) {
            require(finding.error().message()[0] != '\0');
            continue;
        }
        check_changes(finding->changes);
        for (const auto &change : finding->changes)
            require(after.apply(change).has_value());
        planned.insert(planned.end(), finding->changes.begin(), finding->changes.end());
    }
    const FixerInput input{after, facts, target, options};
    (void)linux_fixers().last->plan(input, guest, planned);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    test::FakeStorage storage;
    storage.list = devices;
    test::FakeGuest guest;
    guest.files = files_of(fuzz::text_of(data, size));
    storage.files[root] = guest.files;
    (void)find_roots(storage);
    (void)choose_root(storage);
    const auto named = devices_as_named_on(storage, root);
    if (!named)
        return 0;
    auto mounts = plan_mounts(storage, *named, root);
    if (!mounts)
        return 0;
    require(!mounts->empty() && mounts->front().path == "/" && mounts->size() <= 64);
    const auto facts = inspect(guest, devices, *std::move(mounts));
    if (!facts)
        return 0;
    for (const auto how : {NetworkFix::keep_names, NetworkFix::clean})
        run_fixers(guest, *facts, {.network = how, .remove_cloud_agents = how == NetworkFix::clean});
    return 0;
}
