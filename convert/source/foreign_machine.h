// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <string>
#include <string_view>

namespace h2k {

// Machines of other products, which are not read: what they are, and how their product gives their disks away.  All
// return a sentence or several; empty where nothing is recognised.

/// A text file with the settings of a machine, which starts with @head.  @name: of the file, as in messages.
[[nodiscard]] std::string foreign_settings(const std::string &name, std::string_view head);

/// The folder with the real path @path.
[[nodiscard]] std::string foreign_folder(const std::string &path);

/// An archive whose first file is called @first.
[[nodiscard]] std::string foreign_archive(const std::string &name, std::string_view first);

} // namespace h2k
