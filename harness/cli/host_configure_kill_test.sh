#!/bin/bash
# host_configure_kill_test.sh VFQUAL [TIMES]: in a mount namespace of its own, with a made-up host around the real program,
# `vfqual host configure` is killed (SIGKILL) at random moments. Every file must be old or new, the next call must finish,
# and --undo must put back every byte and leave nothing. Exit code 77: no mount namespace can be had here.
set -eu
vfqual=$(realpath "$1")
times=${2:-12}
if [ "${INSIDE:-}" != yes ]; then
  unshare --mount true 2>/dev/null || exit 77
  INSIDE=yes exec unshare --mount bash "$0" "$vfqual" "$times"
fi

cp "$vfqual" /tmp/vfqual-kill-test.$$  # its own folder may be hidden below
vfqual=/tmp/vfqual-kill-test.$$
trap 'rm -f "$vfqual"' EXIT
for folder in /sys /var/lib /boot /mnt; do mount -t tmpfs none "$folder"; done
for folder in etc usr/sbin; do
  mkdir -p "/mnt/$folder/upper" "/mnt/$folder/work"
  mount -t overlay none -o "lowerdir=/$folder,upperdir=/mnt/$folder/upper,workdir=/mnt/$folder/work" "/$folder" || exit 77
done
pf=/sys/bus/pci/devices/0000:00:02.0
mkdir -p "$pf" /boot/grub /etc/default /etc/modprobe.d
while read -r name value; do echo "$value" >"$pf/$name"; done <<'PF'
vendor 0x8086
device 0x46d1
sriov_totalvfs 7
sriov_numvfs 0
sriov_offset 1
sriov_stride 1
PF
: >/boot/grub/grub.cfg
old='GRUB_CMDLINE_LINUX_DEFAULT="quiet"'
new='GRUB_CMDLINE_LINUX_DEFAULT="quiet intel_iommu=on i915.enable_guc=3 i915.max_vfs=7 module_blacklist=xe"'
printf '# mine\n%s\n' "$old" >/etc/default/grub
chmod 640 /etc/default/grub
echo 'blacklist i915' >/etc/modprobe.d/mine.conf
for tool in update-grub update-initramfs; do
  printf '#!/bin/sh\nsleep 0.05\n' >"/usr/sbin/$tool"
  chmod 755 "/usr/sbin/$tool"
done

files() { cat /etc/default/grub /etc/modprobe.d/mine.conf; }
fail() { echo "round $round: $1"; files; exit 1; }
configure=("$vfqual" host configure --yes --vfs 2 --keep-vfs-from-host)
before=$(files)
round=0
"${configure[@]}" >/mnt/log || fail "configure"
after=$(files)
"${configure[@]}" | grep -qx 'nothing to change' || fail "the second call changed something"

for round in $(seq "$times"); do
  "$vfqual" host configure --undo --yes >/mnt/log 2>&1 || fail "undo: $(cat /mnt/log)"
  [ "$(files)" = "$before" ] || fail "not undone"
  [ "$(stat -c %a /etc/default/grub)" = 640 ] || fail "another mode"
  [ -z "$(find /etc /var/lib/vfqual -name '*vfqual*' -type f -o -path '*/host-config/*' -type f)" ] || fail "something was left"
  "${configure[@]}" >/dev/null 2>&1 &
  sleep "0.$(printf %03d $((RANDOM % 400)))"
  kill -KILL $! 2>/dev/null || true
  wait $! 2>/dev/null || true
  line=$(tail -1 /etc/default/grub)
  [ "$line" = "$old" ] || [ "$line" = "$new" ] || fail "neither old nor new"
  [ $((round % 2)) = 0 ] && continue
  "${configure[@]}" >/mnt/log 2>&1 || fail "the next call: $(cat /mnt/log)"
  [ "$(files)" = "$after" ] || fail "not finished"
done
echo "$times rounds, all put right"
