# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Reading the serial output: where a guest is stuck for good.

# serial_text FILE: the output without control sequences.
serial_text() {
    sed -E 's/\x1b(\[[0-9;?=]*[A-Za-z]|[()][A-Z0-9]|[A-Za-z])//g; s/\r//g' "$1" |
        tr -cd '\11\12\40-\176'
}

# dead_end FILE: names the dead end the guest is in; false if in none.
dead_end() {
    local text
    text=$(serial_text "$1" | tail -n 200)
    case $text in
        *'(initramfs) '*) echo "the guest dropped to the (initramfs) prompt" ;;
        *'dracut:/#'*|*'Entering emergency mode'*)
            echo "the guest dropped to dracut's emergency shell" ;;
        *'You are in emergency mode'*|*'Cannot open access to console'*|\
        *'Give root password for maintenance'*)
            echo "the guest entered systemd's emergency mode" ;;
        *'Kernel panic - not syncing'*) echo "the guest's kernel panicked" ;;
        *'UEFI Interactive Shell'*|*'Shell> '*)
            echo "the firmware fell through to the UEFI shell" ;;
        *'No bootable option or device was found'*|*'No bootable device'*)
            echo "the firmware found nothing to boot" ;;
        *'grub rescue>'*|*'grub> '*) echo "GRUB stopped at its prompt" ;;
        *) return 1 ;;
    esac
}
