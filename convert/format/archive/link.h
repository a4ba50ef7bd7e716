// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/confine/linked_program.h"
#include "convert/format/allowance.h"
#include "convert/format/archive/wire.h"
#include <string>
#include <string_view>

namespace h2k {

/// A running virt-hyper2kvm-archive, which is confined and killed with this object, and the socket to it.
class ArchiveLink {
  public:
    /// @name: of the archive, safe to print.  Waiting ends when @allowance does, which may be null.
    [[nodiscard]] static Result<ArchiveLink> start(const std::string &name, Allowance *allowance);
    /// Over @program.  @longest_step: processor time in which 1 MiB is unpacked, or one initramfs.
    ArchiveLink(LinkedProgram program, std::string name, Allowance *allowance,
                Allowance::Time longest_step = std::chrono::seconds{60}) noexcept;

    /// Sends @message with @bytes, of which there are longest_message at most.
    [[nodiscard]] Result<> send(ArchiveMessage message, std::string_view bytes);
    /// The next message, and what follows it in @bytes.  Its size is checked, its other numbers are not.
    [[nodiscard]] Result<ArchiveMessage> receive(std::string &bytes);
    /// The program has done something useful: its processor time for one step begins again.
    void count_step() noexcept;
    /// Kills the program.  What is sent or received afterwards fails.
    void stop() noexcept { program_.kill(); }
    [[nodiscard]] const std::string &name() const noexcept { return name_; }

  private:
    [[nodiscard]] Result<> get(char *to, std::size_t size);
    [[nodiscard]] Result<> wait(short events);
    [[nodiscard]] Result<> check_work();
    [[nodiscard]] std::unexpected<Error> ended();

    [[nodiscard]] bool alive() const noexcept { return program_.socket() >= 0; }

    LinkedProgram program_;
    std::string name_;
    Allowance *allowance_;
    Allowance::Time longest_step_;
    Allowance::Time used_{}, step_{}; ///< processor time in all, and when this step began
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now(); ///< of this step
};

} // namespace h2k
