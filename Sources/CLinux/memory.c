#include "CLinux.h"
#include <malloc.h>

void havirt_memory_keep_small(void) {
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_MMAP_THRESHOLD, 64 << 10);
}

void havirt_memory_give_back(void) {
    malloc_trim(0);
}
