# OpenSSH's keys and signatures; it wipes and frees secrets. Keys are random: what they prove is compared.

program ssh-keygen packages='openssh-client' loaded='ssh-keygen'

ssh-keygen_run() {
  local kind
  for kind in rsa ed25519 ecdsa; do
    ssh-keygen -q -t "$kind" -N secret -C test -f "$kind"
    ssh-keygen -l -f "$kind.pub" | awk '{ print $1, $3, $4 }'
    ssh-keygen -y -P secret -f "$kind" | cmp - "$kind.pub"
    echo "$kind: the public part fits"
    printf 'test %s\n' "$(cat "$kind.pub")" >signers
    ssh-keygen -p -q -P secret -N '' -f "$kind"
    ssh-keygen -Y sign -q -n file -f "$kind" signers
    ssh-keygen -Y verify -f signers -I test -n file -s signers.sig <signers | awk '{ print $1, $2, $6 }'
    rm signers.sig
  done
}
