// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/base/held_file.h"
#include "convert/model/disk_format.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace h2k {

enum class Bus { ide, scsi, sata, nvme, virtio };
enum class Firmware { unknown, bios, uefi };
enum class Chipset { unknown, pc, q35 };

[[nodiscard]] const char *name_of(Bus bus);
[[nodiscard]] const char *name_of(Firmware firmware);

/// Bytes within a host file.
struct Window {
    std::uint64_t offset = 0, length = 0;
};

/// A stretch of a host file, or all of it.
struct Piece {
    std::string path; ///< absolute
    std::optional<Window> window;
    HeldFile held{}; ///< what was checked; empty for a file of ours
};

/// A further member of an archive that an image consists of: an extent of a VMDK.
struct PackedPart {
    std::string name;                 ///< by which the image refers to it: of the file alone
    std::vector<std::string> members; ///< as of the Fetch
    std::uint64_t most = 0;           ///< bytes
};

/// How the bytes of an image get out of what they are packed in, before anything reads them as an image.
struct Fetch {
    std::vector<Piece> pieces;        ///< one after the other they are an archive, a compressed stream or the image
    std::vector<std::string> members; ///< the archive's member; two where that is an archive itself; empty: no archive
    std::string name;                 ///< of the image, to be shown: "disk1.vmdk"
    std::uint64_t most = 0;           ///< bytes that it may have; more is refused
    std::optional<DiskFormat> format{}; ///< that its package says; other than raw, its header has to agree
    std::vector<PackedPart> parts{};    ///< unpacked beside the image, under their names
    bool may_be_missing = false;        ///< of an archive that was not read to its end: no error then
};

/// A file that is a part of a VMDK, which a text descriptor puts together.
struct Extent {
    std::string path; ///< absolute
    HeldFile held{};
    std::string type;          ///< "FLAT", "SPARSE", "VMFS", "VMFSSPARSE"
    std::uint64_t sectors = 0; ///< of 512 bytes
    std::uint64_t offset = 0;  ///< sector where a flat one starts
};

/// One image file of a disk's chain.
struct Image {
    std::string path{};             ///< absolute
    std::optional<Window> window{}; ///< where the image is only a part of the file: a member of an archive
    DiskFormat format{};            ///< named by metadata or our own header check, never guessed by qemu
    std::string subformat{};        ///< "monolithicSparse", "dynamic", …; empty where the format has none
    std::uint64_t bytes = 0;        ///< virtual size
    std::string identity{};         ///< what a child names it by: CID, unique id, data write GUID; empty: has none
    HeldFile held{};                ///< what was checked, and is read; empty for a file of ours
    std::vector<Extent> extents{};  ///< where the file is only a descriptor, which QEMU never reads
    bool has_log = false;           ///< changes of the file itself that were not made yet wait in it: VHDX
    HeldFile replayed{};            ///< a qcow2 of ours with these changes, on the file; from FLATTEN on
};

/// What is compressed in the images of a disk; none where both are 0.
struct Compressed {
    std::uint64_t stored = 0;   ///< bytes of the files with it
    std::uint64_t unpacked = 0; ///< bytes of the disk that it is
};

/// One disk of a guest.  As a source: where its bytes are.  As a target: where they went.
struct Disk {
    std::string id; ///< "disk0", "disk1" … in the guest's controller order
    /// What the guest writes to.  Of a packed disk only the size that its package says is known, 0: nothing.
    Image top{};
    Bus bus = Bus::scsi;            ///< controller it hung on (source) or will hang on (target)
    unsigned boot_order = 0;        ///< place among the disks to boot from, 1 the first; 0: its source says none
    std::string serial{};           ///< that its guest sees; empty: not known
    std::string wwn{};              ///< 16 hexadecimal digits in lower case; empty: not known
    std::vector<std::string> files; ///< every host file that holds its data, the top one first; absolute
    unsigned sector_bytes = 512;    ///< of a logical sector, by which its guest counts: 512 or 4096
    std::vector<Image> below{};     ///< the rest of its chain, the next one first, each link verified
    Compressed compressed{};
    std::optional<Fetch> fetch{}; ///< packed: its top image is known once FETCH has carried this out
    bool blank = false; ///< source: it has no image, only a size, and is made empty; of @top nothing else is known
};

/// An ISO image in a drive for CDs and DVDs.  As a source: where its bytes are.  As a target: where they went.
struct IsoImage {
    bool seed = false;            ///< target: it has the seed of cloud-init, and a drive of its own behind the others
    std::size_t drive = 0;        ///< index in Machine::cdroms; not of a seed
    std::string name{};           ///< of the file in the source; not of a seed
    std::uint64_t bytes = 0;      ///< 0: not known yet
    Piece file{};                 ///< of a packed one, and of a target until it is published, empty
    std::optional<Fetch> fetch{}; ///< source: how it is unpacked, where it is packed
    std::string environment{};    ///< of one that is made: its only file, ovf-env.xml; may hold passwords
};

struct Nic {
    std::string mac;     ///< lower case, colons; empty where not known
    std::string model;   ///< "virtio", "e1000e", …; empty where not known
    std::string network; ///< source: the name that it has there; target: a libvirt network, empty for "default"
    unsigned slot = 0;   ///< pciSlotNumber that VMware gave it, which guests name it after; 0: not known
    std::string source_network{}; ///< target: what the source calls its network
};
/// The libvirt network of a target's card.
[[nodiscard]] inline std::string network_of(const Nic &nic) { return nic.network.empty() ? "default" : nic.network; }

/// What only the old host has, or what no domain gets.
enum class LostDevice { pci, gpu, usb, serial, parallel, floppy, sound, folder, drive, medium, other };
[[nodiscard]] const char *name_of(LostDevice device);

/// A device of the source that the target does not have.
struct NotCarried {
    LostDevice kind = LostDevice::other;
    std::string name; ///< what the source calls it, and what it is there: "serial0 (telnet://:2000)"
    bool operator==(const NotCarried &) const = default;
};

/// A virtual machine, as it was found or as it will be.
struct Machine {
    std::string name;
    std::string title;        ///< what people call it, one line; empty: nothing else than its name
    std::string uuid;         ///< empty: to be chosen
    std::string serial;       ///< of the system in SMBIOS; empty: not known
    std::uint64_t memory = 0; ///< bytes; 0: not known
    unsigned vcpus = 0;       ///< 0: not known
    unsigned most_vcpus = 0;  ///< that can be added while it runs, with the others; 0: none
    unsigned cores = 0;       ///< of one socket; a divisor of most_vcpus or else of vcpus; 0: not known
    Firmware firmware = Firmware::unknown;
    bool secure_boot = false;
    bool tpm = false;
    bool local_clock = false; ///< its clock has local time, and not UTC
    std::string arch = "x86_64";
    std::string description;
    std::string os_type; ///< what the source calls its system: "debian11_64Guest", "Debian_64", "96"
    std::vector<Disk> disks;
    std::size_t boot_disk = 0;          ///< target: index of the disk that is started from
    Chipset chipset = Chipset::unknown; ///< target; unknown: the one that libosinfo's data support
    std::vector<Nic> nics;
    bool lists_devices = false; ///< source: what it does not list, it does not have
    std::vector<Bus> cdroms;    ///< one entry a drive
    std::vector<IsoImage> isos; ///< in the order of their drives, a seed last
    std::vector<NotCarried> not_carried;
};

} // namespace h2k
