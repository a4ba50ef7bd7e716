\EFI\debian\grubx64.efi
