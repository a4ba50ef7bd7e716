// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/confine/warm/line.h"
#include "convert/base/text.h"
#include <algorithm>
#include <array>

namespace h2k {

namespace {

/// Options without a value; all others that libguestfs gives have one.
constexpr std::array<std::string_view, 4> alone{"-no-user-config", "-nodefaults", "-no-reboot", "-no-hpet"};
constexpr std::string_view root_device = "scsi-hd,drive=appliance", channel_id = ",id=channel0";

bool is_alone(const std::string &word) { return std::ranges::find(alone, word) != alone.end(); }

/// The value of @key in an option's value; "": none, or with a comma.
std::string item_of(const std::string &value, std::string_view key) {
    if (value.find(",,") == std::string::npos)
        for (const auto &item : split(value, ','))
            if (item.starts_with(key))
                return item.substr(key.size());
    return {};
}

bool is_disk(const std::string &option, const std::string &value) {
    return option == "-drive"
               ? item_of(value, "id=").starts_with("hd")
               : option == "-device" && value.starts_with("scsi-hd,") && item_of(value, "drive=").starts_with("hd");
}

std::unexpected<Error> strange(const std::string &word) {
    return fail(H2K_ERROR_FAILED, "“%s” is not expected of libguestfs", word.c_str());
}

/// A disk's name may have commas: it is not looked into, but for its id, which is behind it.
bool names_disk(const std::string &option, const std::string &value) {
    return option == "-drive" && value.find(",id=hd") != std::string::npos &&
           value.find(",id=appliance") == std::string::npos;
}

Result<> take(ApplianceLine &line, const std::string &option, const std::string &value) {
    if (names_disk(option, value) || is_disk(option, value)) {
        line.disk_count += option == "-drive";
        line.disks.insert(line.disks.end(), {option, value});
        return {};
    }
    if (option == "-kernel")
        line.kernel = value;
    else if (option == "-initrd")
        line.initrd = value;
    else if (option == "-drive") {
        if (item_of(value, "id=") != "appliance" || item_of(value, "snapshot=") != "on" ||
            item_of(value, "format=") != "raw" || !value.starts_with("file=/"))
            return strange(value);
        line.root = item_of(value, "file=");
    }
    line.words.insert(line.words.end(), {option, value});
    return {};
}

bool has(const ApplianceLine &line, std::string_view option, std::string_view value) {
    for (std::size_t i = 0; i + 1 < line.words.size(); ++i)
        if (line.words[i] == option && line.words[i + 1].starts_with(value))
            return true;
    return false;
}

std::string root_drive(int overlay, int root, const char *more) {
    return "file.driver=file,file.filename=/dev/fdset/" + std::to_string(overlay) +
           ",backing.driver=raw,backing.file.driver=file,backing.file.filename=/dev/fdset/" + std::to_string(root) +
           ",id=appliance,cache=unsafe,if=none,format=qcow2" + more;
}

/// Both lines, but for the parts that @change makes of an option's value; false from that: it is left out.
template <typename Change> std::vector<std::string> with_changes(const ApplianceLine &line, Change change) {
    std::vector<std::string> made;
    bool has_disks = false;
    for (std::size_t i = 0; i < line.words.size(); ++i) {
        const auto &option = line.words[i];
        if (is_alone(option)) {
            made.push_back(option);
            continue;
        }
        auto value = line.words[++i];
        if (option == "-rtc")
            value = "base=utc,clock=vm";
        else if (option == "-append")
            value += " rdinit=/h2k/hold";
        else if (option == "-device" && value.starts_with("virtio-scsi-pci"))
            value += ",hotplug=off";
        else if (option == "-device" && value == root_device)
            value = "virtio-blk-pci,drive=appliance";
        if (!change(option, value))
            continue;
        if (option == "-drive" && !std::exchange(has_disks, true))
            made.insert(made.end(), line.disks.begin(), line.disks.end());
        made.insert(made.end(), {option, value});
    }
    return made;
}

void add_sets(std::vector<std::string> &words, std::initializer_list<int> files) {
    for (const int file : files) {
        const auto number = std::to_string(file);
        words.insert(words.end(), {"-add-fd", "fd=" + number + ",set=" + number});
    }
}

void add_hold(std::vector<std::string> &words, const std::string &socket) {
    words.insert(words.end(), {"-chardev", "socket,id=hold," + socket, "-device",
                               "virtserialport,chardev=hold,name=org.virt-hyper2kvm.hold"});
}

} // namespace

Result<ApplianceLine> read_appliance_line(const std::vector<std::string> &arguments) {
    ApplianceLine line;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const auto &option = arguments[i];
        if (is_alone(option)) {
            line.words.push_back(option);
            continue;
        }
        if (!option.starts_with('-') || ++i == arguments.size())
            return strange(option);
        H2K_CHECK(take(line, option, arguments[i]));
    }
    if (line.kernel.empty() || line.initrd.empty() || line.root.empty() || line.disks.size() != 4u * line.disk_count)
        return strange(join(arguments, " "));
    for (const auto &[option, value] :
         std::initializer_list<std::pair<std::string_view, std::string_view>>{{"-device", root_device},
                                                                              {"-device", "virtio-scsi-pci,"},
                                                                              {"-device", "virtserialport,"},
                                                                              {"-chardev", "socket,path="},
                                                                              {"-append", "panic="},
                                                                              {"-rtc", ""}})
        if (!has(line, option, value))
            return fail(H2K_ERROR_FAILED, "“%s %s” is missing", option.data(), value.data());
    return line;
}

std::string comparable(const ApplianceLine &line) {
    std::string text;
    for (std::size_t i = 0; i < line.words.size(); ++i) {
        const bool is_channel = i > 0 && line.words[i - 1] == "-chardev";
        text += (is_channel ? "a channel" : line.words[i]) + "\n";
    }
    return text;
}

std::vector<std::string> recording_arguments(const ApplianceLine &line, const RecordingParts &parts) {
    auto words = with_changes(line, [&](const std::string &option, std::string &value) {
        if (option == "-initrd")
            value = parts.initrd;
        else if (option == "-drive")
            value = root_drive(parts.overlay, parts.root, ",file.auto-read-only=off");
        else if (option == "-chardev" && value.ends_with(channel_id))
            value = "null" + std::string{channel_id};
        return true;
    });
    add_sets(words, {parts.overlay, parts.root});
    add_hold(words, "fd=" + std::to_string(parts.hold));
    words.insert(words.end(),
                 {"-chardev", "socket,id=qmp,fd=" + std::to_string(parts.qmp), "-mon", "chardev=qmp,mode=control"});
    return words;
}

std::vector<std::string> restoring_arguments(const ApplianceLine &line, const RestoringParts &parts) {
    auto words = with_changes(line, [&](const std::string &option, std::string &value) {
        if (option == "-drive")
            value = root_drive(parts.overlay, parts.root, ",snapshot=on");
        return option != "-initrd"; // it is in memory
    });
    add_sets(words, {parts.overlay, parts.root});
    add_hold(words, "path=" + parts.hold);
    words.insert(words.end(), {"-incoming", "fd:" + std::to_string(parts.state)});
    return words;
}

} // namespace h2k
