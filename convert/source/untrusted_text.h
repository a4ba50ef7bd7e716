// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <string>
#include <string_view>

namespace h2k {

/// Untrusted text about a machine, made fit for the XML of a domain: valid UTF-8, no control characters but
/// tabs and line ends, nothing blank around it, at most 8 KiB.
[[nodiscard]] std::string free_text(std::string_view text);

/// A MAC address in lower case with colons, from six pairs of hexadecimal digits with ':', '-' or nothing between them;
/// "" where @text is not one, or not that of a network card.
[[nodiscard]] std::string mac_address(std::string_view text);

/// A UUID in lower case with dashes from 32 hexadecimal digits, with any of " -{}" between them; "" where @text is not
/// one or is all zeros.
[[nodiscard]] std::string uuid_of(std::string_view text);

/// The serial number that VMware gives a machine with the BIOS UUID @uuid, as uuid_of() returns it:
/// "VMware-42 1f …-…"; "" where that is "".
[[nodiscard]] std::string vmware_serial(std::string_view uuid);

} // namespace h2k
