# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# The virtual machines a guest is booted on: one like VMware's, one like
# those libvirt makes for KVM. Emulated, so that it works everywhere.
# shellcheck disable=SC2154  # the settings come from boot

disk_format() {
    qemu-img info --output=json "$1" |
        sed -nE 's/^ {4}"format": "(.*)",?$/\1/p' | head -n 1
}

# Sets the array "arguments" for qemu-system-x86_64.
machine_arguments() {
    arguments=(
        -nodefaults -no-user-config -no-reboot
        -accel tcg,thread=multi -smp 2 -m 768
        -display none -vga std -monitor none
        -chardev "stdio,id=serial0,signal=off,logfile=$serial" -device isa-serial,chardev=serial0
    )
    for i in "${!macs[@]}"; do
        arguments+=(-netdev "user,id=net$i,ipv6=off")
    done
    for i in "${!disks[@]}"; do
        arguments+=(-drive "if=none,id=disk$i,file=$tmp/overlay$i.qcow2,format=qcow2,cache=unsafe")
    done
    "machine_$hardware"
    "machine_firmware_$firmware"
}

machine_vmware() {
    local port=pcie-root-port
    arguments+=(
        -machine q35,graphics=off,sata=off
        # PCI slots are named by their ports, which gives ens192 as on ESXi.
        -global ICH9-LPC.acpi-pci-hotplug-with-bridge-support=off
        -device "$port,id=port160,slot=160,chassis=1,bus=pcie.0,addr=0x15"
        -device "$port,id=port161,slot=161,chassis=2,bus=pcie.0,addr=0x16"
        -device "$port,id=port162,slot=162,chassis=3,bus=pcie.0,addr=0x17"
        -device "$port,id=port192,slot=192,chassis=4,bus=pcie.0,addr=0x18"
        -device "$port,id=port224,slot=224,chassis=5,bus=pcie.0,addr=0x19"
    )
    for i in "${!macs[@]}"; do
        arguments+=(-device "vmxnet3,netdev=net$i,mac=${macs[i]},bus=port$((192 + 32 * i)),romfile=")
    done
    case $bus in
        pvscsi) arguments+=(-device pvscsi,id=scsi0,bus=port162) ;;
        sata) arguments+=(-device ich9-ahci,id=sata0,bus=port162) ;;
    esac
    for i in "${!disks[@]}"; do
        case $bus in
            pvscsi) device="scsi-hd,bus=scsi0.0,scsi-id=$i,lun=0,wwn=0x6000c29f1122334$((4 + i)),vendor=VMware,product=Virtual disk" ;;
            sata) device="ide-hd,bus=sata0.$i,model=VMware Virtual SATA Hard Drive,serial=0000000000000000000$((1 + i))" ;;
        esac
        arguments+=(-device "$device,drive=disk$i,bootindex=$((1 + i))")
    done
}

machine_virtio() {
    local port=pcie-root-port
    arguments+=(
        -machine q35,graphics=off
        -device "$port,id=pci.1,port=16,chassis=1,bus=pcie.0,multifunction=on,addr=0x2"
        -device "$port,id=pci.2,port=17,chassis=2,bus=pcie.0,addr=0x2.0x1"
        -device "$port,id=pci.3,port=18,chassis=3,bus=pcie.0,addr=0x2.0x2"
        -device "virtio-rng-pci,bus=pci.3"
    )
    for i in "${!macs[@]}"; do
        arguments+=(-device "virtio-net-pci,netdev=net$i,mac=${macs[i]},bus=pci.$((1 + i)),romfile=")
    done
    if [ "$bus" = scsi ]; then
        arguments+=(-device "$port,id=pci.4,port=19,chassis=4,bus=pcie.0,addr=0x2.0x3" -device "virtio-scsi-pci,id=scsi0,bus=pci.4")
        for i in "${!disks[@]}"; do
            arguments+=(-device "scsi-hd,bus=scsi0.0,scsi-id=$i,lun=0,drive=disk$i,bootindex=$((1 + i))")
        done
        return
    fi
    for i in "${!disks[@]}"; do
        arguments+=(
            -device "$port,id=pci.$((4 + i)),port=$((19 + i)),chassis=$((4 + i)),bus=pcie.0,addr=0x2.0x$((3 + i))"
            -device "virtio-blk-pci,drive=disk$i,bus=pci.$((4 + i)),bootindex=$((1 + i))"
        )
    done
}

machine_firmware_bios() {
    :
}

# The variables are those of a machine that never booted this guest.
machine_firmware_uefi() {
    local firmware=/usr/share/OVMF
    [ -r "$firmware/OVMF_CODE_4M.fd" ] || die "no UEFI firmware: install ovmf"
    cp "$firmware/OVMF_VARS_4M.fd" "$tmp/vars.fd"
    arguments+=(
        -drive "if=pflash,unit=0,format=raw,readonly=on,file=$firmware/OVMF_CODE_4M.fd"
        -drive "if=pflash,unit=1,format=raw,file=$tmp/vars.fd"
    )
}
