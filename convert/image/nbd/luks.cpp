// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/image/nbd/luks.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/sockets/unix_socket.h"
#include "convert/base/text.h"
#include "convert/model/json.h"
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace h2k {

namespace {

constexpr const char *key_id = "key";
/// A pipe takes as much without a reader: pipe(7), "Pipe capacity".
constexpr std::size_t longest_passphrase = 4096;

} // namespace

Result<std::string> luks_secret(const Secret &passphrase, QemuFiles &files) {
    const auto bytes = passphrase.view();
    // QEMU takes it as text that ends at a zero byte.
    if (bytes.size() > longest_passphrase || bytes.contains('\0') ||
        !g_utf8_validate(bytes.data(), static_cast<gssize>(bytes.size()), nullptr))
        return fail(H2K_ERROR_FAILED, "%s", _("QEMU cannot take the key, which is too long or not UTF-8."));
    std::array<int, 2> ends{-1, -1};
    if (pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0)
        return fail(H2K_ERROR_FAILED, _("The key cannot be passed to QEMU: %s."), g_strerror(errno));
    HeldFile reading{Descriptor{ends[0]}};
    const Descriptor writing{ends[1]};
    if (const int why = write_all(writing.get(), bytes))
        return fail(H2K_ERROR_FAILED, _("The key cannot be passed to QEMU: %s."), g_strerror(why));
    return "secret,id=" + std::string{key_id} + ",file=" + files.name_of(std::move(reading), "the key");
}

Result<std::string> luks_node(const LuksVolume &volume, QemuFiles &files) {
    Descriptor connection = connect_to_socket(volume.socket);
    if (!connection)
        return fail(H2K_ERROR_FAILED, _("Cannot connect to “%s”: %s."), volume.socket.c_str(), g_strerror(errno));
    const auto number = base_name(files.name_of(HeldFile{std::move(connection)}, volume.name));
    JsonWriter out;
    out.object([&] {
        out.member("driver", "luks");
        out.member("key-secret", key_id);
        out.object("file", [&] {
            out.member("driver", "raw");
            out.member("offset", volume.offset);
            out.member("size", volume.bytes);
            out.object("file", [&] {
                out.member("driver", "nbd");
                out.object("server", [&] {
                    out.member("type", "fd");
                    out.member("str", number);
                });
            });
        });
    });
    return "json:" + std::string{trim(out.text(true))};
}

} // namespace h2k
