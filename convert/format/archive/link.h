// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/descriptor.h"
#include "convert/base/error.h"
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
    /// Over the @socket of the process @child; 0: there is none to watch.  @longest_step: processor time in which 1 MiB
    /// is unpacked, or one initramfs.
    ArchiveLink(Descriptor socket, Descriptor errors, int child, std::string name, Allowance *allowance,
                Allowance::Time longest_step = std::chrono::seconds{60}) noexcept;
    ArchiveLink(ArchiveLink &&other) noexcept;
    ArchiveLink &operator=(ArchiveLink &&) = delete;
    ~ArchiveLink() { stop(); }

    /// Sends @message with @bytes, of which there are longest_message at most.
    [[nodiscard]] Result<> send(ArchiveMessage message, std::string_view bytes);
    /// The next message, and what follows it in @bytes.  Its size is checked, its other numbers are not.
    [[nodiscard]] Result<ArchiveMessage> receive(std::string &bytes);
    /// The program has done something useful: its processor time for one step begins again.
    void count_step() noexcept;
    /// Kills the program.  What is sent or received afterwards fails.
    void stop() noexcept;
    [[nodiscard]] const std::string &name() const noexcept { return name_; }

  private:
    [[nodiscard]] Result<> get(char *to, std::size_t size);
    [[nodiscard]] Result<> wait(short events);
    [[nodiscard]] Result<> check_work();
    [[nodiscard]] std::unexpected<Error> ended();

    Descriptor socket_, errors_;
    int child_;
    std::string name_;
    Allowance *allowance_;
    Allowance::Time longest_step_;
    Allowance::Time used_{}, step_{}; ///< processor time in all, and when this step began
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now(); ///< of this step
};

} // namespace h2k
