# Nginx with four workers on a loopback port that the kernel chose free: files, compression, a reload, 404s.

program nginx packages='nginx-light curl python3' loaded='curl'

nginx_prepare() {
  mkdir files
  local n
  for n in {1..40}; do seq "$n" $((n * 700)) >"files/$n.txt"; done
  head -c 3000000 /dev/zero | tr '\0' 'b' >files/large.txt
  chmod -R a+rX .
}

nginx_configure() {
  mkdir -p temporary
  cat >nginx.conf <<END
daemon off;
worker_processes 4;
pid $PWD/nginx.pid;
error_log $PWD/error.log warn;
events { worker_connections 128; }
http {
  default_type text/plain;
  access_log $PWD/access.log;
  client_body_temp_path $PWD/temporary/body; proxy_temp_path $PWD/temporary/proxy;
  fastcgi_temp_path $PWD/temporary/fastcgi; uwsgi_temp_path $PWD/temporary/uwsgi; scgi_temp_path $PWD/temporary/scgi;
  gzip on; gzip_types text/plain; gzip_min_length 100;
  server {
    listen 127.0.0.1:$1;
    root $input/files;
    location /again/ { proxy_pass http://127.0.0.1:$1/; }
  }
}
END
}

# nginx_requests PORT: every file, plain, compressed and through a proxy, in a few parallel connections.
nginx_requests() {
  local way
  for way in '' '--compressed' ; do
    curl -sS --fail $way --parallel --parallel-max 8 "http://127.0.0.1:$1/[1-40].txt" -o "got#1"
    cat got{1..40} | sha256sum
    rm got*
  done
  curl -sS --fail "http://127.0.0.1:$1/again/[1-40].txt" | sha256sum
  curl -sS --fail "http://127.0.0.1:$1/large.txt" | sha256sum
  curl -sS -o /dev/null -w '%{http_code}\n' "http://127.0.0.1:$1/none"
}

nginx_run() {
  local port before
  port=$(free_port)
  nginx_configure "$port"
  serve "$PWD/nginx.log" nginx -p "$PWD" -c "$PWD/nginx.conf" -e "$PWD/error.log"
  server_logs+=("$PWD/error.log")
  eventually curl -sS --fail "http://127.0.0.1:$port/1.txt"
  eventually has_children "$server" 4
  before=$(children_of "$server")
  must_have_library "$server" $before
  nginx_requests "$port"
  kill -HUP "$server"
  # A reload replaces all workers.
  eventually sh -c "for pid in $before; do ! [ -e /proc/\$pid ] || exit 1; done"
  eventually has_children "$server" 4
  must_have_library "$server" $(children_of "$server")
  nginx_requests "$port"
  kill -QUIT "$server"
  finished "$server"
  echo "ended well"
}
