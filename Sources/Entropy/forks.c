// forks: what two children of one process, and the process after them, get next: a line each, of the addresses of their
// next allocations; then of the canary in a page that did not exist before, and of a huge block's address.

#include <sys/wait.h>
#include <unistd.h>

#include "entropy.h"

enum { count = 256, slots = 1024 };
static char *blocks[slots];

static void go_on(void) {
    static char *next[count];
    for (int i = 0; i < count; i++) next[i] = make_block(64);
    char *fresh = make_block(3000), *huge = make_block(64 << 20);
    uint64_t word;
    __asm__ volatile("" : "+r"(fresh));
    memcpy(&word, fresh + 3000, sizeof word);
    for (int i = 0; i < count; i++) printf("%p ", (void *)next[i]);
    printf("%llx %p\n", (unsigned long long)word, (void *)huge);
    fflush(stdout);
}

int main(void) {
    for (int i = 0; i < 100000; i++) {
        char **slot = &blocks[random_below(slots)];
        if (*slot) {
            free(*slot);
            *slot = NULL;
        } else {
            *slot = make_block(64);
        }
    }
    for (int i = 0; i < 2; i++) {
        const pid_t child = fork();
        if (child < 0) return 1;
        if (child == 0) {
            go_on();
            _exit(0);
        }
        int status;
        if (waitpid(child, &status, 0) != child || status) return 1;
    }
    go_on();
    return 0;
}
