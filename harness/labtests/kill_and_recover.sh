#!/bin/sh
# In the lab: kills a run once the second guest's VF is bound, looks at what is left, recovers, and looks again.
set -eu
vfqual=/run/vfqual/payload/bin/vfqual
pf=/sys/bus/pci/devices/0000:00:02.0

there() { if [ -e "$1" ]; then echo yes; else echo no; fi; }
look() {
  echo "$1 vfs=$(cat $pf/sriov_numvfs) autoprobe=$(cat $pf/sriov_drivers_autoprobe) module=$(there /sys/module/i915)" \
    "dkms=$(there /var/lib/dkms/lab-gpu/0.1.0) sources=$(there /usr/src/lab-gpu-0.1.0)" \
    "journal=$(there /var/lib/vfqual/changes.jsonl) disks=$(ls /var/lib/vfqual/runs 2>/dev/null | wc -l)"
}

module=$(echo /run/vfqual/payload/module/*) # named after what it holds
cat >/var/tmp/plan.json <<PLAN
{"schema": "vfqual/plan/1", "module": {"source": "$module"}, "vfs": 2,
 "guests": [{"vf": 1, "disk": "/dev/null"}, {"vf": 2, "disk": "/dev/null"}]}
PLAN
look before
$vfqual run /var/tmp/plan.json --out /var/tmp/killed >/var/tmp/killed.log 2>&1 &
pid=$!
tries=0
until [ "$(basename "$(readlink /sys/bus/pci/devices/0000:00:02.2/driver)")" = vfio-pci ]; do
  tries=$((tries + 1))
  [ $tries -lt 1500 ] && kill -0 $pid || { cat /var/tmp/killed.log; exit 9; }
  sleep 0.2
done
kill -9 $pid
wait $pid || true
look killed
cp "/lib/modules/$(uname -r)/updates/dkms/i915.ko" /var/tmp/built.ko
$vfqual recover
look after
$vfqual recover
