// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/source/address.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/secrets/mask.h"
#include "convert/base/text.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

struct Scheme {
    std::string_view name;
    const char *way_out; ///< a sentence
};

constexpr const char *download = N_("Download it first, as with “curl -fLO”, and name the file.");
constexpr const char *copy = N_("Copy it first, as with “scp”, and name the file.");
constexpr const char *convert =
    N_("Copy the disk into a file first, with “qemu-img convert -O qcow2” and this address, and name the file.");
constexpr const char *vmware =
    N_("Export the machine first, with “ovftool vi://HOST/MACHINE MACHINE.ova”, and name the file.");
constexpr const char *libvirt =
    N_("Domains of this host are named with --source-connect; of those of another host, copy the disks and the output "
       "of “virsh dumpxml” here, and name the file with the XML.");
constexpr const char *hyper_v = N_("Export the machine first, with “Export-VM”, and name the folder.");
constexpr const char *any = N_("Copy it to this host first, and name the file.");

constexpr std::array schemes{
    Scheme{"http", download}, Scheme{"https", download}, Scheme{"ftp", download}, Scheme{"ftps", download},
    Scheme{"ssh", copy},      Scheme{"sftp", copy},      Scheme{"scp", copy},     Scheme{"nbd", convert},
    Scheme{"nbds", convert},  Scheme{"iscsi", convert},  Scheme{"rbd", convert},  Scheme{"gluster", convert},
    Scheme{"nfs", convert},   Scheme{"json", convert},   Scheme{"vi", vmware},    Scheme{"esx", vmware},
    Scheme{"vpx", vmware},    Scheme{"gsx", vmware},     Scheme{"qemu", libvirt}, Scheme{"test", libvirt},
    Scheme{"xen", libvirt},   Scheme{"hyperv", hyper_v},
};

/// Those that QEMU takes without "//", too.
constexpr std::array without_slashes{"nbd", "rbd", "iscsi", "json"};

/// The scheme of an address in lower case, without a transport ("qemu+ssh"); "" of all else.
std::string scheme_of(const std::string &source) {
    const auto colon = source.find(':');
    if (colon == std::string::npos || colon < 2) // one letter is a drive of Windows
        return {};
    const auto whole = lower(source.substr(0, colon));
    const auto is_of_scheme = [](char c) { return g_ascii_isalnum(c) || std::string_view{"+-."}.contains(c); };
    if (!g_ascii_isalpha(whole.front()) || !std::ranges::all_of(whole, is_of_scheme))
        return {};
    const auto scheme = whole.substr(0, whole.find('+'));
    if (source.substr(colon + 1).starts_with("//") ||
        std::ranges::find(without_slashes, scheme) != without_slashes.end())
        return scheme;
    return {};
}

} // namespace

Result<> require_no_address(const std::string &source) {
    const auto scheme = scheme_of(source);
    if (scheme.empty() || path_exists(source))
        return {};
    const auto shown = printable(without_secrets(source));
    if (scheme == "file")
        return fail(H2K_ERROR_SOURCE, _("“%s” is an address; name the file by its path."), shown.c_str());
    return fail(H2K_ERROR_SOURCE, _("“%s” is an address and not a file of this host. %s"), shown.c_str(),
                way_out_of(source).c_str());
}

std::string way_out_of(const std::string &address) {
    const auto *found = std::ranges::find(schemes, scheme_of(address), &Scheme::name);
    return _(found == schemes.end() ? any : found->way_out);
}

} // namespace h2k
