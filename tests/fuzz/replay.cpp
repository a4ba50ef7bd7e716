// SPDX-License-Identifier: LGPL-2.1-or-later
// Gives a fuzz target every file of its corpus: usage: fuzz-NAME FOLDER.  Prints TAP.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size);

namespace {

/// In memory of exactly that size, so that a sanitizer sees each byte that is read beyond it.
void feed(const std::string &bytes, std::size_t size) {
    const auto exact = std::make_unique<unsigned char[]>(size);
    std::copy_n(bytes.begin(), size, exact.get());
    LLVMFuzzerTestOneInput(exact.get(), size);
}

/// The file whole, and cut at a few places: a parser has to stand an early end everywhere.
void replay(const std::filesystem::path &path) {
    constexpr std::size_t cuts = 16;
    std::ifstream file{path, std::ios::binary};
    const std::string bytes{std::istreambuf_iterator<char>{file}, {}};
    for (std::size_t i = 0; i < cuts; i++)
        feed(bytes, bytes.size() / cuts * i);
    feed(bytes, bytes.size());
}

} // namespace

int main(int count, char **arguments) {
    std::vector<std::filesystem::path> seeds;
    std::error_code none;
    if (count == 2)
        for (const auto &entry : std::filesystem::directory_iterator{arguments[1], none})
            seeds.push_back(entry.path());
    std::ranges::sort(seeds);
    if (seeds.empty()) {
        std::puts("1..1\nnot ok 1 - the corpus has files");
        return 1;
    }
    std::printf("1..%zu\n", seeds.size());
    for (std::size_t i = 0; i < seeds.size(); i++) {
        replay(seeds[i]);
        std::printf("ok %zu - %s\n", i + 1, seeds[i].filename().c_str());
        std::fflush(stdout); // what crashes is the one after the last line
    }
    return 0;
}
