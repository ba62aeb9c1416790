// rounds COUNT JOBS SECONDS LIBRARY PROGRAM STRATEGY: plays COUNT rounds, JOBS at a time, each a process of its own with
// LIBRARY preloaded (or none, if that is "-"), and prints how they ended, as lines of a word and a number. A round that
// takes longer than SECONDS is killed, and counts as stuck. Linked statically: what is preloaded reaches the rounds alone.
// Their output is thrown away; BULWARK_OPTIONS is passed on.

#define _GNU_SOURCE // vfork
#include "attack.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void fail(const char *what) {
    fprintf(stderr, "rounds: %s: %s\n", what, strerror(errno));
    exit(1);
}

static long number(const char *text, long least, long most) {
    char *end;
    errno = 0;
    const long value = strtol(text, &end, 10);
    if (errno || end == text || *end || value < least || value > most) {
        fprintf(stderr, "rounds: '%s' is no number; accepted: %ld to %ld\n", text, least, most);
        exit(2);
    }
    return value;
}

static void start(char *const *arguments, char *const *environment, unsigned seconds, int nowhere) {
    const pid_t child = vfork();
    if (child < 0) fail("vfork");
    if (child > 0) return;
    // Timers go through exec: the round ends by SIGALRM.
    alarm(seconds);
    dup2(nowhere, 1);
    dup2(nowhere, 2);
    execve(arguments[0], arguments, environment);
    _exit(BROKEN);
}

int main(int argc, char **argv) {
    if (argc != 7) {
        fprintf(stderr, "usage: rounds COUNT JOBS SECONDS LIBRARY PROGRAM STRATEGY\n");
        return 2;
    }
    const long count = number(argv[1], 1, 10000000), jobs = number(argv[2], 1, 256), seconds = number(argv[3], 1, 3600);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    // Half of the rounds end by a signal: no core dumps.
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    char preload[4200] = "BULWARK_ATTACK=1", options[4200] = "BULWARK_ATTACK=1";
    if (strcmp(argv[4], "-") != 0) snprintf(preload, sizeof preload, "LD_PRELOAD=%s", argv[4]);
    if (getenv("BULWARK_OPTIONS")) snprintf(options, sizeof options, "BULWARK_OPTIONS=%s", getenv("BULWARK_OPTIONS"));
    char *const environment[] = {preload, options, NULL};
    char *const arguments[] = {argv[5], argv[6], NULL};
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere < 0) fail("/dev/null");

    long success = 0, failed = 0, reported = 0, faulted = 0, stuck = 0, broken = 0, running = 0, started = 0;
    while (started < count || running > 0) {
        if (started < count && running < jobs) {
            start(arguments, environment, (unsigned)seconds, nowhere);
            started++;
            running++;
            continue;
        }
        int status;
        if (wait(&status) < 0) {
            if (errno == EINTR) continue;
            fail("wait");
        }
        running--;
        if (WIFSIGNALED(status)) {
            const int signal = WTERMSIG(status);
            if (signal == SIGABRT) reported++;
            else if (signal == SIGALRM) stuck++;
            else faulted++;
        } else if (WEXITSTATUS(status) == SUCCESS) success++;
        else if (WEXITSTATUS(status) == FAILED) failed++;
        // A library that ends the process by exit, after a report.
        else if (WEXITSTATUS(status) != BROKEN && WEXITSTATUS(status) != 127) reported++;
        else broken++;
    }
    printf("success %ld\nfailed %ld\nreported %ld\nfaulted %ld\nstuck %ld\nbroken %ld\n", success, failed, reported,
           faulted, stuck, broken);
    return 0;
}
