// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Makes a part of a guest's disks a file, for a program that checks file systems.
//
//   virt-hyper2kvm-part lend ro|rw USER GROUP SECONDS COUNT WORD…     (see lend.h)
//   virt-hyper2kvm-part try                                           succeeds where it could lend
//   virt-hyper2kvm-part serve ro|rw SOCKET:OFFSET:LENGTH…             (see extents.h; confined; descriptor 0: see
//   file.h)
#include "convert/direct/part/extents.h"
#include "convert/direct/part/file.h"
#include "convert/direct/part/lend.h"
#include <cstdio>
#include <unistd.h>

namespace {

using namespace h2k;

// No exit status of a checker of file systems: e2fsck(8), fsck.fat(8).
constexpr int not_served = 124, not_made = 125;

Result<int> serve(const std::vector<std::string> &words) {
    if (words.empty() || (words[0] != "ro" && words[0] != "rw"))
        return fail(H2K_ERROR_USAGE, "neither ro nor rw");
    const auto extents = H2K_TRY(read_extents(std::span{words}.subspan(1)));
    auto part = H2K_TRY(Part::open(extents));
    H2K_CHECK(serve_file(*part.bytes, words[0] == "rw", STDIN_FILENO));
    return 0;
}

Result<int> run(const std::vector<std::string> &words) {
    const std::string mode = words.empty() ? "" : words[0];
    if (mode == "serve")
        return serve({words.begin() + 1, words.end()});
    if (mode == "lend")
        return lend(H2K_TRY(read_loan({words.begin() + 1, words.end()})));
    if (words == std::vector<std::string>{"try"}) {
        H2K_CHECK(try_to_lend());
        return 0;
    }
    return fail(H2K_ERROR_USAGE, "neither lend, try nor serve");
}

} // namespace

int main(int argc, char **argv) {
    const auto status = run({argv + 1, argv + argc});
    if (status)
        return *status;
    fprintf(stderr, "virt-hyper2kvm-part: %s\n", status.error().message());
    return status.error().is(H2K_ERROR_SOURCE) ? not_served : not_made;
}
