// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/model/guest_paths.h"
#include "convert/model/journal/guest_journal.h"
#include "convert/plan/undo_diff.h"
#include <cstdlib>

using namespace h2k;

static void require(bool holds) {
    if (!holds)
        abort();
}

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    const std::string text{reinterpret_cast<const char *>(data), size};
    for (const auto &journal : {read_guest_journal(text, "job"), read_report_journal(text)}) {
        if (!journal)
            continue;
        require(is_job_name(journal->job));
        const auto copies = std::string{guest_folder} + "/" + journal->job + "/files";
        for (const auto &file : journal->files) {
            require(is_straight(file.path) && (file.copy.empty() || file.copy == copies + file.path));
            (void)undo_diff("one\ntwo\nthree\n", file.diff);
        }
    }
    (void)undo_diff("one\ntwo\nthree\n", text);
    return 0;
}
