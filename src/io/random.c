/* SPDX-License-Identifier: GPL-3.0-or-later */
/* random: getrandom never fails for these sizes once the kernel's pool is ready, and waits for it;
 * should it fail for another reason, going on would make identifiers guessable: the program ends. */
#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

#include "io/random.h"

static void fill(void *ctx, void *octets, size_t len)
{
	char *p = octets;

	(void)ctx;
	while (len) {
		ssize_t n = getrandom(p, len, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			abort();
		p += n;
		len -= (size_t)n;
	}
}

struct rng io_random(void)
{
	return (struct rng){ .fill = fill };
}
