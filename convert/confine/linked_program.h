// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/descriptor.h"
#include "convert/confine/confinement.h"
#include <span>

namespace h2k {

/// A running program of ours that is confined, with one end of a connected socket as its standard input.  It is killed
/// with this object.
class LinkedProgram {
  public:
    /// Starts the program @name, of our libexec folder, with @words.  It has @files as its descriptors 3, 4 …  The
    /// error is only the reason.
    [[nodiscard]] static Result<LinkedProgram> start(const char *name, const Confinement &confinement,
                                                     const std::vector<std::string> &words, std::span<const int> files);
    /// Over the @socket of the process @child, which writes its errors to @errors; 0: there is none to watch.
    LinkedProgram(Descriptor socket, Descriptor errors, int child) noexcept
        : socket_(std::move(socket)), errors_(std::move(errors)), child_(child) {}
    LinkedProgram(LinkedProgram &&other) noexcept
        : socket_(std::move(other.socket_)), errors_(std::move(other.errors_)), child_(std::exchange(other.child_, 0)) {
    }
    LinkedProgram &operator=(LinkedProgram &&other) noexcept {
        std::swap(socket_, other.socket_);
        std::swap(errors_, other.errors_);
        std::swap(child_, other.child_);
        return *this;
    }
    ~LinkedProgram() { kill(); }

    /// Our end; -1 once it is closed.
    [[nodiscard]] int socket() const noexcept { return socket_.get(); }
    [[nodiscard]] int process() const noexcept { return child_; }
    /// Closes our end, kills the program and waits for it.  Returns its status, as waitpid(2) does.
    int kill() noexcept;
    /// The same without killing it: it has to end by itself.
    int wait() noexcept;
    /// The last line of its standard error, safe to print; empty: none.
    [[nodiscard]] std::string last_line() const;

  private:
    Descriptor socket_, errors_;
    int child_;
};

} // namespace h2k
