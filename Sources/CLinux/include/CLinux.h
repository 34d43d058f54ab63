#ifndef HAVIRT_CLINUX_H
#define HAVIRT_CLINUX_H

#include <sys/types.h>

/// memfd_create(2) with MFD_CLOEXEC: an anonymous file that lives in memory.
/// Returns a descriptor, or -1 with errno set.
int havirt_memfd(const char *name);

/// pipe2(2) with O_CLOEXEC; the end with number `nonblocking` (0 reads, 1 writes) does not block.
/// Returns 0, or -1 with errno set.
int havirt_pipe(int ends[2], int nonblocking);

/// eventfd(2), close-on-exec and nonblocking. Returns a descriptor, or -1 with errno set.
int havirt_eventfd(void);

/// What a child process is started with.
struct havirt_spawn_request {
    /// A path, or a name looked up in PATH.
    const char *executable;
    /// NULL-terminated, argv[0] included.
    char *const *arguments;
    /// NULL-terminated `KEY=value` strings.
    char *const *environment;
    /// Where the child starts; NULL for the parent's own directory.
    const char *working_directory;
    /// Descriptors above 2 that become the child's 0, 1 and 2. The child gets no other.
    int input, output, error;
};

/// Starts a child in a session of its own, with all signals at their default and none blocked.
/// Returns 0 and sets `pid`, or an errno value.
int havirt_spawn(const struct havirt_spawn_request *request, pid_t *pid);

/// execvpe(3), with descriptors above 2 closed, SIGPIPE at its default and no signal blocked: becomes another program.
/// Comes back only where that fails, with errno set.
void havirt_become(const char *executable, char *const *arguments, char *const *environment);

/// pidfd_open(2), close-on-exec: a descriptor that becomes readable when the process ends.
/// Returns a descriptor, or -1 with errno set.
int havirt_pidfd(pid_t pid);

/// mallopt(3): one arena for all threads, and buffers from 64 KiB on are mapped by themselves and unmapped when freed.
void havirt_memory_keep_small(void);

/// malloc_trim(3): returns free memory of all arenas to the system.
void havirt_memory_give_back(void);

#endif
