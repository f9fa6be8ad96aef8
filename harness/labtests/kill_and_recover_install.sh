# In the boot host: kills `vfqual module install SOURCE` (SIGKILL) once DKMS builds, and has vfqual recover put the host back.
set -u
vfqual=/run/vfqual/payload/bin/vfqual
there() { if [ -e "$1" ]; then echo yes; else echo no; fi; }
look() { echo "$1: journal $(there /var/lib/vfqual/changes.jsonl), DKMS $(there /var/lib/dkms/lab-gpu), sources $(there /usr/src/lab-gpu-0.1.0)"; }

look before
$vfqual module install "$1" >/tmp/killed.log 2>&1 &
pid=$!
tries=0
until [ -e /var/lib/dkms/lab-gpu/0.1.0/build ]; do
  tries=$((tries + 1))
  [ $tries -lt 600 ] && kill -0 $pid || { cat /tmp/killed.log; exit 9; }
  sleep 0.2
done
kill -9 $pid
wait $pid 2>/dev/null
look killed
$vfqual module install "$1" # what is left is not built upon
echo "another install: exit $?"
$vfqual recover --dry-run
$vfqual recover
code=$?
look after
$vfqual recover
rm -f /tmp/killed.log
exit $code
