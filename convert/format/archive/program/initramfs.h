// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/format/archive/program/content.h"
#include "convert/format/archive/program/newc_reader.h"

namespace h2k {

/// The names in an initramfs image, as one member: each is followed by a null byte.
class InitramfsNames final : public Content {
  public:
    explicit InitramfsNames(PackedBytes &from) : from_(from) {}
    [[nodiscard]] Outcome<std::optional<Entry>> next() override;
    [[nodiscard]] Outcome<std::optional<Block>> read() override;

  private:
    PackedBytes &from_;
    bool begun_ = false, over_ = false;
    std::string names_;
};

} // namespace h2k
