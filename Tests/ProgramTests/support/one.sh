# Runs one stage of one program: `one.sh NAME prepare` or `one.sh NAME run`. support/compare.sh starts it.
#
# Bash itself and all that a program starts are under the library, as on a machine where it is preloaded
# for everything. The current directory is empty; $input has what `prepare` made, $workloads our sources.

support=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
workloads=$support/../workloads
input=$BULWARK_TEST_INPUT
source "$support/programs.sh"
source "$support/servers.sh"
for file in "$support"/../programs/*.sh; do source "$file"; done

# What could make two runs or two machines differ. Debian's programs come before others of the same name.
export LC_ALL=C.UTF-8 TZ=UTC HOME=$PWD/home TMPDIR=$PWD/tmp PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH
mkdir -p "$HOME" "$TMPDIR"

# A failing command is a failing program: no line of its output may be missing unnoticed.
set -e -o pipefail
if [ "$2" = prepare ]; then
  cd "$input"
  declare -F "$1_prepare" >/dev/null || exit 0
  "$1_prepare"
else
  "$1_run"
fi
