# Runs within a root that may be spoiled, under bash -eu: package_life.sh package|preload. The package's life, or a whole system
# under the library. Each line is a command of its own: of a list of them -e sees the last one alone.
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
library=/usr/lib/x86_64-linux-gnu/libbulwark-secure.so
conf=/etc/bulwark/exceptions.conf

# Files of the package, but for dpkg's own records.
remains() { find /etc /usr /var/lib /opt -path /var/lib/dpkg -prune -o -iname '*bulwark*' -print; }
wanted() { [ "$1" = "$2" ] || { echo "line ${BASH_LINENO[0]}: '$1' instead of '$2'"; exit 1; }; }

# As it was, before anything of ours.
[ ! -e /etc/ld.so.preload ]
[ ! -e "$library" ]
others=$(remains)
dpkg -i /tmp/bulwark_*-1_amd64.deb >/dev/null

if [ "$1" = package ]; then
  # Installed: whole, in the loader's cache, and at work.
  wanted "$(dpkg --verify bulwark)" ''
  ldconfig -p | grep -F libbulwark-secure.so >/dev/null
  bulwark run -- grep -F "$library" /proc/self/maps >/dev/null
  bulwark doctor >/dev/null
  bulwark options check --file "$conf"
  # A small system has neither of these.
  if command -v cc >/dev/null && command -v pkg-config >/dev/null; then
    cc -w /tmp/linked.c -lbulwark-debug -o /tmp/linked
    wanted "$(/tmp/linked)" debug
    cc -w -static /tmp/linked.c $(pkg-config --libs bulwark-secure-object) -o /tmp/linked
    wanted "$(/tmp/linked)" secure
  fi
  if command -v man >/dev/null; then
    man -w bulwark >/dev/null
    man -w 5 bulwark.conf >/dev/null
  fi
  # The administrator's changes outlive an upgrade, and a process the library's replacement.
  echo '/usr/bin/nonesuch purge_delay=5' >>"$conf"
  LD_PRELOAD=$library sleep 60 &
  process=$!
  dpkg -i /tmp/bulwark_*-2_amd64.deb >/dev/null
  wanted "$(dpkg-query -W -f '${Version}' bulwark | sed 's/.*-//')" 2
  grep -qxF '/usr/bin/nonesuch purge_delay=5' "$conf"
  wanted "$(dpkg --verify bulwark)" "??5?????? c $conf"
  grep -qF "$library (deleted)" /proc/$process/maps
  bulwark stats $process | grep -F "secure: $library (deleted)" >/dev/null
  kill $process
  # Not while every program is told to load it.
  echo "$library" >/etc/ld.so.preload
  if dpkg -r bulwark >/tmp/said 2>&1; then echo 'removed though it is preloaded'; exit 1; fi
  grep -F 'take it out first' /tmp/said >/dev/null
  rm /etc/ld.so.preload
  dpkg --configure -a
  # Removed: all but the configuration; purged: all.
  dpkg -r bulwark >/dev/null
  wanted "$(remains)" "$(printf '%s\n' "$others" /etc/bulwark | sed '/^$/d' | sort)"
  [ -f "$conf" ]
  wanted "$(ldconfig -p | grep -F libbulwark)" ''
  dpkg -P bulwark >/dev/null
  wanted "$(remains)" "$others"
  wanted "$(dpkg --audit)" ''
else
  # As Configs/preload.md says.
  echo "$library" >/etc/ld.so.preload.new
  chmod 644 /etc/ld.so.preload.new
  LD_PRELOAD=$library /bin/ls / >/dev/null
  mv /etc/ld.so.preload.new /etc/ld.so.preload
  bulwark doctor | grep -F "/etc/ld.so.preload preloads $library" >/dev/null
  # Everybody, also across user-ids, in pipes, and what the shell starts.
  grep -F "$library" /proc/self/maps >/dev/null
  su -s /bin/sh nobody -c "grep -F $library /proc/self/maps" >/dev/null
  sh -c 'perl -e "print 40 + 5, qq(\n)" | sort' | grep -x 45 >/dev/null
  apt-get --version >/dev/null
  dpkg -l bash >/dev/null
  # A set-user-ID program gets its exceptions and no environment.
  install -m 4755 /tmp/twice /usr/local/bin/twice
  ended() { local status=0; su -s /bin/sh nobody -c "BULWARK_OPTIONS=on_violation=report /usr/local/bin/twice" >/tmp/said 2>&1 || status=$?; echo $status; }
  wanted "$(ended)" 134
  grep -F 'bulwark: double free of 0x' /tmp/said >/dev/null
  echo '/usr/local/bin/twice on_violation=report' >>"$conf"
  wanted "$(ended)" 0
  grep -F 'bulwark: double free of 0x' /tmp/said >/dev/null
  # A path that is not there is said, and programs run without.
  echo /no/such.so >/etc/ld.so.preload
  if bulwark doctor >/tmp/said 2>/dev/null; then echo 'doctor says all is well'; exit 1; fi
  grep -F '/etc/ld.so.preload names /no/such.so' /tmp/said >/dev/null
  rm /etc/ld.so.preload
fi
