#define _GNU_SOURCE
#include "CLinux.h"
#include <sys/mman.h>

int havirt_memfd(const char *name) { return memfd_create(name, MFD_CLOEXEC); }
