// The violations, their first lines and signals.
#pragma once

struct violation {
  const char *name;  // as in `enum Violation`
  const char *line;
  int signal;
};
extern const struct violation all_violations[];  // ends with a NULL name
