# SPDX-License-Identifier: LGPL-2.1-or-later
"""Settings files that describe a machine in VMware's, Hyper-V's and libvirt's own syntax."""

import os
import uuid
from dataclasses import dataclass
from xml.sax.saxutils import escape


@dataclass
class Machine:
    """What a test says of a guest, and then looks for."""
    name: str = "app"
    mac: str = "00:50:56:8f:1a:01"
    firmware: str = "bios"
    bus: str = "pvscsi"
    cpus: int = 2
    memory: int = 1024  # MiB
    network: str = "VM Network"
    notes: str = "Made for a test."

    @staticmethod
    def of_facts(facts, **more):
        """The machine that a guest of tests/guests was built for."""
        return Machine(name=facts["GUEST_NAME"], mac=facts["MAC"].lower(), firmware=facts["FIRMWARE"], bus=facts["HARDWARE"],
                       **more)


def fixed_id(*words):
    return uuid.uuid5(uuid.NAMESPACE_URL, "/".join(words))


def vmx(folder, machine, disks):
    """FOLDER/NAME.vmx over the files @disks beside it.

    Keys as VMware Workstation and ESXi write them; an ESXi disk may be a snapshot's.
    """
    number = fixed_id(machine.name).hex
    bios = " ".join(number[i:i + 2] for i in range(0, 16, 2)) + "-" + " ".join(number[i:i + 2] for i in range(16, 32, 2))
    controller = {"pvscsi": 'scsi0.virtualDev = "pvscsi"\nscsi0.present = "TRUE"', "sata": 'sata0.present = "TRUE"'}[machine.bus]
    bus = {"pvscsi": "scsi0", "sata": "sata0"}[machine.bus]
    lines = ['.encoding = "UTF-8"', 'config.version = "8"', 'virtualHW.version = "14"', f'displayName = "{machine.name}"',
             'guestOS = "debian11-64"', f'uuid.bios = "{bios}"', f'numvcpus = "{machine.cpus}"', f'memSize = "{machine.memory}"',
             f'annotation = "{machine.notes}"', controller]
    if machine.firmware == "uefi":
        lines += ['firmware = "efi"', 'uefi.secureBoot.enabled = "FALSE"']
    for unit, disk in enumerate(disks):
        lines += [f'{bus}:{unit}.present = "TRUE"', f'{bus}:{unit}.deviceType = "scsi-hardDisk"',
                  f'{bus}:{unit}.fileName = "{os.path.basename(disk)}"']
    lines += ['ethernet0.present = "TRUE"', 'ethernet0.virtualDev = "vmxnet3"', f'ethernet0.networkName = "{machine.network}"',
              'ethernet0.addressType = "static"', f'ethernet0.address = "{machine.mac}"', 'floppy0.present = "FALSE"',
              'ide0:0.present = "TRUE"', 'ide0:0.deviceType = "atapi-cdrom"', 'ide0:0.startConnected = "FALSE"', ""]
    path = os.path.join(folder, machine.name + ".vmx")
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write("\n".join(lines))
    return path


def drive(number, path):
    kind = "VHD" if path else "NONE"
    return (f'<drive{number}><pathname type="string">{escape(path)}</pathname><type type="string">{kind}</type></drive{number}>')


def hyper_v(folder, machine, disks):
    """FOLDER as Export-VM of Windows Server 2012 R2 leaves it; gives the path of the settings file.

    @disks lie in "Virtual Hard Disks" already.  The paths in the settings are those of the machine that it came from.
    """
    identity = str(fixed_id(machine.name)).upper()
    places = ["C:\\ClusterStorage\\Volume1\\" + machine.name + "\\Virtual Hard Disks\\" + os.path.basename(disk) for disk in disks]
    drives = "".join(drive(number, place) for number, place in enumerate(places))
    mac = machine.mac.upper().replace(":", "-")
    text = f"""<?xml version="1.0" encoding="UTF-16" standalone="yes"?>
<configuration>
  <_83f8638b-8dca-4152-9eda-2ca8b33039b4_>
    <VDEVVersion type="integer">512</VDEVVersion>
    <controller0>{drives}</controller0>
    <controller1>{drive(0, "")}</controller1>
  </_83f8638b-8dca-4152-9eda-2ca8b33039b4_>
  <_1c2b3a49-58f7-4c6d-9a8b-7e6f5d4c3b2a_>
    <ChannelInstanceGuid type="string">{{1c2b3a49-58f7-4c6d-9a8b-7e6f5d4c3b2a}}</ChannelInstanceGuid>
    <Connection><AltSwitchName type="string">{escape(machine.network)}</AltSwitchName></Connection>
    <FriendlyName type="string">Network Adapter</FriendlyName>
    <IsConnected type="bool">True</IsConnected>
    <IsMacAddressStatic type="bool">True</IsMacAddressStatic>
    <MacAddress type="string">{mac}</MacAddress>
    <VDEVVersion type="integer">1280</VDEVVersion>
  </_1c2b3a49-58f7-4c6d-9a8b-7e6f5d4c3b2a_>
  <manifest>
    <size type="integer">2</size>
    <vdev001>
      <device type="string">83f8638b-8dca-4152-9eda-2ca8b33039b4</device>
      <flags type="integer">2</flags>
      <host type="bool">False</host>
      <instance type="string">83f8638b-8dca-4152-9eda-2ca8b33039b4</instance>
      <name type="string">Microsoft Virtual IDE Controller</name>
    </vdev001>
    <vdev002>
      <device type="string">2fc216b0-d2e2-4967-9b6d-b8a5c9ca2778</device>
      <flags type="integer">4</flags>
      <host type="bool">False</host>
      <instance type="string">1c2b3a49-58f7-4c6d-9a8b-7e6f5d4c3b2a</instance>
      <name type="string">Synthetic Ethernet Port</name>
    </vdev002>
  </manifest>
  <properties>
    <global_id type="string">{identity}</global_id>
    <name type="string">{escape(machine.name)}</name>
    <notes type="string">{escape(machine.notes)}</notes>
    <subtype type="integer">{int(machine.firmware == "uefi")}</subtype>
    <type_id type="string">Virtual Machines</type_id>
    <version type="integer">1280</version>
  </properties>
  <settings>
    <memory><bank><dynamic_memory_enabled type="bool">False</dynamic_memory_enabled><size type="integer">{machine.memory}</size></bank></memory>
    <processors><count type="integer">{machine.cpus}</count></processors>
  </settings>
</configuration>
"""
    os.makedirs(os.path.join(folder, "Virtual Machines"), exist_ok=True)
    os.makedirs(os.path.join(folder, "Snapshots"), exist_ok=True)
    path = os.path.join(folder, "Virtual Machines", identity + ".xml")
    with open(path, "wb") as file:
        file.write(b"\xff\xfe" + text.replace("\n", "\r\n").encode("utf-16-le"))
    return path


def domain(path, machine, disks):
    """A domain of libvirt at @path over the (driver, file) pairs @disks."""
    firmware = ' firmware="efi"' if machine.firmware == "uefi" else ""
    blocks = "".join(f"""
    <disk type="file" device="disk">
      <driver name="qemu" type="{driver}"/>
      <source file="{escape(file)}"/>
      <target dev="sd{chr(ord("a") + number)}" bus="sata"/>
    </disk>""" for number, (driver, file) in enumerate(disks))
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"""<domain type="kvm">
  <name>{escape(machine.name)}</name>
  <uuid>{fixed_id(machine.name)}</uuid>
  <description>{escape(machine.notes)}</description>
  <memory unit="MiB">{machine.memory}</memory>
  <vcpu>{machine.cpus}</vcpu>
  <os{firmware}>
    <type arch="x86_64" machine="q35">hvm</type>
  </os>
  <devices>{blocks}
    <disk type="file" device="cdrom">
      <target dev="sdz" bus="sata"/>
      <readonly/>
    </disk>
    <interface type="network">
      <mac address="{machine.mac}"/>
      <source network="default"/>
      <model type="e1000e"/>
    </interface>
  </devices>
</domain>
""")
    return path
