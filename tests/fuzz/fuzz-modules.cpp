// SPDX-License-Identifier: LGPL-2.1-or-later
// modules.dep, modules.builtin, and what an initramfs lacks of them.  The files are separated by form feeds.
#include "convert/base/text.h"
#include "convert/guest/initramfs/modules.h"
#include "convert/model/linux/kernel_modules.h"
#include "fixers/text/modules_dep.h"
#include "tests/fuzz/fuzz.h"
#include <algorithm>

using namespace h2k;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    auto files = split(fuzz::text_of(data, size), '\f');
    files.resize(3);
    const auto modules = text::KernelModules::parse(files[0], files[1]);
    std::vector<std::string> names;
    for (const auto &line : lines(files[0]))
        if (auto name = module_name(line.substr(0, line.find(':'))); !name.empty())
            names.push_back(std::move(name));
    const auto closure = modules.closure(names);
    require(closure.size() <= 4096 && std::ranges::is_sorted(closure) &&
            std::ranges::adjacent_find(closure) == closure.end());
    for (const auto &name : closure)
        require(modules.has(name) && !modules.is_builtin(name) && underscored(name) == name &&
                module_name(modules.file_of(name)) == name);
    // What is needed by what is in it is in it too.
    if (closure.size() < 4096)
        require(modules.closure(closure) == closure);

    const auto missing = missing_modules(lines(files[2]), files[1], "6.1", closure);
    require(std::ranges::includes(closure, missing));
    return 0;
}
