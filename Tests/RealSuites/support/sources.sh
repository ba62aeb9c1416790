# Source packages, from the archives that this system already knows, without a change to its configuration.
#
# apt reads lists of its own, in a folder that is thrown away: the system's archives with `deb-src` in place of `deb`.

# archive_options FOLDER: apt's options for the private lists below FOLDER, which are made if they are not there, one a line.
archive_options() {
  local folder=$1 file
  local options=(-o "Dir::Etc::sourcelist=$folder/sources.list" -o "Dir::Etc::sourceparts=$folder/parts"
    -o "Dir::State::lists=$folder/lists" -o APT::Sandbox::User=root)
  if [ ! -d "$folder/lists" ]; then
    mkdir -p "$folder/parts" "$folder/new/partial"
    for file in /etc/apt/sources.list.d/*.sources; do
      [ -f "$file" ] && sed 's/^Types:.*/Types: deb-src/' "$file" >"$folder/parts/${file##*/}"
    done
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
      [ -f "$file" ] && sed -nE 's/^deb(-src)?[[:space:]]/deb-src /p' "$file"
    done | sort -u >"$folder/sources.list"
    apt-get "${options[@]}" -o "Dir::State::lists=$folder/new" update >"$folder/log" 2>&1 || { tail -n 5 "$folder/log" >&2; return 1; }
    mv "$folder/new" "$folder/lists"
  fi
  printf '%s\n' "${options[@]}"
}

# fetch_source SOURCE PACKAGE FOLDER ARCHIVES: unpacks the source package into FOLDER/source, as near as can be to the version that
# PACKAGE is installed in: that one first, then any other that the archives have, the newest first.
fetch_source() {
  local source=$1 package=$2 folder=$3 version
  [ -d "$folder/source" ] && return
  local -a options versions
  mapfile -t options < <(archive_options "$4")
  [ ${#options[@]} -gt 0 ] || return 1
  mapfile -t versions < <({ dpkg-query -W -f '${source:Version}\n' "$package"
    apt-cache "${options[@]}" showsrc --only-source "$source" | sed -n 's/^Version: //p' | sort -rV; } | awk '!seen[$0]++')
  mkdir -p "$folder"
  for version in "${versions[@]}"; do
    rm -rf "$folder/fetched"
    mkdir "$folder/fetched"
    (cd "$folder/fetched" && apt-get "${options[@]}" source --only-source "$source=$version") >"$folder/fetch.log" 2>&1 || continue
    mv "$folder"/fetched/*/ "$folder/source" && rm -rf "$folder/fetched"
    echo "$source $version" >"$folder/version"
    return
  done
  tail -n 5 "$folder/fetch.log" >&2
  echo "no version of the source package $source could be fetched" >&2
  return 1
}
