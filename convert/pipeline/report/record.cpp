// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/report/record.h"
#include "convert/base/owned.h"
#include <glib.h>

namespace h2k {

std::string timestamp_now() {
    GDateTime *now = g_date_time_new_now_utc();
    const Owned<char> text{g_date_time_format(now, "%Y-%m-%dT%H:%M:%S.%f")};
    g_date_time_unref(now);
    return std::string{text.get()} + "Z";
}

} // namespace h2k
