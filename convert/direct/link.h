// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/confine/linked_program.h"
#include "convert/direct/wire/message.h"
#include <chrono>
#include <string>
#include <vector>

namespace h2k {

/// The disks of a guest as they are served.
struct ServedGuest {
    /// What an encrypted device holds: the names of both.
    struct Opened {
        std::string container, name;
    };
    std::vector<std::string> sockets;     ///< paths of UNIX sockets on which each disk is served by NBD
    std::vector<unsigned> sector_bytes{}; ///< of each disk: of a logical sector; 512 where it is not there
    std::vector<Opened> opened{};         ///< what the last of @sockets serve, which are no disks
    bool changes = true;                  ///< it will be written to
};

/// A running virt-hyper2kvm-fs, which is confined and killed with this object, and the socket to it.
class FsLink {
  public:
    /// @cancel applies to all later requests; may be null.
    [[nodiscard]] static Result<FsLink> start(const ServedGuest &guest, GCancellable *cancel);
    /// Over a @program that runs already.
    FsLink(LinkedProgram program, GCancellable *cancel)
        : program_(std::move(program)), cancel_(Ref<GCancellable>::retain(cancel)) {}

    /// For what depends on the size of a file or of a file system.
    static constexpr std::chrono::minutes long_work{10};
    /// The fields of the reply.  A refused request is H2K_ERROR_FAILED with the program's words; what is no reply, or
    /// does not come within @limit, ends the program.
    [[nodiscard]] Result<std::vector<std::string>> request(FsCall call, std::vector<std::string> fields,
                                                           std::chrono::seconds limit = std::chrono::minutes{1});
    /// Closes the connection and waits until the program has ended by itself.
    [[nodiscard]] Result<> finish();
    /// Can requests still succeed?
    [[nodiscard]] bool alive() const noexcept { return program_.socket() >= 0; }
    [[nodiscard]] GCancellable *cancel() const noexcept { return cancel_.get(); }

  private:
    [[nodiscard]] Result<> wait_for_reply(std::chrono::seconds limit);
    [[nodiscard]] Result<Message> ask(const Message &message, std::chrono::seconds limit);
    [[nodiscard]] std::unexpected<Error> ended();

    LinkedProgram program_;
    Ref<GCancellable> cancel_;
};

/// The error for a reply whose fields are not those that its request has.
[[nodiscard]] std::unexpected<Error> malformed_reply();

} // namespace h2k
