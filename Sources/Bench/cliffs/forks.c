// forks: a process with much live memory forks child after child; each frees some of its parent's blocks, allocates
// some of its own, and ends. Whatever an allocator does to its heap at a fork is paid each time, and what it writes to
// is copied. An operation is one child.

#include <sys/wait.h>
#include <unistd.h>

#include "../support.h"

static const char accepted[] = "forks MEBIBYTES OPERATIONS (MEBIBYTES: 1 to 4096 live)";

enum { size = 256, freed = 100, allocated = 1000 };

int main(int argc, char **argv) {
    if (argc != 3) usage(accepted);
    const size_t count = (number(argv[1], 1, 4096, accepted) << 20) / size;
    const uint64_t operations = number(argv[2], 1, UINT64_MAX / 2, accepted);
    unsigned char **blocks = malloc(count * sizeof *blocks);
    if (!blocks) give_up("memory");
    for (size_t i = 0; i < count; i++) blocks[i] = make_block(size, (unsigned char)i);

    uint64_t seed = first_seed, good = 0;
    for (uint64_t i = 0; i < operations; i++) {
        const size_t first = random_between(&seed, 0, count - freed);
        const pid_t child = fork();
        if (child < 0) give_up("child");
        if (child == 0) {
            uint64_t written = 0, found = 0;
            for (size_t one = first; one < first + freed; one++) {
                found += drop_block(blocks[one], size);
                written += 2u * (unsigned char)one;
            }
            unsigned char *own[allocated];
            for (size_t one = 0; one < allocated; one++) {
                own[one] = make_block(size, (unsigned char)one);
                written += 2u * (unsigned char)one;
            }
            for (size_t one = 0; one < allocated; one++) found += drop_block(own[one], size);
            _exit(written != found);
        }
        int status;
        if (waitpid(child, &status, 0) != child) give_up("status");
        good += WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }
    for (size_t i = 0; i < count; i++) free(blocks[i]);
    return finish(operations, operations, good);
}
