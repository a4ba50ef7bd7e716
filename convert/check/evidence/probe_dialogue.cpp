// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/check/evidence/probe_dialogue.h"
#include "convert/base/i18n.h"

namespace h2k {

namespace {

constexpr std::string_view question = "H2K-ASK";
constexpr std::size_t longest_line = 256;

} // namespace

std::string ProbeDialogue::answer(std::string_view bytes) {
    std::string reply;
    for (const char c : bytes) {
        if (c != '\n' && c != '\r') {
            if (line_.size() == longest_line)
                line_.clear();
            line_ += c;
            continue;
        }
        // Kernel messages may stand before it, where this port is a console too.
        if (line_.ends_with(question) && ++asked_ == 1)
            reply = nonce_ + "\n";
        line_.clear();
    }
    return reply;
}

void ProbeDialogue::take(std::string_view line) {
    unsigned_.take(line);
    if (asked_ == 1)
        report_.take(line);
}

std::string ProbeDialogue::doubt() const {
    if (asked_ > 1)
        return _("Something in the guest besides the probe asked for the secret word of the boot test, so that its "
                 "report may be forged.");
    if (report_.is_complete())
        return {};
    return asked_ == 1 ? _("The guest reported that it is up, but something in it took the secret word of the boot "
                           "test before the probe could read it, so that the report may be forged.")
                       : _("The guest reported that it is up, but its probe found no second serial port (/dev/ttyS1) "
                           "to ask for the secret word of the boot test, so that the report may be forged. "
                           "Observe its boot instead, with --boot-test=observe.");
}

} // namespace h2k
