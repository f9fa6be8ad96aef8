#!/bin/bash
# ROOT COMMAND…: runs COMMAND as on a machine that has the dkms and the compiler of the build root ROOT, in a mount namespace of
# its own. ROOT must be of this machine's own release. Exits 77 where that cannot be had.
set -euo pipefail
root=$1
shift
if [ "${INSIDE:-}" != yes ]; then
  unshare --mount true 2>/dev/null || exit 77
  INSIDE=yes exec unshare --mount bash "$0" "$root" "$@"
fi
for folder in usr etc; do
  mount -t overlay none -o "lowerdir=/$folder:$root/$folder" "/$folder" || exit 77
done
exec "$@"
