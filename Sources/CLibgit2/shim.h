#include <git2.h>

// git_libgit2_opts is variadic, which Swift cannot call.

/// Bounds libgit2's cache of parsed objects, in bytes.
static inline int havirt_git_set_cache_bytes_max(ssize_t bytes) {
    return git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, bytes);
}

/// Whether an object is hashed again whenever it is read.
static inline int havirt_git_verify_hashes(int enabled) {
    return git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, enabled);
}
