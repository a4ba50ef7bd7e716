// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/error.h"
#include "convert/confine/program/orders.h"

namespace h2k {

// The steps by which this process gives up its power, in their order.

// power.cpp
/// Makes the folder that was asked for the current one, whoever may reach it later, and that of temporary files.
[[nodiscard]] Result<> enter_folder(const Orders &orders);
/// Namespaces of its own, where it asks for them or may open sockets, and the kernel permits it to root.  False: it has
/// none yet.
[[nodiscard]] bool leave_namespaces(const Orders &orders);
/// Becomes the user that was asked for, or keeps its own without capabilities; nothing that it starts gets more.
/// @apart: what leave_namespaces() said; else any user may be permitted to have a user namespace with the others.
[[nodiscard]] Result<> drop_power(const Orders &orders, bool apart);
[[nodiscard]] Result<> set_limits(const Orders &orders);

// landlock.cpp
/// Leaves it the files that are open, the system's programs and libraries, and what was named: the kernel's
/// Documentation/userspace-api/landlock.rst.  Without Landlock in the kernel, nothing is done.
[[nodiscard]] Result<> leave_files(const Orders &orders);

// seccomp.cpp
/// Refuses system calls that such a program does not need, with EPERM.
[[nodiscard]] Result<> leave_system_calls(const Orders &orders);

} // namespace h2k
