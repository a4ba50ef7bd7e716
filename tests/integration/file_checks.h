// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/guest.h"

namespace h2k::test {

[[nodiscard]] std::string content(const GuestView &guest, const std::string &path);
[[nodiscard]] bool holds(const std::string &text, const std::string &part);
[[nodiscard]] Change change(decltype(Change::action) action);
/// What a program in the guest prints, by way of a file.
std::string says(Guest &guest, const std::string &script);

// What a change to a file does, on the guest of small_guest.h; @work is its folder on the host.
void writes(Guest &guest);
void makes_folders_and_links(Guest &guest);
void copies(Guest &guest, const std::string &work);
/// Files go behind an image; one that cannot be extended stays as it is, or is rebuilt.
/// An extended image and its revert, in /srv and on the FAT at /tmp/esp.  /srv/extended stays, for check_attributes().
void extended_images_go_back(Guest &guest);
void extends_images(Guest &guest);
/// A system partition, at /tmp/esp, keeps neither owners nor attributes.
void works_on_vfat(Guest &guest, const std::string &work);
/// What a job changed is restored, with owners and modes.
void goes_back(Guest &guest);
/// What became of owners, ACLs and labels, as debugfs reads them from the file system at @with.
void check_attributes(const std::string &with);

} // namespace h2k::test
