// SPDX-License-Identifier: LGPL-2.1-or-later
// Describes one image after another: of each line "FORMAT PATH" ("-": no format is named) it prints a line, "refused
// WHY", or "disk" with the images of the chain as FORMAT:SUBFORMAT:BYTES:PATH, the top one first, a "|" and all files;
// paths in hexadecimal digits.
#include "convert/base/messages.h"
#include "convert/source/source.h"
#include <iostream>

using namespace h2k;

namespace {

std::string hexadecimal(const std::string &text) {
    std::string digits;
    for (const char c : text)
        digits += sentence("%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
    return digits;
}

std::string image_text(const Image &image) {
    return std::string{" "} + name_of(image.format) + ":" + image.subformat + ":" + std::to_string(image.bytes) + ":" +
           hexadecimal(image.path);
}

std::string disk_text(const Disk &disk) {
    auto text = "disk" + image_text(disk.top);
    for (const auto &image : disk.below)
        text += image_text(image);
    text += " |";
    for (const auto &file : disk.files)
        text += " " + hexadecimal(file);
    return text;
}

} // namespace

int main() {
    for (std::string line; std::getline(std::cin, line);) {
        const auto blank = line.find(' ');
        const auto plan = describe({.sources = {line.substr(blank + 1)},
                                    .input_format = disk_format_named(std::string_view{line}.substr(0, blank))});
        if (!plan)
            std::cout << "refused " << printable(plan.error().message()) << std::endl;
        else if (plan->source.disks.size() != 1)
            std::cout << "refused it has several disks" << std::endl;
        else
            std::cout << disk_text(plan->source.disks.front()) << std::endl;
    }
    return 0;
}
