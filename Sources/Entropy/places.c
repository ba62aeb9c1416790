// places: where things are in a new process, seen from outside: a line for each of N starts, of name=value pairs.
//
// Metadata is found by exclusion: the private, anonymous, writable mappings that hold no block (bw_owns denies every slice
// of them), are not the stack or the main thread's static storage, do not follow a file's mapping (its zeros), and are not
// both small and beside a named mapping (the loader's own). In a process without an allocator of its own there are none;
// scripts/entropy checks that, too.

#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "entropy.h"

static const char accepted[] = "places STARTS";

extern char **environ;
extern _Bool bw_owns(const void *address) __attribute__((weak));

enum { most_blocks = 8, most_metadata = 64 };
static uintptr_t blocks[most_blocks];
static struct { uintptr_t start, end; } metadata[most_metadata];
static int metadata_count;
static char text[1 << 18];

static int holds_block(uintptr_t start, uintptr_t end) {
    for (int i = 0; i < most_blocks; i++)
        if (blocks[i] >= start && blocks[i] < end) return 1;
    // A multiple of 64 KiB may be a guard, so somewhat behind it too.
    for (uintptr_t at = start; bw_owns && at < end; at += 4096)
        if (bw_owns((void *)at)) return 1;
    return 0;
}

/// Reads /proc/self/maps without allocating.
static void find_metadata(void) {
    const int file = open("/proc/self/maps", O_RDONLY);
    size_t length = 0;
    for (ssize_t count; file >= 0 && (count = read(file, text + length, sizeof text - 1 - length)) > 0;)
        length += (size_t)count;
    close(file);
    uintptr_t end_of_named = 0;
    int may_be_loaders = 0;  // the last one counted: its end may be where a named one starts
    for (char *line = text; *line;) {
        char *end_of_line = strchr(line, '\n'), *rest;
        if (!end_of_line) break;
        *end_of_line = 0;
        const uintptr_t start = strtoull(line, &rest, 16), end = strtoull(rest + 1, &rest, 16);
        const int is_named = strpbrk(rest, "/[") != NULL, is_private = !strncmp(rest, " rw-p", 5);
        const uintptr_t local = (uintptr_t)&local, thread = (uintptr_t)pthread_self();
        const int is_threads = (local >= start && local < end) || (thread >= start && thread < end);
        if (is_named) {
            if (may_be_loaders && metadata[metadata_count - 1].end == start) metadata_count--;
            end_of_named = end;
            may_be_loaders = 0;
        } else {
            const int is_small = end - start < 1 << 16;
            const int is_ours = is_private && start != end_of_named && !is_threads && !holds_block(start, end) &&
                                metadata_count < most_metadata;
            if (is_ours) metadata[metadata_count].start = start, metadata[metadata_count++].end = end;
            may_be_loaders = is_ours && is_small;
        }
        line = end_of_line + 1;
    }
}

static int by_size(const void *a, const void *b) {
    const uintptr_t *one = a, *other = b;
    const uintptr_t first = one[1] - one[0], second = other[1] - other[0];
    return first < second ? -1 : first > second;
}

/// The word behind the requested size, where a canary may be.
static uint64_t word_behind(const char *block, size_t size) {
    uint64_t word;
    __asm__ volatile("" : "+r"(block));
    memcpy(&word, block + size, sizeof word);
    return word;
}

static int one_start(void) {
    char *small = make_block(64), *behind = make_block(24);
    const uint64_t canary = word_behind(behind, 24);
    blocks[0] = (uintptr_t)small;
    blocks[1] = (uintptr_t)behind;
    blocks[2] = (uintptr_t)make_block(1024);
    blocks[3] = (uintptr_t)make_block(20000);
    blocks[4] = (uintptr_t)make_block(1 << 20);
    blocks[5] = (uintptr_t)make_block(64 << 20);
    blocks[6] = (uintptr_t)make_block(4096);
    blocks[7] = (uintptr_t)make_block(1 << 20);
    find_metadata();
    qsort(metadata, (size_t)metadata_count, sizeof metadata[0], by_size);
    printf("small=%zx medium=%zx large=%zx huge=%zx canary=%llx libc=%zx", blocks[0], blocks[3], blocks[4], blocks[5],
           (unsigned long long)canary, (uintptr_t)&posix_spawn);
    for (int i = 0; i < metadata_count; i++) printf(" metadata%d=%zx", i, metadata[i].start);
    printf("\n");
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 1) return one_start();
    if (argc != 2) usage(accepted);
    for (uint64_t left = number(argv[1], 1, 1 << 20, accepted); left; left--) {
        pid_t child;
        int status;
        char *arguments[] = {argv[0], NULL};
        if (posix_spawn(&child, argv[0], NULL, NULL, arguments, environ) || waitpid(child, &status, 0) != child || status)
            return 1;
    }
    return 0;
}
