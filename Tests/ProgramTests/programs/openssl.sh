# OpenSSL: hashes, ciphers, keys, certificates. Keys are random: what they prove is compared.

program openssl packages='openssl' loaded='openssl'

openssl_run() {
  seq 1 300000 >data
  local way
  for way in sha256 sha3-512 blake2b512; do openssl dgst "-$way" data; done
  for way in aes-256-cbc chacha20 camellia-128-ctr; do
    openssl enc "-$way" -pbkdf2 -iter 1000 -pass pass:word -S 0102030405060708 -in data -out sealed
    openssl enc "-$way" -d -pbkdf2 -iter 1000 -pass pass:word -S 0102030405060708 -in sealed | cmp - data
    sha256sum sealed
  done
  openssl genrsa -out key.pem 2048
  openssl rsa -in key.pem -check -noout
  openssl req -new -x509 -key key.pem -subj /CN=test -days 2 -out certificate.pem
  openssl verify -CAfile certificate.pem certificate.pem
  openssl dgst -sha256 -sign key.pem -out signature data
  openssl dgst -sha256 -verify <(openssl x509 -in certificate.pem -pubkey -noout) -signature signature data
  openssl ecparam -name prime256v1 -genkey -noout | openssl ec -text -noout | grep 'ASN1 OID'
  openssl speed -seconds 1 -bytes 1024 -multi 2 sha256 2>&1 | grep -c '^sha256 '
}
