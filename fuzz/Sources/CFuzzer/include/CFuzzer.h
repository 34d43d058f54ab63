#ifndef HAVIRT_CFUZZER_H
#define HAVIRT_CFUZZER_H

#include <stddef.h>
#include <stdint.h>

typedef int (*havirt_fuzz_input)(const uint8_t *bytes, size_t count);

/// Hands over to libFuzzer; -1 in a build without it.
int havirt_fuzz_drive(int *argc, char ***argv, havirt_fuzz_input input);

#endif
