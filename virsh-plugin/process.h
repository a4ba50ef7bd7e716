// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

namespace cli {

/// Makes an ordinary process of this one, however it was started, before a file is opened.  Standard descriptors that
/// are closed are held by /dev/null, so that no file of a job gets their numbers and the sentences of the command with
/// it; writing to them fails all the same.  A reader that goes away ends no job.  Passphrases get into no core dump.
void prepare_process();

} // namespace cli
