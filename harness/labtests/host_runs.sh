# In the boot host: what runs of the driver and its VFs.
pf=/sys/bus/pci/devices/0000:00:02.0
driver() { if [ -e "$1/driver" ]; then basename "$(readlink "$1/driver")"; else echo none; fi; }
echo "cmdline $(cat /proc/cmdline)"
for module in i915 nvme vfio_pci; do
  if [ -e "/sys/module/$module/initstate" ]; then echo "module $module loaded"; else echo "module $module no"; fi
done
if [ -e /sys/module/i915/initstate ]; then
  echo "srcversion loaded $(cat /sys/module/i915/srcversion)"
  for parameter in enable_guc max_vfs; do echo "parameter $parameter=$(cat /sys/module/i915/parameters/$parameter)"; done
fi
echo "srcversion next $(modinfo -F srcversion i915)"
echo "file next $(modinfo -F filename i915)"
echo "pf driver $(driver $pf)"
echo "numvfs $(cat $pf/sriov_numvfs)"
for vf in $pf/virtfn*; do
  [ -e "$vf" ] && echo "vf $(basename "$(readlink "$vf")") driver $(driver "$vf")"
done
echo "failed units $(systemctl list-units --failed --plain --no-legend | wc -l)"
