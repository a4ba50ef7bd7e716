# SPDX-License-Identifier: LGPL-2.1-or-later
"""Appliances in the syntax of VMware's ovftool: OVF 1.1 (DMTF DSP0243), its manifest and the tar around them."""

import hashlib
import os
import shutil
import tempfile
from xml.sax.saxutils import escape, quoteattr

from packing.archives import compress, put_tar
from packing.images import convert, virtual_size

NAMES = ('xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:cim="http://schemas.dmtf.org/wbem/wscim/1/common" '
         'xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1" '
         'xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData" '
         'xmlns:vmw="http://www.vmware.com/schema/ovf" '
         'xmlns:vssd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData" '
         'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"')
STREAM = "http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized"


def item(**members):
    """One item of the virtual hardware, its members in alphabetical order, as DSP0243 requires."""
    body = "".join(f"<rasd:{name}>{escape(str(value))}</rasd:{name}>" for name, value in sorted(members.items()))
    return f"      <Item>{body}</Item>\n"


def capacity(size):
    if size % (1 << 20) == 0:
        return f'ovf:capacity="{size >> 20}" ovf:capacityAllocationUnits="byte * 2^20"'
    return f'ovf:capacity="{size}"'


def file_element(number, disk):
    more = "".join(f" ovf:{name}={quoteattr(str(disk[name]))}" for name in ("compression", "chunkSize") if name in disk)
    return f'    <File ovf:href={quoteattr(disk["href"])} ovf:id="file{number}" ovf:size="{disk["size"]}"{more}/>\n'


def cdroms(isos):
    """A drive without a medium, and one for each ISO image; files of disks are counted from 1, these from 101."""
    drives = item(AddressOnParent=0, ElementName="CD/DVD drive 1", InstanceID=100, ResourceType=15)
    for number, _ in enumerate(isos, 101):
        drives += item(AddressOnParent=number - 100, ElementName=f"CD/DVD drive {number - 99}", InstanceID=number,
                       HostResource=f"ovf:/file/file{number}", ResourceType=15)
    return drives


def envelope(machine, disks, isos=()):
    """The text of the descriptor.  A disk has href, size of its file, and the bytes that it reads as; an ISO image the first two."""
    files = "".join(file_element(number, disk) for number, disk in enumerate(disks, 1))
    files += "".join(file_element(number, iso) for number, iso in enumerate(isos, 101))
    listed = "".join(f'    <Disk {capacity(disk["bytes"])} ovf:diskId="vmdisk{number}" ovf:fileRef="file{number}" '
                     f'ovf:format="{STREAM}"/>\n' for number, disk in enumerate(disks, 1))
    controller = {"pvscsi": {"ResourceSubType": "VirtualSCSI", "ResourceType": 6, "ElementName": "SCSI controller 0"},
                  "sata": {"ResourceSubType": "vmware.sata.ahci", "ResourceType": 20, "ElementName": "SATA controller 0"}}[machine.bus]
    hardware = item(AllocationUnits="hertz * 10^6", Description="Number of Virtual CPUs", InstanceID=1, ResourceType=3,
                    ElementName=f"{machine.cpus} virtual CPU(s)", VirtualQuantity=machine.cpus)
    hardware += item(AllocationUnits="byte * 2^20", Description="Memory Size", ElementName=f"{machine.memory}MB of memory",
                     InstanceID=2, ResourceType=4, VirtualQuantity=machine.memory)
    hardware += item(Address=0, InstanceID=3, **controller)
    for number in range(len(disks)):
        hardware += item(AddressOnParent=number, ElementName=f"Hard disk {number + 1}", InstanceID=10 + number, Parent=3,
                         HostResource=f"ovf:/disk/vmdisk{number + 1}", ResourceType=17)
    hardware += cdroms(isos) if isos else ""
    hardware += item(Address=machine.mac, AddressOnParent=7, AutomaticAllocation="true", Connection=machine.network,
                     ElementName="Network adapter 1", InstanceID=40, ResourceSubType="VmxNet3", ResourceType=10)
    if machine.firmware == "uefi":
        hardware += '      <vmw:Config ovf:required="false" vmw:key="firmware" vmw:value="efi"/>\n'
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<!--Made for a test, as VMware ovftool 4.4.0 would-->
<Envelope vmw:buildId="build-16360108" {NAMES}>
  <References>
{files}  </References>
  <DiskSection>
    <Info>Virtual disk information</Info>
{listed}  </DiskSection>
  <NetworkSection>
    <Info>The list of logical networks</Info>
    <Network ovf:name={quoteattr(machine.network)}>
      <Description>The {escape(machine.network)} network</Description>
    </Network>
  </NetworkSection>
  <VirtualSystem ovf:id={quoteattr(machine.name)}>
    <Info>A virtual machine</Info>
    <Name>{escape(machine.name)}</Name>
    <OperatingSystemSection ovf:id="96" vmw:osType="debian11_64Guest">
      <Info>The kind of installed guest operating system</Info>
      <Description>Debian GNU/Linux 11 (64-bit)</Description>
    </OperatingSystemSection>
    <VirtualHardwareSection>
      <Info>Virtual hardware requirements</Info>
      <System>
        <vssd:ElementName>Virtual Hardware Family</vssd:ElementName>
        <vssd:InstanceID>0</vssd:InstanceID>
        <vssd:VirtualSystemIdentifier>{escape(machine.name)}</vssd:VirtualSystemIdentifier>
        <vssd:VirtualSystemType>vmx-14</vssd:VirtualSystemType>
      </System>
{hardware}    </VirtualHardwareSection>
    <AnnotationSection>
      <Info>A human-readable annotation</Info>
      <Annotation>{escape(machine.notes)}</Annotation>
    </AnnotationSection>
  </VirtualSystem>
</Envelope>
"""


def digest(path):
    found = hashlib.sha256()
    with open(path, "rb") as file:
        while part := file.read(1 << 20):
            found.update(part)
    return found.hexdigest()


def write_manifest(path, files):
    with open(path, "w", encoding="ascii", newline="") as file:
        for name in files:
            file.write(f"SHA256({os.path.basename(name)})= {digest(name)}\r\n")


def split(path, size):
    """Cuts a file into chunks named as DSP0243 says of ovf:chunkSize; gives their paths."""
    parts = []
    with open(path, "rb") as file:
        while part := file.read(size):
            parts.append(f"{path}.{len(parts):09}")
            with open(parts[-1], "wb") as to:
                to.write(part)
    os.unlink(path)
    return parts


def ovf(folder, machine, raws, gz=(), chunked=None, kind="streamOptimized", isos=()):
    """An OVF folder of the raw disks @raws; gives the paths of its files, the descriptor and the manifest first.

    Disks whose number, from 0, is in @gz are compressed with gzip; @chunked is {number: size of a chunk}.  The ISO images @isos
    are in drives, behind one that is empty.
    """
    disks, files = [], []
    for number, raw in enumerate(raws):
        path = convert(raw, os.path.join(folder, f"{machine.name}-disk{number + 1}.vmdk"), kind)
        disk = {"bytes": virtual_size(path)}
        if number in gz:
            # Compressed under its own name: what counts is the attribute.
            os.replace(compress(path, path + ".gz"), path)
            disk["compression"] = "gzip"
        disk["size"], disk["href"] = os.path.getsize(path), os.path.basename(path)
        if chunked and number in chunked:
            disk["chunkSize"] = chunked[number]
            files += split(path, chunked[number])
        else:
            files.append(path)
        disks.append(disk)
    media = []
    for iso in isos:
        files.append(shutil.copy(iso, folder))
        media.append({"href": os.path.basename(iso), "size": os.path.getsize(iso)})
    descriptor = os.path.join(folder, machine.name + ".ovf")
    with open(descriptor, "w", encoding="utf-8", newline="\r\n") as file:
        file.write(envelope(machine, disks, media))
    manifest = os.path.join(folder, machine.name + ".mf")
    write_manifest(manifest, [descriptor, *files])
    return [descriptor, manifest, *files]


def ova(path, machine, raws, **options):
    """An OVA of the raw disks @raws: the descriptor, its manifest, then the disks."""
    with tempfile.TemporaryDirectory(dir=os.path.dirname(path)) as folder:
        return put_tar(path, [(os.path.basename(file), file) for file in ovf(folder, machine, raws, **options)])
