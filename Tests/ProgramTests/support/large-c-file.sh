# Prints a C file of some thousand lines with loops, structures, switches and a main that sums up all of it.

awk 'BEGIN {
  print "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>"
  for (n = 0; n < 140; n++) {
    printf "struct record%d { int id; double weight; char name[%d]; struct record%d *next; };\n", n, n % 60 + 4, n
    printf "static long work%d(struct record%d *list, int count) {\n  long sum = %d;\n", n, n, n
    printf "  for (struct record%d *r = list; r && count-- > 0; r = r->next) {\n", n
    printf "    sum += r->id * %d + (long)(r->weight / %d.5);\n    switch (sum %% 8) {\n", n * 3 + 1, n + 1
    for (arm = 0; arm < 8; arm++) printf "      case %d: sum ^= sum >> %d; break;\n", arm, arm + 1
    print "    }\n    sum += (long)strlen(r->name);\n  }\n  return sum;\n}"
    printf "long run%d(void) {\n  struct record%d all[%d] = {0};\n", n, n, n % 20 + 2
    printf "  for (int i = 0; i < %d; i++) {\n    all[i].id = i * %d;\n    all[i].weight = i * 1.25;\n", n % 20 + 2, n
    printf "    all[i].next = i ? &all[i - 1] : NULL;\n    snprintf(all[i].name, sizeof all[i].name, \"n%%d\", i %% 10);\n  }\n"
    printf "  return work%d(&all[%d], 100);\n}\n", n, n % 20 + 1
  }
  print "int main(void) {\n  long total = 0;"
  for (n = 0; n < 140; n++) printf "  total += run%d();\n", n
  print "  printf(\"%ld\\n\", total);\n  return 0;\n}"
}'
