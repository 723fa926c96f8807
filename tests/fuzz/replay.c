/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * replay: runs one fuzz target over its corpus without a fuzzer, as TAP for make check. Each file is
 * one test: the file as it is, cut at every length up to 4096, and FUZZ_MUTATIONS (3000) spoiled
 * copies, the same ones in every run. Files named on the command line replace the corpus: with
 * them a crash that the fuzzer found is looked at.
 */
#include <dirent.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "fuzz/fuzz.h"

#define INPUT_ROOM 65536

static uint8_t input[INPUT_ROOM], spoiled[INPUT_ROOM];
static char current[1024];
static size_t spoiled_len;

/* So that the input of a crash can be had: it is written where the program runs. */
static void on_abort(int sig)
{
	static const char path[] = "fuzz-crash-" FUZZ_TARGET;
	FILE *f = fopen(path, "wb");

	fprintf(stderr, "# %s: the input is in %s\n", current, path);
	if (f) {
		fwrite(spoiled, 1, spoiled_len, f);
		fclose(f);
	}
	signal(sig, SIG_DFL);
	raise(sig);
}

/* A copy of exactly the size in memory of its own, so that a sanitizer sees each octet too much. */
static void run(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	if (!copy)
		exit(1);
	memcpy(copy, data, size);
	if (data != spoiled)
		memcpy(spoiled, data, size);
	spoiled_len = size;
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

/* One to four changes: an octet, a run cut out, a run doubled. */
static size_t spoil(uint32_t seed, size_t size)
{
	static const uint8_t nasty[] = { 0, '\r', '\n', '"', '<', '>', ',', ';', ':', '%', 0xff };
	size_t n = size;

	memcpy(spoiled, input, size);
	for (unsigned i = next_random(&seed) % 4 + 1; i && n; i--) {
		size_t at = next_random(&seed) % n, len = next_random(&seed) % 32;

		if (len > n - at)
			len = n - at;
		switch (next_random(&seed) % 4) {
		case 0:
			spoiled[at] = (uint8_t)next_random(&seed);
			break;
		case 1:
			spoiled[at] = nasty[next_random(&seed) % sizeof(nasty)];
			break;
		case 2:
			memmove(spoiled + at, spoiled + at + len, n - at - len);
			n -= len;
			break;
		default:
			if (n + len > sizeof(spoiled))
				break;
			memmove(spoiled + at + len, spoiled + at, n - at);
			n += len;
		}
	}
	return n;
}

static unsigned mutations(void)
{
	const char *text = getenv("FUZZ_MUTATIONS");

	return text ? (unsigned)strtoul(text, NULL, 10) : 3000;
}

static int replay(const char *path)
{
	FILE *f = fopen(path, "rb");
	size_t size;

	snprintf(current, sizeof(current), "%s", path);
	if (!f)
		return -1;
	size = fread(input, 1, sizeof(input), f);
	fclose(f);
	run(input, size);
	for (size_t n = 0; n < size && n < 4096; n++)
		run(input, n);
	for (uint32_t seed = 0; seed < mutations(); seed++)
		run(spoiled, spoil(seed * 7919, size));
	return 0;
}

static void report(unsigned nr, const char *path)
{
	const char *name = strrchr(path, '/');

	printf("%sok %u - %s\n", replay(path) < 0 ? "not " : "", nr, name ? name + 1 : path);
	fflush(stdout);
}

static int is_file(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static int corpus(void)
{
	const char *top = getenv("top_srcdir");
	struct dirent **files;
	char dir[512], path[1024];
	int n;

	snprintf(dir, sizeof(dir), "%s/tests/fuzz/corpus/%s", top ? top : TG_SRCDIR, FUZZ_TARGET);
	n = scandir(dir, &files, is_file, alphasort);
	if (n <= 0) {
		printf("1..1\nnot ok 1 - no corpus in %s\n", dir);
		return 1;
	}
	printf("1..%d\n", n);
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, files[i]->d_name);
		report((unsigned)i + 1, path);
		free(files[i]);
	}
	free(files);
	return 0;
}

int main(int argc, char **argv)
{
	signal(SIGABRT, on_abort);
	if (argc == 1)
		return corpus();
	printf("1..%d\n", argc - 1);
	for (int i = 1; i < argc; i++)
		report((unsigned)i, argv[i]);
	return 0;
}
