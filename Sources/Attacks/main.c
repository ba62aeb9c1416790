// attack NAME: plays one round of one strategy, and ends with its outcome as exit status. --list names them all.
#define _GNU_SOURCE // dladdr
#include "attack.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct strategy *const families[] = {
    freelist_strategies, double_free_strategies, forged_strategies, reuse_strategies,   overflow_strategies,
    canary_strategies,   equation_strategies,    unlink_strategies, fork_strategies,    disclosure_strategies,
};

/// True unless what is to be preloaded is not where malloc comes from: the loader only warns of a library that it cannot load.
static bool is_preloaded(void) {
    const char *const wanted = getenv("LD_PRELOAD");
    Dl_info found;
    return !wanted || (dladdr(dlsym(RTLD_DEFAULT, "malloc"), &found) && strcmp(found.dli_fname, wanted) == 0);
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: attack NAME | --list\n");
        return 2;
    }
    const bool is_listing = strcmp(argv[1], "--list") == 0;
    for (size_t family = 0; family < sizeof families / sizeof *families; family++) {
        for (const struct strategy *strategy = families[family]; strategy->name; strategy++) {
            if (is_listing) puts(strategy->name);
            if (strcmp(strategy->name, argv[1]) != 0) continue;
            if (!is_preloaded()) return BROKEN;
            strategy->play();
            return FAILED;
        }
    }
    if (is_listing) return 0;
    fprintf(stderr, "attack: unknown strategy '%s'; accepted: one of attack --list\n", argv[1]);
    return 2;
}
