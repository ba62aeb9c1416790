// libunwind, opened at run time: linked, it would stand in every process's global scope, in the place of libgcc's C++
// unwinder. It reads the process as if it were another one, through our accessors: so it never asks the loader, whose
// lock another thread may hold, and never faults.
#define _GNU_SOURCE 1
#include <dlfcn.h>
#include <libunwind.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>

#include "CBulwark.h"

// The functions used, on OS pages of their own that are read-only once libunwind is open: nobody who can write
// anywhere chooses what a report calls.
static union {
  struct {
    unw_addr_space_t space;
    int (*init)(unw_cursor_t *, unw_addr_space_t, void *);
    int (*step)(unw_cursor_t *);
    int (*get)(unw_cursor_t *, int, unw_word_t *);
    int (*locate)(unw_cursor_t *, int, unw_save_loc_t *);
    int (*search)(unw_addr_space_t, unw_word_t, unw_dyn_info_t *, unw_proc_info_t *, int, void *);
  };
  unsigned char page[4096];
} library __attribute__((aligned(4096)));

static enum bw_unwinder_state state;
static uint32_t walks;

enum bw_unwinder_state bw_unwinder_state(void) { return __atomic_load_n(&state, __ATOMIC_ACQUIRE); }
void bw_unwinder_give_up(void) { __atomic_store_n(&state, BW_UNWINDER_ABSENT, __ATOMIC_RELEASE); }
uint32_t bw_unwind_count(void) { return __atomic_load_n(&walks, __ATOMIC_RELAXED); }

// One walk: what the accessors are passed.
struct walk {
  const struct bw_registers *start;
  bw_load load;
  void *memory;
};

static bool load_bytes(const struct walk *walk, uintptr_t address, void *to, size_t bytes) {
  for (size_t i = 0; i < bytes; i++) {
    uintptr_t word;
    if (!walk->load(walk->memory, (address + i) & ~7ul, &word)) return false;
    ((unsigned char *)to)[i] = (unsigned char)(word >> 8 * ((address + i) & 7));
  }
  return true;
}

// True at what a signal's handler returns to: mov $15, %rax; syscall.
static bool is_trampoline(const struct walk *walk, uintptr_t instruction) {
  static const unsigned char code[9] = {0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05};
  unsigned char found[sizeof code];
  return load_bytes(walk, instruction, found, sizeof found) && !memcmp(found, code, sizeof code);
}

// The table is the one that every linker makes: 4-byte offsets, sorted (DWARF encodings 0x1b, 0x03, 0x3b).
static int find_procedure(unw_addr_space_t space, unw_word_t ip, unw_proc_info_t *info, int needed, void *argument) {
  struct walk *walk = argument;
  struct bw_module module;
  unsigned char header[12];
  uint32_t count;
  if (!bw_find_module(ip, &module) || !module.eh_frame_header) return -UNW_ENOINFO;
  if (!load_bytes(walk, module.eh_frame_header, header, sizeof header)) return -UNW_ENOINFO;
  if (header[0] != 1 || header[1] != 0x1b || header[2] != 0x03 || header[3] != 0x3b) return -UNW_ENOINFO;
  memcpy(&count, header + 8, sizeof count);
  unw_dyn_info_t table = {.start_ip = module.start, .end_ip = module.end, .format = UNW_INFO_FORMAT_REMOTE_TABLE};
  table.u.rti.segbase = module.eh_frame_header;
  table.u.rti.table_data = module.eh_frame_header + sizeof header;
  table.u.rti.table_len = count;  // in words: an entry is 8 bytes
  return library.search(space, ip, &table, info, needed, argument);
}

static void release_procedure(unw_addr_space_t space, unw_proc_info_t *info, void *argument) {
  (void)space, (void)info, (void)argument;
}

static int no_dynamic_code(unw_addr_space_t space, unw_word_t *list, void *argument) {
  (void)space, (void)list, (void)argument;
  return -UNW_ENOINFO;
}

static int access_memory(unw_addr_space_t space, unw_word_t address, unw_word_t *word, int write, void *argument) {
  struct walk *walk = argument;
  (void)space;
  return !write && address % 8 == 0 && walk->load(walk->memory, address, word) ? 0 : -UNW_EINVAL;
}

static int access_register(unw_addr_space_t space, unw_regnum_t number, unw_word_t *value, int write, void *argument) {
  struct walk *walk = argument;
  (void)space;
  if (write) return -UNW_EREADONLYREG;
  // Within the call: behind it another procedure may begin.
  *value = number == UNW_X86_64_RIP   ? walk->start->instruction - 1
           : number == UNW_X86_64_RSP ? walk->start->stack
           : number == UNW_X86_64_RBP ? walk->start->frame
                                      : 0;
  return 0;
}

static int no_float(unw_addr_space_t space, unw_regnum_t number, unw_fpreg_t *value, int write, void *argument) {
  (void)space, (void)number, (void)value, (void)write, (void)argument;
  return -UNW_EBADREG;
}

static int no_resume(unw_addr_space_t space, unw_cursor_t *cursor, void *argument) {
  (void)space, (void)cursor, (void)argument;
  return -UNW_EINVAL;
}

typedef unw_addr_space_t (*space_maker)(unw_accessors_t *, int);
typedef int (*policy_setter)(unw_addr_space_t, unw_caching_policy_t);

static unw_addr_space_t make_space(space_maker create, policy_setter set_caching) {
  static unw_accessors_t accessors = {find_procedure, release_procedure, no_dynamic_code, access_memory,
                                      access_register, no_float, no_resume, NULL};
  unw_addr_space_t space = create(&accessors, 0);
  // Its cache has a lock, and would know modules that are gone.
  return space && !set_caching(space, UNW_CACHE_NONE) ? space : NULL;
}

// libunwind opens a pipe for looking at memory of its own process, which we never have it do: two descriptors less for
// the program. While there is one thread, no other open can be refused.
static unw_addr_space_t make_space_without_pipe(space_maker create, policy_setter set_caching) {
  struct rlimit files, none;
  uint64_t signals = bw_os_block_signals();
  bool limited = !getrlimit(RLIMIT_NOFILE, &files);
  none = files, none.rlim_cur = 0;
  limited = limited && !setrlimit(RLIMIT_NOFILE, &none);
  unw_addr_space_t space = make_space(create, set_caching);
  if (limited) setrlimit(RLIMIT_NOFILE, &files);
  bw_os_restore_signals(signals, true);
  return space;
}

// `alone`: no other thread runs.
static bool open_library(bool alone) {
  // Local: its _Unwind_… must not become anybody's. It stays open.
  void *file = dlopen("libunwind-x86_64.so.8", RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (!file) return false;
  space_maker create = (space_maker)dlsym(file, "_Ux86_64_create_addr_space");
  policy_setter set_caching = (policy_setter)dlsym(file, "_Ux86_64_set_caching_policy");
  library.init = (int (*)(unw_cursor_t *, unw_addr_space_t, void *))dlsym(file, "_Ux86_64_init_remote");
  library.step = (int (*)(unw_cursor_t *))dlsym(file, "_Ux86_64_step");
  library.get = (int (*)(unw_cursor_t *, int, unw_word_t *))dlsym(file, "_Ux86_64_get_reg");
  library.locate = (int (*)(unw_cursor_t *, int, unw_save_loc_t *))dlsym(file, "_Ux86_64_get_save_loc");
  library.search = (int (*)(unw_addr_space_t, unw_word_t, unw_dyn_info_t *, unw_proc_info_t *, int, void *))dlsym(
      file, "_Ux86_64_dwarf_search_unwind_table");
  if (!create || !set_caching || !library.init || !library.step || !library.get || !library.locate ||
      !library.search)
    return false;
  library.space = alone ? make_space_without_pipe(create, set_caching) : make_space(create, set_caching);
  if (!library.space) return false;
  mprotect(&library, sizeof library, PROT_READ);
  return true;
}

static bool open_once(bool alone) {
  enum bw_unwinder_state expected = BW_UNWINDER_CLOSED;
  if (!__atomic_compare_exchange_n(&state, &expected, BW_UNWINDER_OPENING, false, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE))
    return expected == BW_UNWINDER_OPEN;
  int saved = errno;
  bool opened = open_library(alone);
  errno = saved;
  __atomic_store_n(&state, opened ? BW_UNWINDER_OPEN : BW_UNWINDER_ABSENT, __ATOMIC_RELEASE);
  return opened;
}

bool bw_unwinder_open(void) { return open_once(bw_is_single_threaded()); }

// The limited form. SIGABRT, because the process is about to end by it anyway.
static sigjmp_buf on_expiry;
static uint32_t opener;
static struct sigaction program_action;

static void expired(int signal) {
  if (bw_os_thread_id() == opener) siglongjmp(on_expiry, 1);
  // Another thread's own abort: once we return, it goes on as if we had never been here.
  sigaction(signal, &program_action, NULL);
  raise(signal);
}

bool bw_unwinder_open_within(uint32_t milliseconds) {
  struct sigaction action = {.sa_handler = expired};
  struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGABRT};
  struct itimerspec limit = {.it_value = {milliseconds / 1000, milliseconds % 1000 * 1000000L}};
  sigset_t abort_signal, mask;
  int timer;
  opener = bw_os_thread_id();
  event._sigev_un._tid = (pid_t)opener;
  sigemptyset(&abort_signal);
  sigaddset(&abort_signal, SIGABRT);
  if (sigaction(SIGABRT, &action, &program_action)) return false;
  if (syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer)) {
    sigaction(SIGABRT, &program_action, NULL);
    return false;
  }
  pthread_sigmask(SIG_UNBLOCK, &abort_signal, &mask);
  bool opened = false;
  if (!sigsetjmp(on_expiry, 0)) {
    syscall(SYS_timer_settime, timer, 0, &limit, NULL);
    opened = open_once(false);
  } else {
    bw_unwinder_give_up();
  }
  syscall(SYS_timer_delete, timer);
  pthread_sigmask(SIG_SETMASK, &mask, NULL);
  sigaction(SIGABRT, &program_action, NULL);
  return opened;
}

void bw_unwind(const struct bw_registers *start, bw_load load, void *memory, bool (*visit)(void *, uintptr_t),
               void *context) {
  struct walk walk = {start, load, memory};
  unw_cursor_t cursor;
  bool interrupted = is_trampoline(&walk, start->instruction);
  // Called by a handler of our own: who was interrupted matters.
  if (!interrupted && !visit(context, start->instruction)) return;
  __atomic_fetch_add(&walks, 1, __ATOMIC_RELAXED);
  if (!library.init(&cursor, library.space, &walk)) {
    unw_word_t instruction;
    while (library.step(&cursor) > 0 && !library.get(&cursor, UNW_REG_IP, &instruction) && instruction) {
      if (!visit(context, instruction + interrupted)) break;
      interrupted = is_trampoline(&walk, instruction);
    }
  }
  __atomic_fetch_sub(&walks, 1, __ATOMIC_RELAXED);
}

int bw_unwind_step(struct bw_registers *registers, bw_load load, void *memory, uintptr_t *frame_saved) {
  struct bw_registers start = *registers;
  struct walk walk = {&start, load, memory};
  unw_cursor_t cursor;
  unw_save_loc_t saved;
  __atomic_fetch_add(&walks, 1, __ATOMIC_RELAXED);
  int result = library.init(&cursor, library.space, &walk) ? -1 : library.step(&cursor);
  if (result > 0 && (library.get(&cursor, UNW_REG_IP, &registers->instruction) ||
                     library.get(&cursor, UNW_REG_SP, &registers->stack) ||
                     library.get(&cursor, UNW_X86_64_RBP, &registers->frame)))
    result = -1;
  if (result > 0 && registers->instruction == 0) result = 0;
  if (result > 0 && is_trampoline(&walk, start.instruction)) registers->instruction++;
  *frame_saved = 0;
  if (result > 0 && !library.locate(&cursor, UNW_X86_64_RBP, &saved) && saved.type == UNW_SLT_MEMORY)
    *frame_saved = saved.u.addr;
  __atomic_fetch_sub(&walks, 1, __ATOMIC_RELAXED);
  return result;
}

unsigned char bw_stack_depot_storage[BW_STACK_DEPOT_BYTES];
unsigned char bw_unwind_rules_storage[BW_UNWIND_RULES_BYTES];
