#ifndef HAVIRT_CLINUX_H
#define HAVIRT_CLINUX_H

/// memfd_create(2) with MFD_CLOEXEC: an anonymous file that lives in memory.
/// Returns a descriptor, or -1 with errno set.
int havirt_memfd(const char *name);

#endif
