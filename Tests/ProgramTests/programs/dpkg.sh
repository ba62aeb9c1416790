# Dpkg and apt-cache: lists of all packages of this machine.

program dpkg packages='dpkg apt' loaded='dpkg dpkg-query apt-cache'

dpkg_prepare() {
  # A copy, which no installation can change between two runs.
  mkdir -p dpkg/{info,updates,triggers} lists
  cp /var/lib/dpkg/status dpkg
}

dpkg_run() {
  dpkg --admindir "$input/dpkg" -l | sha256sum
  dpkg-query --admindir "$input/dpkg" -W -f '${Package} ${Version} ${Depends}\n' | sort | sha256sum
  # Its cache files stay in the scratch directory.
  local copy=(-o Dir::State::status="$input/dpkg/status" -o Dir::State::lists="$input/lists" -o Dir::Cache="$PWD")
  apt-cache "${copy[@]}" show bash coreutils | sha256sum
  apt-cache "${copy[@]}" depends --recurse --installed bash | sha256sum
  apt-cache "${copy[@]}" search library | wc -l
}
