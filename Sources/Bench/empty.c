// empty: a program that allocates one block and ends; `spawn` starts it.

#include <stdlib.h>

int main(void) {
    void *block = malloc(100);
    free(block);
    return block ? 0 : 1;
}
