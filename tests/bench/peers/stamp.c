/* A native messaging host that only notes the time of each frame: a line of nanoseconds since 1970 in the file that
 * POTBRIDGE_BENCH_STAMPS names. */
#include "frame.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int main(void) {
    const char *path = getenv("POTBRIDGE_BENCH_STAMPS");
    int stamps = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    if (stamps < 0) return 1;
    while (read_frame() > 0) {
        struct timespec now;
        char line[32];
        clock_gettime(CLOCK_REALTIME, &now);
        int size = snprintf(line, sizeof line, "%lld%09ld\n", (long long)now.tv_sec, now.tv_nsec);
        if (write(stamps, line, (size_t)size) != size) return 1;
    }
    return 0;
}
