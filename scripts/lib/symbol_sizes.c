// Gives exported functions their sizes: symbol_sizes LIBRARY. The linker's --defsym, which names them, leaves them without one, and
// valgrind ignores functions of size 0, so that --soname-synonyms would not find malloc. Called by scripts/build.
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static void give_up(const char *path, const char *why) {
  fprintf(stderr, "symbol_sizes: %s: %s\n", path, why);
  exit(1);
}

// Calls for each entry of the tables of symbols.
struct table {
  Elf64_Sym *symbols;
  size_t count;
};

static struct table table_of(unsigned char *file, const Elf64_Shdr *section) {
  return (struct table){(Elf64_Sym *)(file + section->sh_offset), section->sh_size / sizeof(Elf64_Sym)};
}

static int is_function(const Elf64_Sym *symbol) {
  return ELF64_ST_TYPE(symbol->st_info) == STT_FUNC && symbol->st_shndx != SHN_UNDEF;
}

// The size of a function that the full table knows at an address; 0 if it knows none.
static size_t size_at(struct table full, Elf64_Addr address) {
  for (size_t i = 0; i < full.count; i++)
    if (is_function(&full.symbols[i]) && full.symbols[i].st_value == address && full.symbols[i].st_size)
      return full.symbols[i].st_size;
  return 0;
}

int main(int count, char **arguments) {
  if (count != 2) {
    fputs("usage: symbol_sizes LIBRARY\n", stderr);
    return 2;
  }
  const char *path = arguments[1];
  int descriptor = open(path, O_RDWR);
  struct stat status;
  if (descriptor < 0 || fstat(descriptor, &status)) give_up(path, "cannot be opened");
  size_t bytes = (size_t)status.st_size;
  unsigned char *file = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (file == MAP_FAILED) give_up(path, "cannot be mapped");
  const Elf64_Ehdr *header = (const Elf64_Ehdr *)file;
  if (bytes < sizeof *header || memcmp(file, ELFMAG, SELFMAG) || header->e_ident[EI_CLASS] != ELFCLASS64)
    give_up(path, "is no 64-bit ELF file");
  if (header->e_shoff > bytes || bytes - header->e_shoff < (size_t)header->e_shnum * sizeof(Elf64_Shdr))
    give_up(path, "has no sections");
  const Elf64_Shdr *sections = (const Elf64_Shdr *)(file + header->e_shoff);

  struct table full = {0};
  for (int i = 0; i < header->e_shnum; i++) {
    if (sections[i].sh_offset > bytes || (sections[i].sh_type != SHT_NOBITS && sections[i].sh_size > bytes - sections[i].sh_offset))
      give_up(path, "has a section outside the file");
    if (sections[i].sh_type == SHT_SYMTAB) full = table_of(file, &sections[i]);
  }
  if (!full.symbols) give_up(path, "has no table of symbols");
  for (int i = 0; i < header->e_shnum; i++) {
    if (sections[i].sh_type != SHT_SYMTAB && sections[i].sh_type != SHT_DYNSYM) continue;
    struct table table = table_of(file, &sections[i]);
    for (size_t at = 0; at < table.count; at++) {
      Elf64_Sym *symbol = &table.symbols[at];
      if (!is_function(symbol) || symbol->st_size || ELF64_ST_BIND(symbol->st_info) == STB_LOCAL) continue;
      symbol->st_size = size_at(full, symbol->st_value);
      if (!symbol->st_size) give_up(path, "exports a function of unknown size");
    }
  }
  return munmap(file, bytes) || close(descriptor);
}
