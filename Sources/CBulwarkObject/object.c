// What a library finds at run time, for bulwark*.o: linked into a program, perhaps one without a loader, perhaps of another libc.
// scripts/lib/objects.sh compiles it and lets the object's own calls of the functions here named bw_object_… come here.
// Nothing of it is in the libraries.
#define _GNU_SOURCE 1
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

#define HIDDEN __attribute__((visibility("hidden")))
#define WEAK __attribute__((weak))

// Weak: a static program does not get it for our sake; what it has itself of the loader is not to be used.
extern void *dlsym(void *, const char *) WEAK;

// True in a program that a loader started: there is one to be asked.
static bool has_loader(void) { return dlsym && getauxval(AT_BASE) != 0; }

// By name: the linker warns of the word dlopen in a static program, called or not.
HIDDEN void *bw_object_dlopen(const char *name, int flags) {
  void *(*open)(const char *, int) = has_loader() ? (void *(*)(const char *, int))dlsym(RTLD_DEFAULT, "dlopen") : NULL;
  return open ? open(name, flags) : NULL;
}
HIDDEN int bw_object_dlclose(void *library) {
  int (*close)(void *) = has_loader() ? (int (*)(void *))dlsym(RTLD_DEFAULT, "dlclose") : NULL;
  return close ? close(library) : -1;
}

// Of the C++ runtime, where it is part of the program.
extern void *get_new_handler(void) __asm__("_ZSt15get_new_handlerv") WEAK;
extern void throw_bad_alloc(void) __asm__("_ZSt17__throw_bad_allocv") WEAK;

// Our calls come from within the program: RTLD_NEXT means what comes after it, so libc.
HIDDEN void *bw_object_dlsym(void *library, const char *name) {
  if (has_loader()) return dlsym(library, name);
  if (library != RTLD_DEFAULT) return NULL;
  if (get_new_handler && !strcmp(name, "_ZSt15get_new_handlerv")) return (void *)get_new_handler;
  if (throw_bad_alloc && !strcmp(name, "_ZSt17__throw_bad_allocv")) return (void *)throw_bad_alloc;
  return NULL;
}

// MARK: the program as a module

extern const char image_start[] __asm__("__ehdr_start") HIDDEN;
extern const char image_end[] __asm__("_end") HIDDEN;
extern int find_object(void *, struct dl_find_object *) __asm__("_dl_find_object") WEAK;

// The fields of struct link_map that are read: what was added to addresses, the path ("": the program's), the dynamic section.
static struct {
  uintptr_t bias;
  const char *path;
  uintptr_t dynamic;
} program = {.path = ""};

// From the program's headers, which the kernel tells.
static void describe_program(void) {
  const Elf64_Phdr *header = (const Elf64_Phdr *)getauxval(AT_PHDR);
  bool has_first = false;
  for (unsigned long i = 0; header && i < getauxval(AT_PHNUM); i++, header++) {
    if (header->p_type == PT_LOAD && !has_first) {
      has_first = true;
      program.bias = (uintptr_t)image_start - (header->p_vaddr - header->p_offset);
    }
    if (header->p_type == PT_DYNAMIC) program.dynamic = header->p_vaddr;
  }
  if (program.dynamic) program.dynamic += program.bias;
}

HIDDEN int bw_object_find(void *address, struct dl_find_object *found) {
  if (find_object && has_loader()) return find_object(address, found);
  if ((const char *)address < image_start || (const char *)address >= image_end) return -1;
  describe_program();
  memset(found, 0, sizeof *found);
  found->dlfo_map_start = (void *)image_start, found->dlfo_map_end = (void *)image_end;
  found->dlfo_link_map = (struct link_map *)&program;
  return 0;
}

// Where data is that is sealed, but may lead to blocks: in a static program all of libc's too.
HIDDEN uintptr_t __wrap_bw_data_start(void) { return (uintptr_t)image_start; }
HIDDEN uintptr_t __wrap_bw_data_end(void) { return (uintptr_t)image_end; }

// MARK: what glibc alone has

// Where libc does not say: there may be threads.
HIDDEN char bw_object_single_threaded = 0;

extern __typeof(signal) libc_ssignal __asm__("ssignal") WEAK;
extern __typeof(signal) libc_sysv_signal __asm__("sysv_signal") WEAK;
extern int libc_sigaction(int, const struct sigaction *, struct sigaction *) __asm__("__sigaction") WEAK;

// musl shows this name to static programs alone. Looked up by each call: nobody calls it often.
HIDDEN int bw_object_sigaction(int number, const struct sigaction *action, struct sigaction *old) {
  int (*call)(int, const struct sigaction *, struct sigaction *) = libc_sigaction;
  if (!call && has_loader())
    call = (int (*)(int, const struct sigaction *, struct sigaction *))dlsym(RTLD_NEXT, "sigaction");
  if (call) return call(number, action, old);
  errno = ENOSYS;
  return -1;
}

static __sighandler_t set_handler(int number, __sighandler_t handler, int flags) {
  struct sigaction action, old;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  action.sa_flags = flags;
  return bw_object_sigaction(number, &action, &old) ? SIG_ERR : old.sa_handler;
}
HIDDEN __sighandler_t bw_object_ssignal(int number, __sighandler_t handler) {
  return libc_ssignal ? libc_ssignal(number, handler) : set_handler(number, handler, SA_RESTART);
}
HIDDEN __sighandler_t bw_object_sysv_signal(int number, __sighandler_t handler) {
  return libc_sysv_signal ? libc_sysv_signal(number, handler)
                          : set_handler(number, handler, (int)(SA_RESETHAND | SA_NODEFER));
}

extern void libc_chk_fail(void) __asm__("__chk_fail") WEAK;
HIDDEN _Noreturn void bw_object_chk_fail(void) {
  if (libc_chk_fail) libc_chk_fail();
  abort();
}

// For the Swift runtime's hashing, which nothing of ours uses.
HIDDEN void bw_object_random(void *bytes, size_t count) {
  if (syscall(SYS_getrandom, bytes, count, 0) != (long)count) abort();
}

// glibc's fork and threads call these in a static program, and would bring in glibc's malloc with them. There is nothing to do:
// our own handlers of fork take our locks.
HIDDEN void __malloc_fork_lock_parent(void) {}
HIDDEN void __malloc_fork_unlock_parent(void) {}
HIDDEN void __malloc_fork_unlock_child(void) {}
HIDDEN void __malloc_arena_thread_freeres(void) {}
