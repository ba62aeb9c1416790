# Perl's own tests: t/, and those of lib, ext, cpan and dist, with Debian's perl and its modules in the source tree's places.

suite perl packages='perl perl-modules-5.36 libperl5.36 dpkg-dev' source=perl of=perl

perl_programs() { echo /usr/bin/perl; }

perl_prepare() {
  ln -s /usr/bin/perl perl
  ln -s ../perl t/perl
  # Built modules and Config.pm are the installed ones.
  cp -r /usr/share/perl/5.36/. lib
  cp -r /usr/lib/x86_64-linux-gnu/perl/5.36/. lib
  cp -r /usr/lib/x86_64-linux-gnu/perl-base/. lib
}

perl_files() {
  local places='t|lib|ext|cpan|dist'
  [ -z "${1:-}" ] || places='t/(op|re)|ext/Hash[^/]*|dist/(Storable|threads)[^/]*'
  sed -nE "s,^(($places)/[^ \t]*\.t)[ \t].*,\1,p" "$source/MANIFEST"
}

perl_one() {
  cd "$source/t" || return
  case $1 in t/*) set -- "${1#t/}" ;; *) set -- "../$1" ;; esac
  PERL_HASH_SEED=0 ./perl -I../lib TEST -v "$1"
}

# By number: descriptions hold addresses and times.
perl_outcomes() {
  sed -nE 's/^(\S+ \.+ ?)?(not ok|ok) ([0-9]+)([^#]*)(# *(skip|SKIP|todo|TODO))?.*/\2 \6\t\3/p' | tr "[:upper:]" "[:lower:]"
}
