// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include <functional>
#include <string>

namespace h2k {

/// Finds "(12.34/100%)" in what qemu-img -p prints, however its output is cut into chunks.
class ProgressReader {
  public:
    explicit ProgressReader(std::function<void(double)> report) : report_(std::move(report)) {}
    /// Reports the last complete fraction (0…1) in all chunks so far, if it is a new one.
    void take(std::string_view chunk);

  private:
    std::function<void(double)> report_;
    std::string rest_;
    double last_ = -1;
};

} // namespace h2k
