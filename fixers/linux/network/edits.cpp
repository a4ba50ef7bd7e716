// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fixers/linux/network/edits.h"
#include "convert/base/i18n.h"
#include "convert/base/mac.h"
#include "convert/base/text.h"
#include "fixers/text/netplan.h"
#include <algorithm>
#include <fnmatch.h>

namespace h2k {

namespace {

/// @mac in upper or lower case, as @old is.
std::string written_like(std::string_view old, const std::string &mac) {
    if (std::ranges::none_of(old, [](char c) { return c >= 'A' && c <= 'F'; }))
        return mac;
    return Owned<char>{g_ascii_strup(mac.c_str(), -1)}.get();
}

/// Where an edited @path is written: a file in /usr/lib or /lib is overridden by one in /etc.
std::string place_to_edit(const std::string &path) {
    for (const std::string_view packaged : {"/usr/lib/", "/lib/"})
        if (path.starts_with(packaged))
            return "/etc/" + path.substr(packaged.size());
    return path;
}

/// Is the file for cards with @driver, or for all but some?  A '!' excludes a driver; in systemd's lists, which have
/// blanks between drivers and not NetworkManager's semicolons, one at the front excludes all that follow.
bool accepts(const HardwarePin &pin, const std::string &driver) {
    auto all = words(replace_all(pin.piece.value, ";", " "));
    all.insert(all.end(), pin.others.begin(), pin.others.end());
    const bool excludes = pin.piece.value.starts_with('!') && pin.piece.value.find(';') == std::string::npos;
    bool any = false;
    for (const auto &word : all) {
        const auto name = word.substr(word.starts_with('|') || word.starts_with('&'));
        if (excludes || name.starts_with('!'))
            continue;
        if (fnmatch(name.c_str(), driver.c_str(), 0) == 0)
            return true;
        any = true;
    }
    return !any;
}

/// One file's edits, why they are made, and for YAML what each does to its scalar.
struct FileWork {
    text::Edits edits;
    std::vector<std::string> reasons;
    std::vector<text::ScalarEdit> scalars;
    std::string renamed; ///< the file's new name; empty: it keeps its name

    void replace(const text::Piece &piece, const std::string &value) {
        edits.replace(piece, value);
        scalars.push_back({piece.at, value});
    }
    template <typename Pin> void remove(const Pin &pin) {
        edits.remove(pin.line);
        scalars.push_back({pin.piece.at, std::nullopt});
    }
};

class Editor {
  public:
    Editor(NicFiles &files, const NicPairs &pairs, bool clean) : files_(files), pairs_(pairs), clean_(clean) {}

    void edit(const NicUse &use, FileWork &work) {
        if (use.made)
            return edit_made(use, work);
        const auto first = use.macs.empty() ? std::string{} : parse_mac(use.macs.front().piece.value);
        const auto *pair = pairs_.find(use.name, first);
        if (!pair && use.name.empty())
            pair = pairs_.with_mac(first);
        if (!use.renamed.empty())
            return rename(use, pair, work);
        if (pair)
            edit_macs(use, *pair, work);
        if (!pair && use.macs.empty() && use.name.empty() && pairs_.pairs.size() == 1)
            pair = &pairs_.pairs.front();
        if (!use.is_link)
            for (const auto &pin : use.hardware)
                edit_hardware(use, pin, pair ? pair->driver : std::string{"virtio_net"}, work);
    }

  private:
    static std::string new_mac(const NicPair &pair) {
        return sentence(_("The target's network card has the MAC %s."), pair.mac.c_str());
    }

    /// A bond, bridge or VLAN may have the address of a card beneath it.
    void edit_made(const NicUse &use, FileWork &work) {
        for (const auto &pin : use.macs)
            for (const auto &pair : pairs_.pairs)
                if (pair.guest.mac != pair.mac && pair.guest.mac == parse_mac(pin.piece.value)) {
                    work.replace(pin.piece, written_like(pin.piece.value, pair.mac));
                    work.reasons.push_back(new_mac(pair));
                }
    }

    /// A file named after the old card is named after the new one.
    void rename(const NicUse &use, const NicPair *pair, FileWork &work) {
        if (!pair && use.macs.empty())
            for (const auto &other : pairs_.pairs)
                if (other.guest.mac.empty() && other.guest.file == use.file)
                    pair = &other;
        if (!pair || use.renamed + pair->mac == use.file ||
            (!use.macs.empty() && parse_mac(use.macs.front().piece.value) == pair->mac))
            return;
        work.renamed = use.renamed + pair->mac;
        work.reasons.push_back(new_mac(*pair));
    }

    /// Does some file set another address than the card's?  Without the card's own one, that would be taken for it.
    [[nodiscard]] bool sets_another(const NicUse &use, const NicPair &pair) const {
        const auto is_another = [&](const MacPin &pin) {
            const auto mac = parse_mac(pin.piece.value);
            return pin.sets && mac != pair.mac && mac != pair.guest.mac;
        };
        return std::ranges::any_of(files_.uses, [&](const NicUse &other) {
            return other.name == use.name && std::ranges::any_of(other.macs, is_another);
        });
    }

    void edit_macs(const NicUse &use, const NicPair &pair, FileWork &work) const {
        const bool matched = std::ranges::any_of(
            use.macs, [&](const MacPin &pin) { return !pin.sets && parse_mac(pin.piece.value) == pair.mac; });
        for (const auto &pin : use.macs) {
            const auto mac = parse_mac(pin.piece.value);
            const bool of_the_card = mac == pair.mac || mac == pair.guest.mac;
            if (clean_ && pin.on_line && !use.is_link && !use.name.empty() && (!pin.sets || of_the_card) &&
                !sets_another(use, pair)) {
                work.remove(pin);
                work.reasons.emplace_back(_("The interface is identified by its name, so it needs no MAC."));
                continue;
            }
            // An address that the guest sets itself is intended, unless it only repeats the old card's.
            if (mac == pair.mac || (pin.sets ? mac != pair.guest.mac : matched))
                continue;
            work.replace(pin.piece, written_like(pin.piece.value, pair.mac));
            work.reasons.push_back(new_mac(pair));
        }
    }

    void edit_hardware(const NicUse &use, const HardwarePin &pin, const std::string &driver, FileWork &work) {
        if (pin.kind == HardwarePin::driver && accepts(pin, driver))
            return;
        if (pin.on_line && !pin.needed)
            work.remove(pin);
        else if (pin.kind == HardwarePin::driver && !driver.empty())
            work.replace(pin.piece, driver);
        else
            return warn_of_hardware(use, pin);
        work.reasons.push_back(
            sentence(_("It required a network card with “%s”, which the target machine does not have."),
                     printable(pin.piece.value).c_str()));
    }

    void warn_of_hardware(const NicUse &use, const HardwarePin &pin) {
        const auto file = printable(use.file), value = printable(pin.piece.value);
        if (pin.kind == HardwarePin::driver)
            files_.warn("network-names.driver",
                        sentence(_("“%s” is for network cards with the driver “%s”, which the target machine may not "
                                   "have."),
                                 file.c_str(), value.c_str()));
        else
            files_.warn("network-names.old-place",
                        sentence(_("“%s” is for a network card at “%s”, which the target machine does not have."),
                                 file.c_str(), value.c_str()));
    }

    NicFiles &files_;
    const NicPairs &pairs_;
    bool clean_;
};

Result<> add_change(const GuestView &guest, const std::string &path, std::string content, const FileWork &work,
                    Finding &finding) {
    auto to = work.renamed.empty() ? place_to_edit(path) : work.renamed;
    if (!work.renamed.empty() && H2K_TRY(guest.exists(to)))
        return {};
    auto reason = join(work.reasons, " ");
    const bool secret = to != path && (to.find("/system-connections/") != std::string::npos || to.ends_with(".yaml"));
    const bool open = to == path || (!secret && H2K_TRY(guest.is_public(path)));
    finding.changes.push_back({{}, reason, WriteFile{std::move(to), std::move(content), open ? 0644U : 0600U}});
    if (!work.renamed.empty())
        finding.changes.push_back({{}, std::move(reason), RemoveFile{path}});
    return {};
}

} // namespace

Result<> plan_nic_edits(const GuestView &guest, NicFiles &files, const NicPairs &pairs, bool clean, Finding &finding) {
    Editor editor{files, pairs, clean};
    for (const auto &[path, content] : files.contents) {
        FileWork work;
        for (const auto &use : files.uses)
            if (use.file == path && !use.is_rule)
                editor.edit(use, work);
        std::ranges::sort(work.reasons);
        const auto repeated = std::ranges::unique(work.reasons);
        work.reasons.erase(repeated.begin(), repeated.end());
        if (work.edits.empty() && work.renamed.empty())
            continue;
        auto edited = work.edits.applied(content);
        if (path.ends_with(".yaml") && !text::changes_only(content, edited, work.scalars))
            files.warn(
                "network-names.not-edited",
                sentence(_("“%s” could not be edited without changing other parts of it, so it was left unchanged."),
                         printable(path).c_str()));
        else
            H2K_CHECK(add_change(guest, path, std::move(edited), work, finding));
    }
    return {};
}

} // namespace h2k
