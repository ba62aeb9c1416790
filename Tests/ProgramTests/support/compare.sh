# Compares a program under a variant with the same program without the library.
#
# Each run is a process of its own (support/one.sh) in the same freshly emptied directory, so that paths
# in the output are equal. The run without the library happens once; its outcome is kept for all variants.

# behaves_the_same NAME VARIANT: the test of one program under one variant.
behaves_the_same() {
  local name=$1 variant=$2
  local home=$scratch/$name
  local reference=$home/reference outcome=$home/$variant
  mkdir -p "$home" && chmod 755 "$home"
  [ -f "$reference/status" ] || run_once "$name" "" "$reference"
  reference_is_sound "$reference" || return 1
  run_once "$name" "$(library "$variant")" "$outcome"
  # The report first: it explains a difference.
  no_report "$outcome" &&
    same_outcome "$reference" "$outcome" &&
    library_was_loaded "$outcome/trace" "$(library "$variant")" ${program_loaded[$name]}
}

# run_once NAME LIBRARY OUTCOME: runs a program; leaves stdout, stderr, status and the linker's trace in OUTCOME.
# An empty LIBRARY means without any.
run_once() {
  local name=$1 library=$2 outcome=$3
  local work=$scratch/$name/work input=$scratch/$name/input status=0
  rm -rf "$work" "$outcome"
  mkdir -p "$outcome/trace" "$work"
  chmod 755 "$outcome" "$work"
  # Any user's processes may leave a trace.
  chmod 1777 "$outcome/trace"
  if [ ! -d "$input" ]; then
    mkdir "$input"
    one "" prepare || { echo "the inputs could not be made"; tail -n 20 "$outcome/stderr"; return 1; }
  fi
  one "$library" run || status=$?
  echo "$status" >"$outcome/status"
}

# one LIBRARY STAGE: starts support/one.sh for the run that run_once describes.
# `timeout` makes a process group, and at the limit ends all of it: servers as well.
one() (
  cd "$work" || exit 1
  unset LD_PRELOAD
  export BULWARK_TEST_INPUT=$input BULWARK_TEST_LIBRARY=$1
  [ -z "$1" ] || export LD_PRELOAD=$1 LD_DEBUG=files LD_DEBUG_OUTPUT=$outcome/trace/ld
  exec timeout --kill-after=10 "${program_limit[$name]:-120}" \
    bash "$here/support/one.sh" "$name" "$2" >"$outcome/stdout" 2>"$outcome/stderr"
)

# reference_is_sound OUTCOME: a comparison with a failed or silent run would prove nothing.
reference_is_sound() {
  [ "$(cat "$1/status")" = 0 ] && [ -s "$1/stdout" ] && return
  echo "the run without the library failed: exit status $(cat "$1/status")"
  tail -n 15 "$1/stdout" "$1/stderr"
  return 1
}

# same_outcome REFERENCE OUTCOME: the same standard output and exit status.
same_outcome() {
  cmp -s "$1/status" "$2/status" && cmp -s "$1/stdout" "$2/stdout" && return
  echo "exit status $(cat "$2/status"); expected $(cat "$1/status"); standard output, expected and seen:"
  diff -u "$1/stdout" "$2/stdout" | cut -c 1-300 | head -n 20
  echo "standard error:"
  tail -n 15 "$2/stderr"
  return 1
}

# no_report OUTCOME: neither the library nor the dynamic linker on its account complained; but for leaks, which programs have.
# What the linker would print for each start of a program: "ERROR: ld.so: object … cannot be preloaded",
# "warning: direct reference to protected function `malloc' …".
no_report() {
  ! grep -aP -m 3 -A 10 '^bulwark: (?!leak of |indirect leak of |leaked: )|^ERROR: ld\.so: |^warning: direct reference to protected ' "$1/stderr"
}

# library_was_loaded TRACE LIBRARY EXECUTABLE...: every program that the dynamic linker started had the
# library, and the EXECUTABLEs are among them. The linker writes one file a process, each `exec` appends.
library_was_loaded() {
  local trace=$1 library=$2 started executable
  shift 2
  started=$(find "$trace" -type f -exec awk -v library="file=$library " '
    { sub(/^ *[0-9]+:[ \t]*/, "") }
    index($0, library) == 1 && /generating link map$/ { has = 1 }
    /^transferring control: / { sub(/^transferring control: (.*\/)?/, ""); print (has ? "with " : "without ") $0; has = 0 }
  ' {} \; | sort -u)
  if grep '^without ' <<<"$started"; then
    echo "started without the library"
    return 1
  fi
  for executable in bash "$@"; do
    grep -qxF "with $executable" <<<"$started" && continue
    printf 'no sign of %s with the library; seen:\n%s\n' "$executable" "$started"
    return 1
  done
}
