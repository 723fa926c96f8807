/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ladder: each line starts as the three bars; an arrow or a note is written over it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ops/ladder.h"

#define BAR_LEFT   10
#define BAR_MIDDLE 54
#define BAR_RIGHT  98

struct canvas {
	char line[OPS_LADDER_WIDTH + 1];
	ops_line_fn *say;
	void *ctx;
	bool legs_swapped; /* leg 0 stands on the right */
	tick_t start;
};

static void bars(struct canvas *c)
{
	memset(c->line, ' ', OPS_LADDER_WIDTH);
	c->line[OPS_LADDER_WIDTH] = '\0';
	c->line[BAR_LEFT] = c->line[BAR_MIDDLE] = c->line[BAR_RIGHT] = '|';
}

/* Text at a column, cut at `end`; what a terminal could take for a command is a dot. */
static void put(struct canvas *c, int column, int end, const char *text)
{
	for (; *text && column < end; text++, column++)
		c->line[column] = *text >= ' ' && *text < 0x7f ? *text : '.';
}

static void put_centred(struct canvas *c, int middle, int begin, int end, const char *text)
{
	int column = middle - (int)strlen(text) / 2;

	put(c, column < begin ? begin : column, end, text);
}

static void say(struct canvas *c)
{
	size_t len = strlen(c->line);

	while (len && c->line[len - 1] == ' ')
		c->line[--len] = '\0';
	c->say(c->ctx, c->line);
}

static void put_time(struct canvas *c, tick_t at)
{
	char text[24];

	snprintf(text, sizeof(text), "%8" PRId64, tick_diff_us(at, c->start) / 1000);
	put(c, 0, BAR_LEFT, text);
}

/* "label text" in one, as far as it goes. */
static void describe(const struct gw_log_line *l, char *buf, size_t size)
{
	snprintf(buf, size, "%s%s%s", l->label, l->text[0] ? " " : "", l->text);
}

/* SIP's texts begin with the address, which stands above already; of the others one that does not
 * fit is left out whole. `show log` has them all. */
static void draw_arrow(struct canvas *c, const struct gw_log_line *l)
{
	bool left = (l->leg == 0) != c->legs_swapped;
	int begin = (left ? BAR_LEFT : BAR_MIDDLE) + 1, end = left ? BAR_MIDDLE : BAR_RIGHT;
	bool rightward = left != l->out;
	size_t room = (size_t)(end - begin) - 6; /* two strokes and a space at each end */
	char label[200], text[200];

	describe(l, text, sizeof(text));
	snprintf(label, sizeof(label), " %.*s ", (int)room,
		 l->kind != GW_LOG_SIP && strlen(text) <= room ? text : l->label);
	memset(c->line + begin, '-', (size_t)(end - begin));
	c->line[rightward ? end - 1 : begin] = rightward ? '>' : '<';
	put_centred(c, (begin + end) / 2, begin, end, label);
}

static void draw_note(struct canvas *c, const struct gw_log_line *l)
{
	char text[200];

	describe(l, text, sizeof(text));
	c->line[BAR_MIDDLE] = ' ';
	put(c, BAR_LEFT + 3, BAR_RIGHT - 1, "* ");
	put(c, BAR_LEFT + 5, BAR_RIGHT - 1, text);
	if (strlen(text) < BAR_MIDDLE - BAR_LEFT - 6)
		c->line[BAR_MIDDLE] = '|';
}

static void name_leg(const struct gw_leg_info *leg, char *buf, size_t size)
{
	if (leg->side == GW_SIDE_TRUNK && leg->cic)
		snprintf(buf, size, "trunk %s CIC %u", leg->name, leg->cic);
	else if (leg->side == GW_SIDE_TRUNK)
		snprintf(buf, size, "trunk %s", leg->name);
	else if (leg->side == GW_SIDE_SIP)
		snprintf(buf, size, "SIP %s", leg->name);
	else
		snprintf(buf, size, "-");
}

static void draw_head(struct canvas *c, const struct gw_call_info *info)
{
	const struct gw_leg_info *left = &info->leg[c->legs_swapped ? 1 : 0];
	const struct gw_leg_info *right = &info->leg[c->legs_swapped ? 0 : 1];
	char text[80];
	int column;

	memset(c->line, ' ', OPS_LADDER_WIDTH);
	put(c, 6, BAR_LEFT, "ms");
	name_leg(left, text, sizeof(text));
	put(c, BAR_LEFT, BAR_MIDDLE - 6, text);
	put_centred(c, BAR_MIDDLE, BAR_LEFT, BAR_RIGHT, "trunkgate");
	name_leg(right, text, sizeof(text));
	column = BAR_RIGHT + 1 - (int)strlen(text);
	put(c, column < BAR_MIDDLE + 6 ? BAR_MIDDLE + 6 : column, OPS_LADDER_WIDTH, text);
	say(c);
	bars(c);
	say(c);
}

void ops_ladder(const struct gw_call_info *info, ops_log_next_fn *next, void *ctx,
		ops_line_fn *say_line, void *say_ctx)
{
	struct canvas c = { .say = say_line, .ctx = say_ctx };
	struct gw_log_line l;
	unsigned pos = 0;
	bool first = true;

	c.legs_swapped = info->leg[0].side == GW_SIDE_TRUNK && info->leg[1].side != GW_SIDE_TRUNK;
	draw_head(&c, info);
	while (next(ctx, &pos, &l)) {
		if (first)
			c.start = l.at;
		first = false;
		bars(&c);
		put_time(&c, l.at);
		if (l.kind == GW_LOG_SIP || l.kind == GW_LOG_ISUP)
			draw_arrow(&c, &l);
		else
			draw_note(&c, &l);
		say(&c);
	}
}
