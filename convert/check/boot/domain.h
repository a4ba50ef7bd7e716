// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/descriptor.h"
#include "convert/base/error.h"
#include "convert/check/boot/qemu_user.h"
#include "convert/model/request.h"
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace h2k {

struct BootDomainOrder {
    /// Returns the domain's XML; @serial_socket: where its serial port may listen.
    std::function<Result<std::string>(const std::string &serial_socket)> xml;
    BootNetwork network = BootNetwork::isolated;
    std::string work;             ///< a folder "h2k-…" for all that the domain writes; removed with the domain
    std::optional<QemuUser> user; ///< the user that QEMU runs as; null: our own
};

/// A transient domain of a private libvirt (qemu:///embed) in a process of its own, virt-hyper2kvm-boot.  It ends with
/// the object, and also when our process is killed.
class BootDomain {
  public:
    /// Removes the folders of killed boot tests.  Returns immediately; "started" or "failed …" comes from next_event().
    [[nodiscard]] static Result<std::unique_ptr<BootDomain>> start(const BootDomainOrder &order);
    BootDomain(const BootDomain &) = delete;
    BootDomain &operator=(const BootDomain &) = delete;
    ~BootDomain();

    /// The next line of the process, see reaper.h; waits at most @milliseconds for it.  "gone" after the process has
    /// ended.
    [[nodiscard]] std::optional<std::string> next_event(int milliseconds);
    /// Types @text on the serial port of a domain that listens there.
    [[nodiscard]] Result<> type(const std::string &text);
    /// Requests a screenshot; the answer comes as an event.
    void ask_for_screenshot();
    /// The screenshot that a "screenshot" event has announced.
    [[nodiscard]] Result<std::string> screenshot() const;

  private:
    void drain() const;
    BootDomain(std::string root, std::string work, Descriptor lock, Descriptor socket)
        : root_(std::move(root)), work_(std::move(work)), lock_(std::move(lock)), socket_(std::move(socket)) {}
    std::string root_, work_;
    Descriptor lock_; ///< of the root folder, shared with the process
    Descriptor socket_;
    Descriptor keyboard_; ///< the serial port's socket, once something was typed
    bool gone_ = false;
    std::string received_;
    Ref<GSubprocess> process_;
};

/// Can @user use @work and read the files?
[[nodiscard]] bool qemu_user_can_reach(const QemuUser &user, const std::string &work,
                                       const std::vector<std::string> &files, GCancellable *cancel);

} // namespace h2k
