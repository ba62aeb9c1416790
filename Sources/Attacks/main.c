// attack NAME: plays one round of one strategy, and ends with its outcome as exit status. --list names them all.
#include "attack.h"

#include <stdio.h>
#include <string.h>

static const struct strategy *const families[] = {
    freelist_strategies, double_free_strategies, forged_strategies, reuse_strategies,   overflow_strategies,
    canary_strategies,   equation_strategies,    unlink_strategies, fork_strategies,    disclosure_strategies,
};

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
            strategy->play();
            return FAILED;
        }
    }
    if (is_listing) return 0;
    fprintf(stderr, "attack: unknown strategy '%s'; accepted: one of attack --list\n", argv[1]);
    return 2;
}
