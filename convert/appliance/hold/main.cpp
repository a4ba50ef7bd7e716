// SPDX-License-Identifier: LGPL-2.1-or-later
//
// In the appliance of libguestfs: stops it where it can be recorded, and wakes each copy of that.
//
//   as the kernel's rdinit=, as the programs that assemble disks, and as guestfsd
#include "convert/appliance/hold/hold.h"
#include <unistd.h>

int main(int argc, char **argv) {
    using namespace h2k::hold;
    if (argc < 1)
        return 127;
    if (getpid() == 1)
        return begin(argv, environ);
    const std::string_view called = argv[0];
    const auto name = std::string{called.substr(called.rfind('/') + 1)};
    for (const char *scan : scans)
        if (name == scan)
            return note_scan(name, argv);
    const auto real = path_of(last_program);
    uncover();
    if (!hold())
        return 1;
    execv(real.c_str(), argv);
    return 127;
}
