// spawn: starts a program again and again, one at a time, and waits for it: with the program `empty` beside it, the
// price that every process pays for the library it is preloaded with. Linked statically, so it is itself untouched by
// LD_PRELOAD; the peak memory that is measured is the program's, as this one is smaller. An operation is one process.

#include <spawn.h>
#include <sys/wait.h>

#include "support.h"

static const char accepted[] = "spawn PROGRAM OPERATIONS (PROGRAM: an absolute path)";

extern char **environ;

int main(int argc, char **argv) {
    if (argc != 3 || argv[1][0] != '/') usage(accepted);
    const uint64_t operations = number(argv[2], 1, UINT64_MAX / 2, accepted);
    uint64_t good = 0;
    for (uint64_t i = 0; i < operations; i++) {
        char *arguments[] = {argv[1], NULL};
        pid_t child;
        int status;
        if (posix_spawn(&child, argv[1], NULL, NULL, arguments, environ)) give_up(argv[1]);
        if (waitpid(child, &status, 0) != child) give_up("status");
        good += WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }
    return finish(operations, operations, good);
}
