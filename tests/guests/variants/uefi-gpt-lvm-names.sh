# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash disable=SC2154
# As uefi-gpt-lvm, with /boot named by /dev/sda2 in fstab: for comparison with tools that do not read names by path.
# shellcheck source=tests/guests/variants/uefi-gpt-lvm.sh
. "$here/variants/uefi-gpt-lvm.sh"
