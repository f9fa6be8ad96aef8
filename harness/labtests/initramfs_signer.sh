# Who signed the i915 that the running kernel's initramfs holds.
set -eu
unpacked=$(mktemp -d)
trap 'rm -rf "$unpacked"' EXIT
unmkinitramfs "/boot/initrd.img-$(uname -r)" "$unpacked"
find "$unpacked" -name 'i915.ko*' | while read -r module; do
  echo "signer $(modinfo -F signer "$module")"
done
