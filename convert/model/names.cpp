// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/model/request.h"
#include "convert/model/wishes.h"

namespace h2k {

const char *name_of(NetworkFix fix) {
    switch (fix) {
    case NetworkFix::keep_names: return "keep-names";
    case NetworkFix::clean: return "clean";
    case NetworkFix::none: return "none";
    }
    return "";
}

const char *name_of(MachineId policy) {
    switch (policy) {
    case MachineId::keep: return "keep";
    case MachineId::renew: return "new";
    }
    return "";
}

const char *name_of(SelinuxRelabel relabel) {
    switch (relabel) {
    case SelinuxRelabel::touched: return "touched";
    case SelinuxRelabel::boot: return "boot";
    case SelinuxRelabel::full: return "full";
    }
    return "";
}

const char *name_of(Compression compression) {
    switch (compression) {
    case Compression::none: return "none";
    case Compression::zlib: return "zlib";
    case Compression::zstd: return "zstd";
    }
    return "";
}

const char *name_of(Preallocation preallocation) {
    switch (preallocation) {
    case Preallocation::off: return "off";
    case Preallocation::metadata: return "metadata";
    case Preallocation::falloc: return "falloc";
    case Preallocation::full: return "full";
    }
    return "";
}

const char *name_of(BootTest test) {
    switch (test) {
    case BootTest::probe: return "probe";
    case BootTest::observe: return "observe";
    case BootTest::none: return "none";
    }
    return "";
}

} // namespace h2k
