// SPDX-License-Identifier: LGPL-2.1-or-later
// What a guest writes to its serial port: text for people, prompts, and the probe's report.  Its checksums are written
// here, since no fuzzer finds them: of "H2K-N KEY=VALUE" the lines "H2K-N SUM NUMBER KEY=VALUE" are made.
#include "convert/base/text.h"
#include "convert/check/evidence/console.h"
#include "convert/check/evidence/unlock.h"
#include "convert/check/evidence/verdict.h"
#include "tests/fuzz/fuzz.h"

using namespace h2k;
using fuzz::require;

namespace {

constexpr std::size_t longest_line = 8192;

std::vector<std::string> lines_from(std::string_view bytes, std::size_t piece) {
    ConsoleText console;
    std::vector<std::string> found;
    for (std::size_t at = 0; at < bytes.size(); at += piece)
        console.take(bytes.substr(at, piece), [&](std::string_view line) { found.emplace_back(line); });
    require(console.open_line().size() < longest_line);
    found.push_back(console.open_line());
    return found;
}

void check_unlock(const std::vector<std::string> &lines) {
    Unlock unlock{{DiskKey{.selector = "all", .secret = Secret{"secret"}}}};
    gint64 now = 0;
    for (const auto &line : lines) {
        const auto prompt = passphrase_prompt(line);
        require(line.find(prompt) != std::string::npos);
        const auto answer = unlock.answer(line, now += 10'000'000);
        require(!answer || !prompt.empty());
        require(unlock.redacted(line).find("secret") == std::string::npos);
    }
    (void)unlock.complaint();
}

void check_report(const std::vector<std::string> &lines) {
    ProbeDialogue probe{"N"};
    require(probe.answer("H2K-ASK\n") == "N\n");
    unsigned number = 0;
    for (const auto &line : lines) {
        probe.take(line);
        if (!line.starts_with("H2K-N "))
            continue;
        const auto says = std::to_string(++number) + " " + line.substr(6);
        probe.take("H2K-N " + std::to_string(posix_cksum(says)) + " " + says);
    }
    const auto end = std::to_string(number + 1) + " end=" + std::to_string(number + 1);
    probe.take("H2K-N " + std::to_string(posix_cksum(end)) + " " + end);
    for (const auto *key : {"root", "mount", "end"})
        require(probe.report().all(key).size() <= 600);
    if (!probe.is_over())
        return;
    BootEvidence evidence;
    (void)judge(probe, Bus::virtio, evidence);
    require(!evidence.proven() || evidence.root_driver.find("virtio") != std::string::npos);
}

/// Whatever a guest says on its second port, and in whatever pieces: the word is said once at most.
void check_word(std::string_view bytes) {
    ProbeDialogue whole{"N"}, pieces{"N"};
    std::string said;
    for (const char c : bytes)
        said += pieces.answer({&c, 1});
    require(said.empty() || said == "N\n");
    require(whole.answer(bytes) == said);
    require(whole.doubt() == pieces.doubt());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size) {
    const auto bytes = fuzz::text_of(data, size);
    const auto lines = lines_from(bytes, std::max<std::size_t>(size, 1));
    require(lines_from(bytes, 1) == lines);
    for (const auto &line : lines) {
        require(line.size() <= longest_line && line.find_first_of("\n\r\x1b") == std::string::npos);
        (void)dead_end(line);
        (void)is_login_prompt(line);
    }
    check_unlock(lines);
    check_report(lines);
    check_word(bytes);
    return 0;
}
