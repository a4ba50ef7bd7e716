// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/descriptor.h"
#include "convert/model/change.h"
#include "convert/pipeline/stage.h"
#include <string>
#include <string_view>

namespace h2k {

/// What a job did, one JSON object a line, so that it shows how far a killed job came.  Each line is synced to the disk
/// before the step goes on, but for those of changes: these are made in overlays, of which nothing is left either once
/// the host has stopped, and a sync of each took longer than the change.
class Journal {
  public:
    Journal() = default;
    /// Starts FOLDER/journal.jsonl, and locks it as long as the job lives.  Where that fails, lines are dropped and the
    /// job goes on.
    void open(const std::string &folder);
    [[nodiscard]] const std::string &path() const noexcept { return path_; }

    void job(const std::string &id, const char *action, const std::vector<std::string> &sources);
    void stage(Stage stage, const char *state, const std::string &detail = {});
    void change(std::size_t index, const Change &change, const char *state);
    void published(const std::string &path);
    void end(bool success, const std::string &error);

  private:
    bool append(const std::string &line) const;
    void append_synced(const std::string &line) const;
    Descriptor file_;
    std::string path_;
};

} // namespace h2k
