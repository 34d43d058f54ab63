#define _GNU_SOURCE
#include "CLinux.h"
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

// A daemon ignores SIGPIPE and often SIGTERM, and ignored signals survive exec: without the reset a child could not be
// ended by SIGTERM.
static int set_attributes(posix_spawnattr_t *attributes) {
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    int result = posix_spawnattr_setsigdefault(attributes, &all);
    if (result == 0) result = posix_spawnattr_setsigmask(attributes, &none);
    if (result == 0) {
        result = posix_spawnattr_setflags(
            attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    }
    return result;
}

static int set_actions(posix_spawn_file_actions_t *actions, const struct havirt_spawn_request *request) {
    int result = posix_spawn_file_actions_adddup2(actions, request->input, 0);
    if (result == 0) result = posix_spawn_file_actions_adddup2(actions, request->output, 1);
    if (result == 0) result = posix_spawn_file_actions_adddup2(actions, request->error, 2);
    if (result == 0) result = posix_spawn_file_actions_addclosefrom_np(actions, 3);
    if (result == 0 && request->working_directory) {
        result = posix_spawn_file_actions_addchdir_np(actions, request->working_directory);
    }
    return result;
}

int havirt_spawn(const struct havirt_spawn_request *request, pid_t *pid) {
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    int result = posix_spawnattr_init(&attributes);
    if (result != 0) return result;
    result = posix_spawn_file_actions_init(&actions);
    if (result == 0) {
        result = set_attributes(&attributes);
        if (result == 0) result = set_actions(&actions, request);
        if (result == 0) {
            result = posix_spawnp(
                pid, request->executable, &actions, &attributes, request->arguments, request->environment);
        }
        posix_spawn_file_actions_destroy(&actions);
    }
    posix_spawnattr_destroy(&attributes);
    return result;
}

void havirt_become(const char *executable, char *const *arguments, char *const *environment) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    // Closed by the exec, so that nothing is lost where that fails.
    close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    execvpe(executable, arguments, environment);
}

int havirt_pidfd(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int havirt_pipe(int ends[2], int nonblocking) {
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
    if (fcntl(ends[nonblocking], F_SETFL, O_NONBLOCK) == 0) return 0;
    close(ends[0]);
    close(ends[1]);
    return -1;
}

int havirt_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }
