import CLinux

/// The memory of a process that runs for months. Left alone, glibc gives each thread that waits for a node a pool of its
/// own, and keeps in all of them what one round needed at its height.
enum ProcessMemory {
    /// One pool, and large buffers outside of them. Before there are threads.
    static func keepSmall() { havirt_memory_keep_small() }

    /// Returns to the system what a round no longer needs.
    static func giveBack() { havirt_memory_give_back() }
}
