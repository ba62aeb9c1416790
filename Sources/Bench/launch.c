// launch: runs one program, waits for it, and writes down what it cost; the benchmark's runner calls it.
// It exists because Linux counts the memory of the process that forked into a child's ru_maxrss: started from the
// runner itself, everything would weigh at least what the runner weighs. This one is linked statically, so it weighs
// less than any program measured, and an LD_PRELOAD in its environment reaches only the program.
//
//     launch RESULT SECONDS CPU PROGRAM ARGUMENT...
//
// RESULT receives lines of a name and a number. The program is killed after SECONDS. It may run on CPU alone, a number,
// or on any if that is "-". SIGTERM is passed on.

#define _GNU_SOURCE // sched_setaffinity
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile pid_t child;
static volatile sig_atomic_t timed_out;

static void on_signal(int number) {
    if (number == SIGALRM) timed_out = 1;
    if (child > 0) kill(child, number == SIGALRM ? SIGKILL : SIGTERM);
}

static void fail(const char *what) {
    fprintf(stderr, "launch: %s: %s\n", what, strerror(errno));
    exit(127);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double seconds(struct timeval time) { return (double)time.tv_sec + (double)time.tv_usec / 1e6; }

int main(int argc, char **argv) {
    if (argc < 5) {
        fprintf(stderr, "usage: launch RESULT SECONDS CPU PROGRAM ARGUMENT...\n");
        return 2;
    }
    // If the runner dies, so does this process, and its child with it.
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    FILE *result = fopen(argv[1], "we");
    if (!result) fail(argv[1]);

    // Both signals wait until `child` is known, or one that came early would be lost.
    sigset_t caught, before;
    sigemptyset(&caught);
    sigaddset(&caught, SIGALRM);
    sigaddset(&caught, SIGTERM);
    sigprocmask(SIG_BLOCK, &caught, &before);
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGALRM, &action, NULL);
    sigaction(SIGTERM, &action, NULL);

    const double start = now();
    child = fork();
    if (child < 0) fail("fork");
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        sigprocmask(SIG_SETMASK, &before, NULL);
        if (strcmp(argv[3], "-") != 0) {
            cpu_set_t cpus;
            CPU_ZERO(&cpus);
            CPU_SET((size_t)atoi(argv[3]), &cpus);
            if (sched_setaffinity(0, sizeof cpus, &cpus)) fail("sched_setaffinity");
        }
        execv(argv[4], argv + 4);
        fail(argv[4]);
    }
    alarm((unsigned)atoi(argv[2]));
    sigprocmask(SIG_UNBLOCK, &caught, NULL);

    // The zombie keeps its pid until wait4, so a signal that arrives between the two hits nobody else.
    siginfo_t ended;
    while (waitid(P_PID, (id_t)child, &ended, WEXITED | WNOWAIT) < 0)
        if (errno != EINTR) fail("waitid");
    const double wall = now() - start;
    sigprocmask(SIG_BLOCK, &caught, NULL);
    int status;
    struct rusage usage;
    if (wait4(child, &status, 0, &usage) < 0) fail("wait4");

    fprintf(result, "wall %.9f\nuser %.6f\nsystem %.6f\npeak %lld\nexit %d\nsignal %d\ntimeout %d\n", wall,
            seconds(usage.ru_utime), seconds(usage.ru_stime), (long long)usage.ru_maxrss * 1024,
            WIFEXITED(status) ? WEXITSTATUS(status) : -1, WIFSIGNALED(status) ? WTERMSIG(status) : 0, (int)timed_out);
    if (fclose(result)) fail(argv[1]);
    return 0;
}
