// SPDX-License-Identifier: LGPL-2.1-or-later
// Whole packages, as products write them: "inspect --metadata-only --json" of each case in tests/data/metadata.
#include "convert/pipeline/report/documents.h"
#include "tests/support/metadata_case.h"
#include <algorithm>

using namespace h2k;
using test::assert_equal;
using test::content_of;
using test::TestFolder;
using test::unwrap;

namespace {

std::string data_folder() { return std::string{g_test_get_dir(G_TEST_DIST)} + "/data/metadata"; }

/// qemu-img draws identities by lot; that one is there is all that stays the same.
void hide_identity(std::string &identity) {
    if (!identity.empty())
        identity = "IDENTITY";
}

std::string shown(CarryPlan plan, const std::string &folder) {
    for (auto &disk : plan.source.disks) {
        hide_identity(disk.top.identity);
        for (auto &image : disk.below)
            hide_identity(image.identity);
    }
    return replace_all(inspection_json(plan, nullptr), folder, "FOLDER");
}

/// What the document does not show: which checksums are still to be verified, and of which bytes.
std::string digests_of(const CarryPlan &plan, const std::string &folder) {
    std::string text;
    for (const auto &digest : plan.digests) {
        text += std::string{name_of(digest.algorithm)} + " " + digest.expected + " " + digest.name + " " +
                (digest.disk ? plan.source.disks[*digest.disk].id : "-");
        for (const auto &piece : digest.from.pieces)
            text += " " + piece.path + (piece.window ? "@" + std::to_string(piece.window->offset) : "");
        text += "\n";
    }
    return replace_all(text, folder, "FOLDER");
}

void check(const std::string &path, const std::string &made) {
    if (g_getenv("H2K_TEST_REGENERATE"))
        unwrap(write_file(path, made));
    assert_equal(made, content_of(path));
}

/// A folder is a case if it says what to describe; others hold what other tests share.
std::vector<std::string> all_cases() {
    std::vector<std::string> names;
    for (const auto &entry : std::filesystem::directory_iterator(data_folder()))
        if (std::filesystem::exists(entry.path() / "source"))
            names.push_back(entry.path().filename());
    std::ranges::sort(names);
    return names;
}

void describes(gconstpointer data) {
    const std::string name = static_cast<const char *>(data), golden = data_folder() + "/" + name;
    const TestFolder temporary;
    // A folder's name is the name of a machine that has none.
    const auto folder = temporary / name;
    test::make_case(folder, name);
    const std::string source{trim(content_of(golden + "/source"))};
    const auto plan = unwrap(test::describe_file(source == "." ? folder : folder + "/" + source));
    check(golden + "/expected.json", shown(plan, folder));
    const auto digests = digests_of(plan, folder);
    if (!digests.empty() || path_exists(golden + "/digests"))
        check(golden + "/digests", digests);
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    static const auto names = all_cases();
    g_assert_cmpuint(names.size(), >, 0);
    for (const auto &name : names)
        g_test_add_data_func(("/metadata/" + name).c_str(), name.c_str(), describes);
    return g_test_run();
}
