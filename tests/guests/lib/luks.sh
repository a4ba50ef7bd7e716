# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# An encrypted partition that never had the device mapper.
# shellcheck disable=SC2154  # $work comes from the caller

# The data starts here.
luks_data_mib=2

# make_luks FILE UUID PASSPHRASE: $work/part with FILE's content, encrypted.
# qemu-img encrypts without the device mapper, yet knows LUKS1 alone: the LUKS2
# header is made for its key. Few rounds of key derivation, as the guest runs
# without acceleration.
make_luks() {
    local file=$1 uuid=$2 payload
    printf %s "$3" >"$work/passphrase"
    qemu-img convert -f raw -O luks --object "secret,id=key,file=$work/passphrase" \
        -o key-secret=key,iter-time=10 "$file" "$work/luks1"
    payload=$(($(stat -c %s "$work/luks1") - $(stat -c %s "$file")))
    cryptsetup -q luksDump --dump-volume-key --volume-key-file "$work/key" \
        --key-file "$work/passphrase" "$work/luks1"
    truncate -s $((luks_data_mib + ($(stat -c %s "$file") >> 20)))M "$work/part"
    cryptsetup -q luksFormat --type luks2 --uuid "$uuid" --cipher aes-xts-plain64 --key-size 512 \
        --sector-size 512 --pbkdf pbkdf2 --pbkdf-force-iterations 1000 \
        --luks2-metadata-size 16k --luks2-keyslots-size 1m --offset $((luks_data_mib * 2048)) \
        --volume-key-file "$work/key" --key-file "$work/passphrase" "$work/part"
    dd if="$work/luks1" of="$work/part" iflag=skip_bytes skip="$payload" bs=1M seek="$luks_data_mib" \
        conv=notrunc status=none
    rm -f "$file" "$work/passphrase" "$work/luks1" "$work/key"
}
