# Makes bulwark.o, bulwark-secure.o and bulwark-debug.o from what `swift build` compiled. Sourced by scripts/build.
#
# A program that is linked with one of them has our malloc, without a library and without preloading. All but the names of C
# and C++ is local to the object: Embedded Swift's runtime would replace the real one's.

# object_name VARIANT
object_name() { case $1 in release) echo bulwark.o ;; *) echo "bulwark-$1.o" ;; esac; }

# make_object VARIANT BUILT COMPILER FILE: BUILT is where swift build leaves its results.
make_object() {
  local variant=$1 built=$2 compiler=$3 file=$4 work name target
  work=$(mktemp -d)
  # The library's own list of objects, but for memcpy and its kin (flag guardedCopies), as a program's own are libc's, and for
  # the wrappers of system calls (flag faultInjection).
  grep -vE '/CBulwark(Copies|Faults).build/' "$built/bulwark-$variant.product/Objects.LinkFileList" >"$work/objects"
  "$compiler" -O1 -fPIC -fno-stack-protector -Wno-tautological-pointer-compare -c \
    "$BULWARK_ROOT/Sources/CBulwarkObject/object.c" -o "$work/object.o"

  # The names that the library exports, by the version scripts, with what they are called in the objects, by the manifest.
  swift package --package-path "$BULWARK_ROOT" dump-package |
    python3 "$BULWARK_ROOT/scripts/lib/object_names.py" "Bulwark${variant^}" "$BULWARK_ROOT/Configs" >"$work/names"
  local defines=() keep=()
  while read -r name target; do
    [ -z "$target" ] || defines+=("--defsym=$name=$target")
    keep+=("--keep-global-symbol=$name")
  done <"$work/names"

  # Our code in one section, whose ends the linker tells by name: in a library they were the image's.
  printf 'SECTIONS { bulwark_code : { *(.text .text.*) } }\n' >"$work/script"
  ld -r @"$work/objects" "${defines[@]}" -T "$work/script" --wrap=bw_data_start --wrap=bw_data_end -o "$work/all.o"
  objcopy --redefine-sym __ehdr_start=__start_bulwark_code --redefine-sym _end=__stop_bulwark_code \
    --redefine-sym dlopen=bw_object_dlopen --redefine-sym dlsym=bw_object_dlsym --redefine-sym dlclose=bw_object_dlclose \
    --redefine-sym _dl_find_object=bw_object_find --redefine-sym __libc_single_threaded=bw_object_single_threaded \
    --redefine-sym ssignal=bw_object_ssignal --redefine-sym sysv_signal=bw_object_sysv_signal \
    --redefine-sym __sigaction=bw_object_sigaction \
    --redefine-sym __chk_fail=bw_object_chk_fail --redefine-sym arc4random_buf=bw_object_random "$work/all.o"
  ld -r "$work/all.o" "$work/object.o" -o "$work/whole.o"
  objcopy "${keep[@]}" --keep-global-symbol=__malloc_fork_lock_parent --keep-global-symbol=__malloc_fork_unlock_parent \
    --keep-global-symbol=__malloc_fork_unlock_child --keep-global-symbol=__malloc_arena_thread_freeres "$work/whole.o"
  # Ours is left out of backtraces anyway; a program should not become six times as large.
  objcopy --strip-debug "$work/whole.o"
  install -m 644 "$work/whole.o" "$file"
  rm -rf "$work"
}
