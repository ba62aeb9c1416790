// The driver: lists the scenarios, runs one by its name, prints the table of what finds them.
//
//   misuse NAME            does the misuse; exit status 0 if nothing stopped it
//   misuse --legal NAME    does the legal thing next to it
//   misuse --list          a line a scenario, tab-separated: see `list`
//   misuse --violations    a line a violation: name, signal, the first line's beginning
//   misuse --table         Markdown
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support.h"
#include "violations.h"

extern const struct misuse *const __start_misuses[], *const __stop_misuses[];
#define EACH_MISUSE(entry) \
  for (const struct misuse *const *entry = __start_misuses; entry < __stop_misuses; entry++)

static const char *or_else(const char *text, const char *otherwise) { return text ? text : otherwise; }

static void write_name(char *name, size_t limit, const struct scenario *scenario) {
  snprintf(name, limit, "%s/%s/%s", scenario->misuse->name, scenario->size->name,
           thread_names[__builtin_ctz(scenario->thread)]);
}

// Calls `visit` with every scenario until it returns nonzero.
static int each_scenario(int (*visit)(const struct scenario *, const char *name, void *), void *argument) {
  EACH_MISUSE(entry)
    for (unsigned size = 0; size <= size_count; size++)
      for (unsigned thread = 0; thread < thread_case_count; thread++) {
        if (!((*entry)->sizes >> size & 1) || !((*entry)->threads >> thread & 1)) continue;
        struct scenario scenario = {*entry, &all_sizes[size], all_sizes[size].bytes, 1u << thread};
        char name[200];
        write_name(name, sizeof name, &scenario);
        if (visit(&scenario, name, argument)) return 1;
      }
  return 0;
}

// name, secure, debug, release, body, functions, options, runs, of
static int list(const struct scenario *scenario, const char *name, void *nothing) {
  const struct misuse *misuse = scenario->misuse;
  (void)nothing;
  printf("%s\t%s\t%s\t%s\t%s\t%s\t%s\t%u\t%u\n", name, misuse->secure, or_else(misuse->debug, misuse->secure),
         or_else(misuse->release, "anything"), misuse->body, or_else(misuse->functions, ""), or_else(misuse->options, ""),
         misuse->runs, misuse->of);
  return 0;
}

static void print_set(unsigned set, unsigned count, const char *(*name)(unsigned)) {
  const char *separator = "";
  for (unsigned i = 0; i < count; i++)
    if (set >> i & 1) printf("%s%s", separator, name(i)), separator = ", ";
}
static const char *size_name(unsigned i) { return all_sizes[i].name; }
static const char *thread_name(unsigned i) { return thread_names[i]; }

// In Markdown a cell may hold no bare bar.
static void print_outcome(const char *text) {
  printf(" | ");
  for (; *text; text++)
    if (*text == '|') printf("or"); else putchar(*text);
}

static void print_table(void) {
  puts("| misuse | bytes | threads | secure | debug | release | found |");
  puts("|---|---|---|---|---|---|---|");
  EACH_MISUSE(entry) {
    const struct misuse *misuse = *entry;
    printf("| %s | ", misuse->what);
    print_set(misuse->sizes, size_count + 1, size_name);
    printf(" | ");
    print_set(misuse->threads, thread_case_count, thread_name);
    print_outcome(misuse->secure);
    print_outcome(or_else(misuse->debug, misuse->secure));
    print_outcome(or_else(misuse->release, "anything"));
    printf(" | %s", misuse->found);
    if (misuse->of) printf("; in %u of %u runs", misuse->runs, misuse->of);
    puts(" |");
  }
}

struct search {
  const char *name;
  struct scenario found;
};
static int matches(const struct scenario *scenario, const char *name, void *argument) {
  struct search *search = argument;
  if (strcmp(name, search->name)) return 0;
  search->found = *scenario;
  return 1;
}

int main(int count, char **arguments) {
  int legal = count == 3 && !strcmp(arguments[1], "--legal");
  if (count == 2 && !strcmp(arguments[1], "--list")) return each_scenario(list, NULL);
  if (count == 2 && !strcmp(arguments[1], "--table")) return print_table(), 0;
  if (count == 2 && !strcmp(arguments[1], "--violations")) {
    for (const struct violation *v = all_violations; v->name; v++) printf("%s\t%d\t%s\n", v->name, v->signal, v->line);
    return 0;
  }
  struct search search = {arguments[count - 1], {0}};
  if (count != 2 + legal || !each_scenario(matches, &search)) {
    fputs("usage: misuse [--legal] NAME | --list | --violations | --table\n", stderr);
    return 2;
  }
  about_this_thread();
  alarm(time_limit);
  if (search.found.thread == OTHER) start_other_thread();
  (legal ? search.found.misuse->legal : search.found.misuse->wrong)(&search.found);
  // A misuse that was found only while the process ends was found too late; a legal program ends as programs do.
  if (!legal) _exit(0);
  return 0;
}
