// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/notice.h"
#include "convert/model/plans.h"
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace h2k {

/// What of an envelope a user asks for; "": nothing in particular.
struct OvfWanted {
    std::string machine;       ///< id or name of a machine
    std::string configuration; ///< id of a deployment option
};

/// A file of the package: <References>.
struct OvfFile {
    std::string id, href;
    std::uint64_t bytes = 0; ///< as it lies in the package; 0: unknown
    std::uint64_t chunk = 0; ///< bytes of each of the parts that it is split into; 0: it is whole
    bool gzip = false;
};

/// A virtual disk: <DiskSection>.
struct OvfDisk {
    std::string id, file;       ///< the id or, by oVirt, the href of its file; empty: it is blank
    std::string parent;         ///< the disk that it holds the changes of
    std::uint64_t capacity = 0; ///< bytes; 0: unknown
    std::string format;         ///< address of a specification: "http://www.vmware.com/…/vmdk.html#streamOptimized"
    std::string volume_format;  ///< oVirt's: "RAW" or "COW"
    std::string interface;      ///< oVirt's: "VirtIO_SCSI", …
    bool boots = false;         ///< oVirt's
};

/// A device: <Item> and what OVF 2 has in its place.  Texts as they are written; "" where one is missing.
struct OvfItem {
    std::string instance, type, subtype, parent, address_on_parent, address, host_resource, connection, quantity, units,
        cores_per_socket;
    std::string sockets, cores_of_socket, threads; ///< oVirt's
    std::string device;                            ///< oVirt's: "tpm"
    std::string element_name;                      ///< for people: "Serial port 1"
    std::string pci_slot;                          ///< VMware's: "192"
};

/// The machine of an envelope that is read.
struct OvfSystem {
    std::string id, name, description;
    std::string uuid;                            ///< lower case, with dashes; "" where unknown
    bool uuid_is_vmwares = false;                ///< its BIOS has it, and a serial number made of it
    std::string os_id, os_type;                  ///< number in CIM; the product's own word
    std::vector<OvfItem> items;                  ///< of the chosen deployment option
    std::vector<std::string> boot_order;         ///< VMware's: instances of items
    std::map<std::string, std::string> settings; ///< vmw:Config and vmw:ExtraConfig, keys in lower case
    std::string environment;                     ///< document for its guest, that is to come on an ISO image; "": none
    std::string bios_type;                       ///< oVirt's
    std::string vbox_firmware, vbox_tpm;         ///< VirtualBox's: "EFI", "v2_0"
    std::vector<std::string> vbox_macs;          ///< of its adapters that are enabled, in the order of their slots
};

struct OvfEnvelope {
    std::vector<OvfFile> files;
    std::vector<OvfDisk> disks;
    OvfSystem system;
    std::vector<OvfItem> others;                 ///< devices of its other machines
    std::vector<Offer> machines, configurations; ///< all that it has, and which one is read
    Notices notices;
};

} // namespace h2k
