#include <stddef.h>
#include <string.h>
#include <libxml/xmlversion.h>
// Debian's libxml2 shows ICU's types in the tail of a struct that we only ever point to. Foundation brings its own ICU,
// and a file that sees both does not compile.
#undef LIBXML_ICU_ENABLED
#include <libxml/parser.h>
#include <libxml/SAX2.h>
#include <libxml/tree.h>
#include <libxml/dict.h>
#include <libxml/xmlerror.h>

// xmlFree is a variable in C, which Swift 6 cannot call safely.
static inline void havirt_xml_free(void *p) { xmlFree(p); }

// Two scans before any parser sees the text: libxml2 takes NUL for the end of it, and a DOCTYPE is best never parsed.
static inline int havirt_xml_has_nul(const void *text, size_t length) { return memchr(text, 0, length) != NULL; }

static inline long havirt_xml_doctype(const char *text, size_t length) {
    static const char word[] = "<!DOCTYPE";
    const size_t word_length = sizeof word - 1;
    const char *end = text + length;
    for (const char *at = text; (size_t)(end - at) >= word_length; at++) {
        at = memchr(at, '<', (size_t)(end - at) - word_length + 1);
        if (at == NULL) return -1;
        if (memcmp(at, word, word_length) == 0) return at - text;
    }
    return -1;
}
