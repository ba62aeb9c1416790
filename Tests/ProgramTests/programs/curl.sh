# Curl in parallel against Python's threaded server on the loopback interface.

program curl packages='curl python3' loaded='curl'

curl_run() {
  mkdir files
  local port n
  for n in {1..30}; do seq "$n" $((n * 900)) >"files/$n"; done
  port=$(free_port)
  serve "$PWD/server.log" python3 -m http.server --bind 127.0.0.1 --directory files "$port"
  eventually curl -sS --fail "http://127.0.0.1:$port/1"
  must_have_library "$server"
  curl -sS --fail --parallel --parallel-max 6 "http://127.0.0.1:$port/[1-30]" -o 'got#1'
  cat got{1..30} | sha256sum
  curl -sS --fail "http://127.0.0.1:$port/" | grep -c '<li>'
  curl -sS -w '%{http_code}\n' -o /dev/null "http://127.0.0.1:$port/none"
}
