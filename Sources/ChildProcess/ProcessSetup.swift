internal import Glibc

/// What this process needs to be before it may start children; done once.
enum ProcessSetup {
    static let done: Void = {
        // Writing to a child that has exited must be an error, not our end.
        signal(SIGPIPE, SIG_IGN)
        keepZombies()
        raiseDescriptorLimit()
        openStandardDescriptors()
    }()

    /// Started with SIGCHLD ignored (some cron wrappers do), the kernel would reap children by itself and their exit
    /// status would be lost.
    private static func keepZombies() {
        var current = sigaction()
        guard sigaction(SIGCHLD, nil, &current) == 0 else { return }
        if unsafeBitCast(current.__sigaction_handler.sa_handler, to: Int.self) == 1 { signal(SIGCHLD, SIG_DFL) }
    }

    /// Each running child takes three or four descriptors, and the usual soft limit of 1,024 is for programs that use
    /// select(2).
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        let wanted = min(limit.rlim_max, 16_384)
        guard limit.rlim_cur < wanted else { return }
        limit.rlim_cur = wanted
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// With 0, 1 or 2 closed, a pipe could get that number and be overwritten while the child's own are put in place.
    private static func openStandardDescriptors() {
        while true {
            let descriptor = open("/dev/null", O_RDWR | O_CLOEXEC)
            if descriptor > 2 { close(descriptor) }
            if descriptor > 2 || descriptor < 0 { return }
        }
    }
}
