# After kill_and_recover.sh, in the same shell: another build of the driver runs, with VFs of which one is the host's, one vfio-pci's and one nobody's.
release=$(uname -r)
driver() { if [ -e "$pf/$1/driver" ]; then basename "$(readlink "$pf/$1/driver")"; else echo none; fi; }
own() {
  echo "$1 srcversion=$(cat /sys/module/i915/srcversion) max_vfs=$(cat /sys/module/i915/parameters/max_vfs)" \
    "vfs=$(cat $pf/sriov_numvfs) autoprobe=$(cat $pf/sriov_drivers_autoprobe) dkms=$(there /var/lib/dkms/lab-gpu)" \
    "vf1=$(driver virtfn0) vf2=$(driver virtfn1) vf3=$(driver virtfn2)" \
    "journal=$(there /var/lib/vfqual/changes.jsonl)"
}

mkdir -p "/lib/modules/$release/extra"
LC_ALL=C sed 's/srcversion=.../srcversion=0LD/' /var/tmp/built.ko >"/lib/modules/$release/extra/i915.ko"
depmod -a
modprobe i915 enable_guc=3 max_vfs=5
modprobe vfio-pci
echo 3 >$pf/sriov_numvfs
for vf in 2 3; do echo "0000:00:02.$vf" >"/sys/bus/pci/devices/0000:00:02.$vf/driver/unbind"; done
echo vfio-pci >$pf/virtfn1/driver_override
echo 0000:00:02.2 >/sys/bus/pci/drivers_probe
own "own driver"
sed 's/"vfs": 2,/"vfs": 2, "stages": ["build", "install", "load", "vfs", "bind"],/' /var/tmp/plan.json >/var/tmp/beside.json
$vfqual run /var/tmp/beside.json --out /var/tmp/beside || { cat /var/tmp/beside/summary.md; exit 8; }
own "put back"
