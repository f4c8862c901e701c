/* Native messaging's frames on descriptors 0 and 1. */
#include <stdint.h>
#include <string.h>
#include <unistd.h>

enum { MOST = 1024 * 1024 };

static char frame[4 + MOST];

static int fill(char *to, size_t size) {
    while (size > 0) {
        ssize_t got = read(0, to, size);
        if (got <= 0) return 0;
        to += got;
        size -= (size_t)got;
    }
    return 1;
}

/* Returns the size of the frame with its length, or 0 at the end. */
static size_t read_frame(void) {
    uint32_t length;
    if (!fill(frame, 4)) return 0;
    memcpy(&length, frame, 4);
    if (length > MOST || !fill(frame + 4, length)) return 0;
    return 4 + (size_t)length;
}
