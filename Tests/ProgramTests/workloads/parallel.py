# Threads that hand blocks to each other, child processes after fork, and C memory through ctypes.

import ctypes, hashlib, multiprocessing, queue, subprocess, sys, threading


def digest(chunks):
    total = hashlib.sha256()
    for chunk in chunks:
        total.update(chunk)
    return total.hexdigest()[:16]


def threads():
    # Blocks are allocated in one thread and freed in another.
    channel = queue.Queue(maxsize=64)
    results = {}

    def produce(lane):
        for n in range(2000):
            channel.put((lane, n, bytes([lane, n & 255]) * (n % 700)))
        channel.put(None)

    def consume():
        finished = 0
        while finished < 4:
            item = channel.get()
            if item is None:
                finished += 1
            else:
                results[item[:2]] = item[2]

    workers = [threading.Thread(target=produce, args=(lane,)) for lane in range(4)]
    workers.append(threading.Thread(target=consume))
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print("threads", len(results), digest(results[key] for key in sorted(results)))


def short_lived_threads():
    seen = []
    for n in range(300):
        worker = threading.Thread(target=lambda: seen.append(bytes(n) + b"x" * n))
        worker.start()
        worker.join()
    print("short-lived threads", len(seen), digest(seen))


def job(n):
    return hashlib.sha256(b"".join(str(i * n).encode() for i in range(3000))).hexdigest()


def processes():
    with multiprocessing.get_context("fork").Pool(3) as pool:
        print("processes", digest(result.encode() for result in pool.map(job, range(60))))


def fork_from_threads():
    # A fork while other threads allocate: the child must find the heap usable.
    # The threads change places often, so that a fork is not kept waiting for its turn.
    sys.setswitchinterval(0.0005)
    stop = threading.Event()

    def churn():
        while not stop.is_set():
            [bytearray(n * 37) for n in range(100)]

    workers = [threading.Thread(target=churn) for _ in range(3)]
    for worker in workers:
        worker.start()
    children = [subprocess.run(["/bin/echo", str(n)], capture_output=True).stdout for n in range(15)]
    context = multiprocessing.get_context("fork")
    for n in range(10):
        child = context.Process(target=job, args=(n,))
        child.start()
        child.join()
        children.append(b"%d" % child.exitcode)
    stop.set()
    for worker in workers:
        worker.join()
    print("fork from threads", len(children), digest(children))


def c_memory():
    libc = ctypes.CDLL(None)
    for name in ("malloc", "calloc", "realloc", "aligned_alloc", "strdup"):
        getattr(libc, name).restype = ctypes.c_void_p
    libc.malloc_usable_size.restype = ctypes.c_size_t
    size, pointer = ctypes.c_size_t, ctypes.c_void_p
    chunks = []
    for n in range(1, 20_000, 5):
        block = libc.malloc(size(n))
        assert block % (16 if n >= 16 else 8) == 0
        assert libc.malloc_usable_size(pointer(block)) >= n
        ctypes.memset(block, n & 255, n)
        block = libc.realloc(pointer(block), size(n * 3))
        chunks.append(ctypes.string_at(block, n))
        libc.free(pointer(block))
        zeroed = libc.calloc(size(n), size(3))
        chunks.append(ctypes.string_at(zeroed, n * 3))
        libc.free(pointer(zeroed))
        copy = libc.strdup(b"s" * n)
        chunks.append(ctypes.string_at(copy))
        libc.free(pointer(copy))
    for shift in range(4, 17):
        block = libc.aligned_alloc(size(1 << shift), size(3 << shift))
        assert block % (1 << shift) == 0
        libc.free(pointer(block))
    print("ctypes", len(chunks), digest(chunks))


if __name__ == "__main__":
    for test in (threads, short_lived_threads, processes, fork_from_threads, c_memory):
        test()
        sys.stdout.flush()
