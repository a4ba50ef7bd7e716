// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/direct/wire/devices.h"
#include "convert/base/text.h"
#include "convert/direct/wire/message.h"

namespace h2k {

namespace {

constexpr std::size_t length_size = 4, fixed_fields = 14;

} // namespace

Result<std::string> device_fields(const BlockDevice &device) {
    Message row{.kind = 0,
                .fields = {device.name, device.type, device.uuid, device.label, device.partuuid, device.partlabel,
                           device.parttype, std::to_string(device.disk), std::to_string(device.partition),
                           std::to_string(device.bytes), std::to_string(static_cast<int>(device.lock)),
                           device.degraded ? "1" : "0", std::to_string(device.below.size()),
                           std::to_string(device.names.size())}};
    row.fields.insert(row.fields.end(), device.below.begin(), device.below.end());
    row.fields.insert(row.fields.end(), device.names.begin(), device.names.end());
    return H2K_TRY(encode(row)).substr(length_size);
}

Result<BlockDevice> device_from(std::string_view field) {
    const auto row = H2K_TRY(decode(field));
    const auto &f = row.fields;
    if (f.size() < fixed_fields)
        return malformed_message();
    const auto disk = parse_number<unsigned>(f[7], 0, G_MAXUINT16),
               partition = parse_number<unsigned>(f[8], 0, 1u << 20);
    const auto lock = parse_number<unsigned>(f[10], 0, static_cast<unsigned>(Lock::open));
    const auto bytes = parse_number(f[9]), below = parse_number(f[12], 0, most_fields),
               names = parse_number(f[13], 0, most_fields);
    if (!disk || !partition || !bytes || !lock || !below || !names || f.size() != fixed_fields + *below + *names)
        return malformed_message();
    BlockDevice device{.name = f[0],
                       .type = f[1],
                       .uuid = f[2],
                       .label = f[3],
                       .partuuid = f[4],
                       .partlabel = f[5],
                       .parttype = f[6],
                       .disk = *disk,
                       .partition = *partition,
                       .bytes = *bytes,
                       .lock = static_cast<Lock>(*lock),
                       .degraded = f[11] == "1"};
    const auto first = f.begin() + fixed_fields, middle = first + static_cast<std::ptrdiff_t>(*below);
    device.below.assign(first, middle);
    device.names.assign(middle, f.end());
    return device;
}

} // namespace h2k
