#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>

// xmlFree is a variable in C, which Swift 6 cannot call safely.
static inline void havirt_xml_free(void *p) { xmlFree(p); }
