// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/descriptor.h"
#include "convert/base/error.h"
#include "convert/check/boot/powers.h"
#include "convert/check/boot/serial_port.h"
#include "convert/model/request.h"
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace h2k {

struct BootDomainOrder {
    /// Creates what QEMU writes to in @root, a folder of ours that QEMU can pass and not change, and returns the
    /// domain's XML.
    std::function<Result<std::string>(const std::string &root)> describe;
    BootNetwork network = BootNetwork::isolated;
    bool use_kvm = false;
    std::string work;                ///< a folder "h2k-…" for the overlays; removed with the domain
    std::optional<PrivateUser> user; ///< the user that QEMU runs as; null: our own
    QemuLimits limits;
};

/// A transient domain of a private libvirt (qemu:///embed) in a process of its own, virt-hyper2kvm-boot.  It ends with
/// the object, and also when our process is killed.
class BootDomain {
  public:
    /// Where the private folders of boot tests are: anybody can get there, and its path is short.
    [[nodiscard]] static std::string parent();
    /// Removes the folders of killed boot tests.  Returns immediately; "started" or "failed …" comes from next_event().
    [[nodiscard]] static Result<std::unique_ptr<BootDomain>> start(const BootDomainOrder &order);
    BootDomain(const BootDomain &) = delete;
    BootDomain &operator=(const BootDomain &) = delete;
    ~BootDomain();

    /// The next line of the process, see reaper.h; waits at most @milliseconds for it.  "gone" after the process has
    /// ended.
    [[nodiscard]] std::optional<std::string> next_event(int milliseconds);
    /// The serial ports of a domain that listens there.
    [[nodiscard]] SerialPort &first_port() { return first_port_; }
    [[nodiscard]] SerialPort &second_port() { return second_port_; }
    /// Requests a screenshot; the answer comes as an event.
    void ask_for_screenshot();
    /// The screenshot that a "screenshot" event has announced.
    [[nodiscard]] Result<std::string> screenshot() const;

    /// Their places in the domain's private folder.
    static constexpr const char *first_port_name = "/serial", *second_port_name = "/serial-2";

  private:
    BootDomain(std::string root, std::string work, Descriptor lock, Descriptor socket)
        : root_(std::move(root)), work_(std::move(work)), lock_(std::move(lock)), socket_(std::move(socket)),
          first_port_(root_ + first_port_name), second_port_(root_ + second_port_name) {}
    std::string root_, work_;
    Descriptor lock_; ///< of the root folder, shared with the process
    Descriptor socket_;
    SerialPort first_port_, second_port_;
    bool gone_ = false;
    std::string received_;
    Ref<GSubprocess> process_;
};
} // namespace h2k
