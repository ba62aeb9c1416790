#!/usr/bin/env bash
# Bugs that software in wide use once had: each is found and named, at its line; the same code without the bug is left alone.
#
#   Tests/HistoricTests/run.sh [--variant NAME] [--only PATTERN] [--quick]

here=$(cd "$(dirname "$0")" && pwd)
source "$here/../Support/harness.sh"
source "$here/../ABITests/programs.sh"
harness_start "$@"
need_packages gcc libc6-dev libunwind-dev binutils
prepare_programs
program_flags+=(-rdynamic -g -O1 -fno-omit-frame-pointer -fno-optimize-sibling-calls -Wno-stringop-overflow)
tool=$dist/bin/bulwark

# run VARIANT NAME STATUS [ARGUMENT]: the program's reports go to $scratch/report.
run() {
  local variant=$1 name=$2 expected=$3 status=0
  shift 3
  compiled "$name" "$scratch/$name" || return
  LD_PRELOAD=$(library "$variant") timeout -k 5 60 "$scratch/$name" "$@" >"$scratch/output" 2>"$scratch/report" || status=$?
  cat "$scratch/report"
  [ "$status" -eq "$expected" ] || { echo "exit status $status, expected $expected"; return 1; }
}

# is_found VARIANT NAME LINE SECTION FUNCTION:TEXT...: the report begins with LINE, and the frames of a section, innermost
# first, are of these functions, in each the line of the source that holds the text.
is_found() {
  local variant=$1 name=$2 line=$3 section=$4 expected place number=0 frame
  shift 4
  expected=$( [[ $line = 'leak of'* ]] && echo 0 || echo 134 )
  run "$variant" "$name" "$expected" || return
  head -n 1 "$scratch/report" | grep -E "^bulwark: $line" >/dev/null || { echo "expected: bulwark: $line"; return 1; }
  "$tool" symbolize "$scratch/report" |
    awk -v section="$section" '/here( by frame pointers)?:$/ { on = index($0, section) != 0 } on && /^  #/' >"$scratch/frames"
  cat "$scratch/frames"
  for expected in "$@"; do
    number=$((number + 1))
    place=$(grep -nF -- "${expected#*:}" "$here/$name.c" | head -n 1 | cut -d: -f1)
    [ -n "$place" ] || { echo "no line of $name.c holds: ${expected#*:}"; return 1; }
    frame=$(sed -n "${number}p" "$scratch/frames")
    case $frame in
      *" in ${expected%%:*} $here/$name.c:$place:"* | *" in ${expected%%:*} $here/$name.c:$place "*) ;;
      *) echo "frame $number is not ${expected%%:*} at line $place"; return 1 ;;
    esac
  done
}

is_left_alone() { run "$1" "$2" 0 fixed && [ ! -s "$scratch/report" ]; }

# bug NAME LINE SECTION FUNCTION:TEXT...: under the debug variant. What secure finds too ends the program there as well.
bug() {
  local name=$1 variant
  for variant in "${variants[@]}"; do
    check "$name without the bug ($variant)" is_left_alone "$variant" "$name"
    case $variant in
      debug) check "$name ($variant)" is_found "$variant" "$@" ;;
      secure)
        # It looks for no leaks, and at freed blocks only when they are handed out again.
        case $2 in
          'leak of'* | 'write into freed'*) ;;
          *) check "$name ($variant)" is_stopped "$variant" "$name" "$2" ;;
        esac ;;
    esac
  done
}
# is_stopped VARIANT NAME LINE: without the size, which only the debug variant remembers of freed blocks.
is_stopped() {
  run "$1" "$2" 134 || return
  head -n 1 "$scratch/report" | grep -E "^bulwark: ${3%%\\(*}" >/dev/null
}

block='0x[0-9a-f]+ '
bug heartbleed "copy beyond the end of $block\(22-byte block\)" 'detected' \
  'answer_heartbeat:memcpy(answer + 3' 'main:answer_heartbeat(message'
bug sudo_unescape "buffer overflow of $block\(22-byte block\)" 'allocated' \
  'join:malloc(size)' 'edit:join(arguments, fixed);' 'main:edit(words'
bug glibc_ghost "copy beyond the end of $block\(85-byte block\)" 'detected' 'lay_out:strcpy' 'main:lay_out(name'
bug exim_base64 "buffer overflow of $block\(4-byte block\)" 'detected' 'authenticate:free(decoded)' 'main:authenticate("//'
bug nginx_resolver "buffer overflow of $block\(23-byte block\)" 'detected' 'resolve:free(name)' 'main:resolve(message, 6'
bug zlib_inflate "double free of $block\(76-byte block\)" 'deallocated' \
  'inflate_lengths:    free(stream->lengths)' 'main:inflate_lengths(&stream'
bug openssh_proposal "double free of $block\(59-byte block\)" 'deallocated' \
  'compatible_proposal:free(proposal)' 'main:compatible_proposal(options'
bug curl_socks5 "copy beyond the end of $block\(1024-byte block\)" 'detected' \
  'connect_step:memcpy(' 'main:connect_step(&transfer'
bug webp_huffman "buffer overflow of $block\(2560-byte block\)" 'detected' 'read_image:free(table)' 'main:read_image(lengths'
bug openssl_message "write into freed memory at $block\(64-byte block\)" 'deallocated' 'grow:realloc(' 'main:grow(&connection'
bug gif_drawable "double free of $block\(256-byte block\)" 'deallocated' 'next_frame:realloc(' 'main:0, 16, fixed'
bug nss_bigsig "copy beyond the end of $block\(2064-byte block\)" 'detected' \
  'make_context:memcpy(' 'main:make_context(signature'
bug openssl_ticket 'leak of [0-9]+ bytes in (99|100) blocks' 'allocated' \
  'begin_decryption:calloc(' 'accept_ticket:begin_decryption()' 'main:accept_ticket(ticket, sizeof'
harness_finish
