// SPDX-License-Identifier: LGPL-2.1-or-later
// The rules of an SELinux policy, and after a form feed its substitutions.
#include "convert/base/text.h"
#include "fixers/text/file_contexts.h"
#include "tests/fuzz/fuzz.h"

using namespace h2k;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    auto files = split(fuzz::text_of(data, size), '\f');
    files.resize(3);
    text::FileContexts contexts;
    contexts.add_rules(files[0]);
    contexts.add_subs(files[1]);
    contexts.add_subs_dist(files[2]);
    using Type = text::FileContexts::Type;
    for (const auto *path : {"/etc/fstab", "/usr/lib/systemd/system/a.service", "/", "/root/.ssh/authorized_keys"})
        for (const auto type : {Type::file, Type::folder, Type::link})
            if (const auto label = contexts.label(path, type))
                require(label->size() <= 255 && label->contains(':') && !label->contains('\n'));
    return 0;
}
