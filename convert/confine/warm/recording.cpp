// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/confine/warm/recording.h"
#include "config.h"
#include "convert/base/files.h"
#include "convert/base/process/programs.h"
#include "convert/base/text.h"
#include <array>

namespace h2k {

namespace {

constexpr const char *form = "recording 1";
constexpr std::size_t key_digits = 32;

/// The recorded machine counts time by the host's processor.
std::string processor() {
    for (const auto &line : lines(read_file("/proc/cpuinfo", 1u << 22).value_or("")))
        if (line.starts_with("model name"))
            return line;
    return "unknown";
}

/// @touched: libguestfs renews the times of its files at each launch; a new appliance's root has another UUID, which is
/// in the command line.
Result<std::string> fact(const char *what, const std::string &path, bool touched) {
    const auto id = H2K_TRY(identity_of(path));
    std::string text = what;
    for (const auto number : {id.device, id.inode, id.size})
        text += " " + std::to_string(number);
    if (!touched)
        text += " " + std::to_string(id.modified) + " " + std::to_string(id.changed);
    return text + " " + path + "\n";
}

Result<std::string> facts_of_host(const std::string &program, const std::string &library) {
    auto facts = "virt-hyper2kvm " H2K_VERSION "\n" + std::string{form} + "\nlibguestfs " + library + "\n";
    facts += processor() + "\n";
    facts += H2K_TRY(fact("qemu", program, false));
    facts += H2K_TRY(fact("hold", own_program("virt-hyper2kvm-hold"), false));
    return facts;
}

constexpr std::array appliance_files{"kernel", "initrd", "root"};

} // namespace

Result<std::string> facts_of(const std::string &program, const std::string &library, const ApplianceLine &line) {
    auto facts = H2K_TRY(facts_of_host(program, library));
    for (std::size_t i = 0; const auto *path : {&line.kernel, &line.initrd, &line.root})
        facts += H2K_TRY(fact(appliance_files[i++], *path, true));
    return facts + comparable(line);
}

bool still_hold(const std::string &facts, const std::string &program, const std::string &library) {
    const auto host = facts_of_host(program, library);
    if (!host || !facts.starts_with(*host))
        return false;
    const auto noted = lines(std::string_view{facts}.substr(host->size()));
    for (std::size_t i = 0; i < appliance_files.size(); ++i) {
        const auto path = i < noted.size() ? noted[i].find('/') : std::string::npos;
        if (path == std::string::npos ||
            fact(appliance_files[i], noted[i].substr(path), true).value_or("") != noted[i] + "\n")
            return false;
    }
    return true;
}

std::string key_of(const std::string &facts) { return sha256_of(facts).substr(0, key_digits); }

} // namespace h2k
