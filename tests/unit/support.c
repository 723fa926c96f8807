/* SPDX-License-Identifier: GPL-3.0-or-later */
/* support: see the header. A test program has one thread, so buffers here are static. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit/support.h"

#define TEXT_MAX   (256 * 1024)
#define TURNS	   8
#define OCTETS_MAX 4096
#define WALK_MAX   100000

/* A text that grows up to TEXT_MAX; more fails the test. */
struct text {
	char p[TEXT_MAX];
	size_t len;
};

static void add_line(void *ctx, const char *line)
{
	struct text *t = ctx;
	size_t len = strlen(line);

	if (len + 2 > sizeof(t->p) - t->len)
		fail_msg("text of more than %d octets", TEXT_MAX);
	memcpy(t->p + t->len, line, len);
	t->len += len;
	t->p[t->len++] = '\n';
	t->p[t->len] = '\0';
}

static void print_fault(void *ctx, const char *line)
{
	const struct fsm_def *def = ctx;

	print_error("%s: %s\n", def->name ? def->name : "?", line);
}

static FILE *open_golden(const char *file, const char *mode)
{
	char path[1024];
	FILE *f;

	snprintf(path, sizeof(path), "%s/tests/golden/%s", TG_SRCDIR, file);
	f = fopen(path, mode);
	if (!f)
		fail_msg("cannot open %s (TG_GOLDEN_UPDATE=1 writes it)", path);
	return f;
}

static void write_golden(struct str text, const char *file)
{
	FILE *f = open_golden(file, "w");

	assert_int_equal(fwrite(text.p, 1, text.len, f), text.len);
	assert_int_equal(fclose(f), 0);
}

void check_golden(struct str text, const char *file)
{
	static char want[TEXT_MAX];
	const char *update = getenv("TG_GOLDEN_UPDATE");
	size_t len;
	FILE *f;

	if (update && strcmp(update, "1") == 0) {
		write_golden(text, file);
		return;
	}
	f = open_golden(file, "r");
	len = fread(want, 1, sizeof(want), f);
	fclose(f);
	if (!str_eq(str_n(want, len), text))
		fail_msg("differs from tests/golden/%s; it is now:\n" STR_FMT, file, STR_ARG(text));
}

void check_fsm(const struct fsm_def *def, const char *golden)
{
	static struct text drawing;
	char file[128];

	assert_int_equal(fsm_check(def, print_fault, (void *)(uintptr_t)def), 0);
	drawing.len = 0;
	fsm_dot(def, add_line, &drawing);
	snprintf(file, sizeof(file), "%s.dot", golden);
	check_golden(str_n(drawing.p, drawing.len), file);
}

int walk_allocations(walk_fn *fn, void *ctx)
{
	size_t roots = mem_roots();

	for (int n = 1; n <= WALK_MAX; n++) {
		bool hit;

		mem_fail_after((uint64_t)n);
		fn(ctx);
		hit = mem_fail_hit();
		mem_fail_after(0);
		if (mem_roots() != roots)
			fail_msg("a root was not freed when allocation %d failed", n);
		if (!hit)
			return n - 1;
	}
	fail_msg("more than %d allocations", WALK_MAX);
	return -1;
}

static int hex_value(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);

	return c && at ? (int)(at - digits) : -1;
}

struct str octets_of(const char *hex)
{
	static uint8_t buf[TURNS][OCTETS_MAX];
	static unsigned int turn;
	uint8_t *to = buf[turn++ % TURNS];
	size_t n = 0;

	for (const char *p = hex; *p;) {
		if (strchr(" \t\n", *p)) {
			p++;
			continue;
		}
		if (n == OCTETS_MAX || hex_value(p[0]) < 0 || hex_value(p[1]) < 0)
			fail_msg("not hex, or more than %d octets: %s", OCTETS_MAX, hex);
		to[n++] = (uint8_t)(hex_value(p[0]) << 4 | hex_value(p[1]));
		p += 2;
	}
	return str_n(to, n);
}

const char *hex_of(struct str octets)
{
	static char buf[TURNS][3 * OCTETS_MAX + 1];
	static unsigned int turn;
	char *to = buf[turn++ % TURNS];
	size_t at = 0;

	if (octets.len > OCTETS_MAX)
		fail_msg("more than %d octets", OCTETS_MAX);
	to[0] = '\0';
	for (size_t i = 0; i < octets.len; i++)
		at += (size_t)sprintf(to + at, "%s%02x", i ? " " : "", (uint8_t)octets.p[i]);
	return to;
}

void support_str_equal(struct str got, struct str want, const char *file, int line)
{
	if (str_eq(got, want))
		return;
	print_error("got \"" STR_FMT "\", want \"" STR_FMT "\"\n", STR_ARG(got), STR_ARG(want));
	_fail(file, line);
}

static struct text captured;

static void capture_line(void *ctx, enum log_area area, enum log_level level, const char *line)
{
	char text[2048];

	snprintf(text, sizeof(text), "%s %s: %s", log_area_name(area), log_level_name(level), line);
	add_line(ctx, text);
}

void log_capture_start(void)
{
	captured.len = 0;
	captured.p[0] = '\0';
	log_set_sink(&(struct log_sink){ .line = capture_line, .ctx = &captured });
}

const char *log_capture_text(void)
{
	return captured.p;
}

bool log_captured(const char *part)
{
	return strstr(captured.p, part) != NULL;
}

void log_capture_stop(void)
{
	log_set_sink(NULL);
}
