# In the boot host: what of it an installation or a configuration may change, one line a thing, so that two states can be compared.
# Times are left out, and of the initramfs it is what it holds.
release=$(uname -r)
# The headers are twenty thousand files that nothing touches.
sources=$(find /usr/src -mindepth 1 -maxdepth 1 ! -name "linux-*")
ls -d /usr/src/*
find /etc $sources /var/lib/dkms /var/lib/vfqual /boot "/usr/lib/modules/$release" -type d -printf 'folder %p %m %u:%g\n' 2>/dev/null | sort
find /etc $sources /var/lib/dkms /var/lib/vfqual /boot "/usr/lib/modules/$release" ! -type d \
  ! -name 'initrd.img-*' -printf 'file %p %y %m %u:%g %s %l\n' 2>/dev/null | sort
find /etc /boot/grub "/usr/lib/modules/$release" -type f \( -path '/etc/*' -o -name 'grub*' -o -name 'modules.*' \) -exec sha256sum {} + | sort -k2
lsinitramfs -l "/boot/initrd.img-$release" | awk '{ print "initramfs", $1, $3, $4, $5, $9, $10, $11 }' | sort
dpkg-query --show --showformat='package ${Package} ${Version} ${db:Status-Abbrev}\n'
dkms status | sed 's/^/dkms /'
