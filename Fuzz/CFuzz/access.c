// Accesses that may fault: a misuse's, which guards are there to stop.
#include <setjmp.h>
#include <signal.h>

#include "CFuzz.h"

static volatile sig_atomic_t is_trying;
static sigjmp_buf back;
static struct sigaction previous;

// A fault of anybody else's goes to whom it went before: libFuzzer, which keeps the input.
static void on_fault(int signal, siginfo_t *info, void *context) {
  (void)info, (void)context;
  if (is_trying) siglongjmp(back, 1);
  sigaction(signal, &previous, NULL);
}

// Not before the first access: libFuzzer installs its own handler when it starts.
static void install(void) {
  static bool is_installed;
  if (is_installed) return;
  is_installed = true;
  struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK};
  sigaction(SIGSEGV, &action, &previous);
}

bool fuzz_load(uintptr_t address, uint8_t *byte) {
  install();
  bool was_read = false;
  if (!sigsetjmp(back, 0)) {
    is_trying = 1;
    *byte = *(volatile uint8_t *)address;
    was_read = true;
  }
  is_trying = 0;
  return was_read;
}

bool fuzz_store(uintptr_t address, uint8_t byte) {
  install();
  volatile bool was_written = false;
  if (!sigsetjmp(back, 0)) {
    is_trying = 1;
    *(volatile uint8_t *)address = byte;
    was_written = true;
  }
  is_trying = 0;
  return was_written;
}
