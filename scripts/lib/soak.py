"""The load of scripts/soak: servers under a library, clients without it, samples of memory, a verdict.

soak.py SCRATCH SECONDS CSV-FILE-OR-NOTHING VARIANT=LIBRARY...
"""
import http.client
import os
import pathlib
import random
import subprocess
import sys
import threading
import time
import urllib.request

scratch, seconds, csv = pathlib.Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
libraries = [argument.split("=", 1) for argument in sys.argv[4:]]

HTTP_SERVER = """
import http.server, json, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        count = int(self.path.strip('/') or 1)
        body = json.dumps([{'number': n, 'text': 'x' * (n % 300)} for n in range(count)]).encode()
        self.send_response(200)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *arguments): pass
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
"""


def resident(process):
    """KiB of the process; None if it has ended."""
    try:
        for line in open(f"/proc/{process.pid}/status"):
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    except OSError:
        pass
    return None


class Soak:
    def __init__(self, variant, library):
        self.variant, self.library = variant, library
        self.folder = scratch / variant
        self.folder.mkdir()
        self.failures, self.samples, self.processes = [], {}, {}
        self.over = threading.Event()
        self.requests = 0

    def start(self, name, arguments, **options):
        """A process under the library; what it says on stderr is looked at in the end."""
        # What python gives back itself is not the library's business to find: its own pools are off.
        environment = dict(os.environ, LD_PRELOAD=self.library, PYTHONMALLOC="malloc",
                           BULWARK_OPTIONS=f"report_file={self.folder}/{name}.reports")
        error = open(self.folder / f"{name}.stderr", "ab")
        process = subprocess.Popen(arguments, env=environment, stderr=error, **options)
        maps = f"/proc/{process.pid}/maps"
        for _ in range(100):
            if os.path.exists(maps) and self.library in open(maps).read():
                break
            time.sleep(0.05)
        else:
            self.failures.append(f"the library is not in {name}")
        self.processes[name] = process
        return process

    def redis(self):
        socket = str(self.folder / "redis")
        self.start("redis", ["redis-server", "--port", "0", "--unixsocket", socket, "--dir", str(self.folder),
                             "--save", "", "--daemonize", "no", "--maxmemory", "48mb",
                             "--maxmemory-policy", "allkeys-lru"], stdout=subprocess.DEVNULL)
        while not os.path.exists(socket) and not self.over.wait(0.1):
            pass
        rounds = random.Random(1)
        while not self.over.is_set():
            size = rounds.choice([10, 100, 700, 3000, 20000])
            subprocess.run(["redis-benchmark", "-s", socket, "-n", "5000", "-c", "20", "-P", "4", "-r", "2000", "-d", str(size),
                            "-q", "-t", "set,get,lpush,lpop,sadd,hset,spop"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                           check=False)
            for command in (["bgsave"], ["eval", "for n = 1, 2000 do redis.call('set', 'gone' .. n, string.rep('v', n), 'EX', 2) end", "0"],
                            ["flushall"] if rounds.random() < 0.2 else ["del", "mylist"]):
                subprocess.run(["redis-cli", "-s", socket, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                           check=False)

    def http(self):
        server = self.start("http", ["/usr/bin/python3", "-c", HTTP_SERVER], stdout=subprocess.PIPE, text=True)
        port = int(server.stdout.readline())

        def client(seed):
            sizes = random.Random(seed)
            while not self.over.is_set():
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/{sizes.choice([1, 10, 100, 2000])}", timeout=60).read()
                    self.requests += 1
                except (OSError, http.client.HTTPException) as error:
                    if not self.over.is_set():
                        self.failures.append(f"http: {error}")
                        return
                time.sleep(0.02)

        for seed in range(4):
            threading.Thread(target=client, args=(seed,), daemon=True).start()

    def shuffle(self):
        """Again and again: each run ends, and says whether its blocks kept their contents."""
        while not self.over.is_set():
            process = self.start("shuffle", [str(scratch / "shuffle"), "4", "20000000"], stdout=subprocess.DEVNULL)
            if process.wait() != 0 and not self.over.is_set():
                self.failures.append(f"shuffle ended with status {process.returncode}")
                return

    def run(self):
        for part in (self.redis, self.http, self.shuffle):
            threading.Thread(target=part, daemon=True).start()
        begin, step = time.monotonic(), max(1.0, seconds / 200)
        while (now := time.monotonic() - begin) < seconds and not self.failures:
            for name in ("redis", "http"):
                if name in self.processes:
                    kib = resident(self.processes[name])
                    if kib is None:
                        self.failures.append(f"{name} ended early")
                    else:
                        self.samples.setdefault(name, []).append((now, kib))
            time.sleep(step)
        self.over.set()
        for name, process in self.processes.items():
            process.terminate()
        for name, process in self.processes.items():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                self.failures.append(f"{name} did not end")
        self.judge()

    def judge(self):
        for file in self.folder.glob("*.reports"):
            if file.stat().st_size:
                self.failures.append(f"{file.stem} reported: {file.read_text(errors='replace').splitlines()[0]}")
        for file in self.folder.glob("*.stderr"):
            lines = [line for line in file.read_text(errors="replace").splitlines() if line.startswith("bulwark: ")]
            if lines:
                self.failures.append(f"{file.stem} said: {lines[0]}")
        for name in ("redis", "http"):
            samples = self.samples.get(name, [])
            thirds = [[kib for time_, kib in samples if seconds * n / 3 <= time_ < seconds * (n + 1) / 3] for n in range(3)]
            if not all(thirds):
                self.failures.append(f"{name}: too few samples")
                continue
            tops = [max(third) for third in thirds]
            print(f"      {name} ({self.variant}): at most {tops[0] >> 10}, {tops[1] >> 10}, {tops[2] >> 10} MiB in each third")
            if tops[2] > tops[1] * 1.1 + 8192:
                self.failures.append(f"{name} grew from {tops[1]} to {tops[2]} KiB")
        if not self.requests:
            self.failures.append("http answered nothing")
        if csv:
            with open(csv, "a") as file:
                for name, samples in self.samples.items():
                    for time_, kib in samples:
                        file.write(f"{self.variant},{name},{time_:.1f},{kib}\n")


passed = 0
for variant, library in libraries:
    soak = Soak(variant, library)
    soak.run()
    passed += not soak.failures
    print(f"{'FAIL ' if soak.failures else 'ok   '} {seconds} s of load ({variant}), {soak.requests} requests answered by http", flush=True)
    for failure in soak.failures:
        print(f"      | {failure}")
print(f"{passed} passed, {len(libraries) - passed} failed")
sys.exit(passed != len(libraries))
