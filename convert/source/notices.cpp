// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/notices.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"

namespace h2k {

void warn_of_tpm(Notices &notices, const std::string &name) {
    notices.warn(
        "source.tpm-contents-lost",
        sentence(_("The contents of the TPM of “%s” are not carried over; keys that are sealed in it are lost."),
                 name.c_str()));
}

void warn_of_suspension(Notices &notices, const std::string &name) {
    notices.warn("source.suspended",
                 sentence(_("“%s” is suspended; the contents of its memory are not carried over, and its "
                            "guest starts as after a power failure."),
                          name.c_str()));
}

void warn_of_setting(Notices &notices, const std::string &name, const char *key, const std::string &text) {
    notices.warn("source.invalid-setting", sentence(_("“%s” sets “%s” to “%s”, which is invalid and is ignored."),
                                                    name.c_str(), key, printable(text).c_str()));
}

} // namespace h2k
