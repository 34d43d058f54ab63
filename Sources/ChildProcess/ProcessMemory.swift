internal import CLinux

/// The memory of a process that runs for months. Left alone, glibc gives each thread that waits for a child a pool of
/// its own, and keeps in all of them what one round needed at its height.
public enum ProcessMemory {
    /// One pool, and large buffers outside of it. Best before there are threads.
    public static func keepSmall() { havirt_memory_keep_small() }

    /// Returns to the system what is no longer needed.
    public static func giveBack() { havirt_memory_give_back() }
}
