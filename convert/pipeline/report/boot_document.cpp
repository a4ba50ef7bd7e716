// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/report/boot_document.h"
#include "convert/base/text.h"

namespace h2k {

namespace {

std::string cut_last_word(std::string_view &text) {
    const auto at = text.rfind(' ');
    const std::string word{text.substr(at == text.npos ? 0 : at + 1)};
    text = text.substr(0, at == text.npos ? 0 : at);
    return word;
}

/// "PATH DEVICE TYPE", read from its end: the echo of some shells turns "\040" into a blank, which only PATH can hold.
MountedPath mounted_path(std::string_view line) {
    const auto type = cut_last_word(line), device = cut_last_word(line);
    return {.path = without_octal_escapes(line), .device = without_octal_escapes(device), .type = type};
}

/// The words of a line, and empty ones where it has fewer than are asked for.
std::vector<std::string> words_of(const std::string &line, std::size_t most) {
    auto parts = words(line);
    parts.resize(most);
    return parts;
}

} // namespace

BootDocument boot_document(const BootEvidence &boot) {
    BootDocument made{.proven = boot.proven(),
                      .grade = name_of(boot.grade),
                      .start = name_of(boot.start),
                      .kernel_image = boot.kernel_image,
                      .added_arguments = boot.added_arguments,
                      .method = boot.method,
                      .accelerator = boot.accelerator,
                      .network = boot.network,
                      .seconds = boot.seconds,
                      .why = boot.why,
                      .untested = boot.untested,
                      .trust = boot.trust,
                      .evidence = {},
                      .serial_log = boot.serial_log,
                      .screenshot = boot.screenshot};
    auto &facts = made.evidence;
    facts.root_device = boot.root_device;
    facts.root_driver = trim(boot.root_driver);
    facts.kernel = boot.kernel;
    for (const auto &line : boot.mounts)
        facts.mounts.push_back(mounted_path(line));
    for (const auto &path : boot.missing_mounts)
        facts.missing_mounts.push_back(without_octal_escapes(path));
    for (const auto &line : boot.nics) {
        const auto parts = words_of(line, 3);
        facts.nics.push_back({parts[0], parts[1], parts[2]});
    }
    for (const auto &line : boot.addresses) {
        const auto parts = words_of(line, 2);
        facts.addresses.push_back({parts[0], parts[1]});
    }
    facts.failed_units = boot.failed_units;
    facts.given_up_units = boot.given_up_units;
    return made;
}

} // namespace h2k
