#include "CFuzzer.h"

// Weak: an ordinary build has no libFuzzer. `make fuzz` links it.
extern int LLVMFuzzerRunDriver(int *argc, char ***argv, havirt_fuzz_input input) __attribute__((weak));

int havirt_fuzz_drive(int *argc, char ***argv, havirt_fuzz_input input) {
    if (!LLVMFuzzerRunDriver) return -1;
    return LLVMFuzzerRunDriver(argc, argv, input);
}
