/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * config_parse: reads a text line by line through the VTY's commands. A line that is indented more
 * than the one that opened a node belongs to that node. When no command fits, libosmovty's help
 * is asked which word does not fit and what could stand there instead.
 */
#include <stdio.h>
#include <string.h>

#include <osmocom/vty/buffer.h>

#include "ops/vty_internal.h"

#define MAX_DEPTH 4
#define MAX_LINE  512

struct level {
	int node, indent;
	void *index;
};

struct reader {
	struct vty *vty;
	unsigned depth;
	struct level level[MAX_DEPTH]; /* what was left for the node below */
	struct ops_config_error *error;
};

/* First words of commands that are for a terminal only, not for a file. */
static bool is_terminal_word(const char *word)
{
	static const char *const words[] = { "help",   "list",	"show",	    "exit", "end", "write",
					     "commit", "abort", "terminal", "echo", "who" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return false;
}

/* What may come after the first `nr` words; false when they fit nothing. */
static bool describe(struct vty *vty, vector words, unsigned nr, char *buf, size_t size)
{
	vector part = vector_init(nr + 1), found;
	int status = CMD_ERR_NO_MATCH;
	size_t len = 0;

	buf[0] = '\0';
	for (unsigned i = 0; i < nr; i++)
		vector_set(part, vector_slot(words, i));
	vector_set(part, NULL);
	found = cmd_describe_command(part, vty, &status);
	vector_free(part);
	if (status != CMD_SUCCESS || !found)
		return false;
	for (unsigned i = 0; i < vector_active(found); i++) {
		const struct desc *d = vector_slot(found, i);

		if (d && len < size && (nr || !is_terminal_word(d->cmd)))
			len += (size_t)snprintf(buf + len, size - len, " %s",
						strcmp(d->cmd, "<cr>") ? d->cmd : "nothing");
	}
	vector_free(found);
	return true;
}

static void explain_no_match(struct reader *r, vector words)
{
	char fits[200] = "", next[200];
	unsigned nr = 0;

	while (nr <= vector_active(words) && describe(r->vty, words, nr, next, sizeof(next))) {
		memcpy(fits, next, sizeof(fits));
		nr++;
	}
	if (!nr || nr > vector_active(words))
		snprintf(r->error->reason, sizeof(r->error->reason), "no such option here");
	else
		snprintf(r->error->reason, sizeof(r->error->reason),
			 "\"%.60s\" does not fit; here goes:%s",
			 (const char *)vector_slot(words, nr - 1), fits);
}

static void explain(struct reader *r, vector words, int status)
{
	char *reason = r->error->reason, next[200];
	size_t size = sizeof(r->error->reason);

	switch (status) {
	case CMD_WARNING:
		snprintf(reason, size, "%s",
			 ops_state.reason[0] ? ops_state.reason : "not accepted");
		break;
	case CMD_ERR_INCOMPLETE:
		describe(r->vty, words, vector_active(words), next, sizeof(next));
		snprintf(reason, size, "something is missing; next goes:%s", next);
		break;
	case CMD_ERR_AMBIGUOUS:
		snprintf(reason, size, "a word is cut too short");
		break;
	default:
		explain_no_match(r, words);
	}
}

/* Back to the node that a line with this indentation belongs to. */
static void leave_nodes(struct reader *r, int indent)
{
	while (r->depth && indent <= r->level[r->depth - 1].indent) {
		r->depth--;
		r->vty->node = r->level[r->depth].node;
		r->vty->index = r->level[r->depth].index;
	}
}

static int run_line(struct reader *r, const char *line)
{
	struct level here = { .indent = (int)strspn(line, " \t") };
	vector words = cmd_make_strvec(line);
	int status;

	if (!words)
		return CMD_SUCCESS; /* empty or a comment */
	leave_nodes(r, here.indent);
	here.node = r->vty->node;
	here.index = r->vty->index;
	ops_state.reason[0] = '\0';
	if (!r->depth && here.indent) {
		snprintf(r->error->reason, sizeof(r->error->reason),
			 "indented, but no line above opens a section");
		status = CMD_ERR_INVALID_INDENT;
	} else if (is_terminal_word(vector_slot(words, 0))) {
		snprintf(r->error->reason, sizeof(r->error->reason),
			 "a command for the terminal, not for a file");
		status = CMD_ERR_NO_MATCH;
	} else {
		status = cmd_execute_command_strict(words, r->vty, NULL);
		if (status != CMD_SUCCESS)
			explain(r, words, status);
	}
	if (status == CMD_SUCCESS && r->vty->node != here.node && r->depth < MAX_DEPTH)
		r->level[r->depth++] = here;
	cmd_free_strvec(words);
	return status;
}

static int read_lines(struct reader *r, struct str text)
{
	char line[MAX_LINE];
	struct str one;

	for (r->error->line = 1; text.len; r->error->line++) {
		text = str_split(text, '\n', &one);
		if (one.len && one.p[one.len - 1] == '\r')
			one.len--;
		str_copyz(r->error->text, sizeof(r->error->text), str_trim(one));
		if (memchr(one.p ? one.p : "", '\0', one.len) ||
		    !str_copyz(line, sizeof(line), one)) {
			snprintf(r->error->reason, sizeof(r->error->reason),
				 "longer than %d characters, or no text", MAX_LINE - 1);
			return TG_EINVAL;
		}
		if (run_line(r, line) != CMD_SUCCESS)
			return TG_EINVAL;
	}
	return TG_OK;
}

static int check_whole(const struct gw_config *c, struct ops_config_error *error)
{
	struct tg_diag diag = TG_DIAG_NONE;
	int err = gw_config_check(c, &diag);

	error->line = 0;
	error->text[0] = '\0';
	snprintf(error->reason, sizeof(error->reason), "%s", err < 0 ? diag.text : "");
	return err;
}

int ops_config_parse(struct gw_config *c, struct str text, struct ops_config_error *error)
{
	struct reader r = { .vty = vty_new(), .error = error };
	int err;

	*error = (struct ops_config_error){ 0 };
	if (!r.vty) {
		snprintf(error->reason, sizeof(error->reason), "out of memory");
		return TG_ENOMEM;
	}
	r.vty->type = VTY_FILE;
	r.vty->node = CONFIG_NODE;
	ops_state.parsing = c;
	err = read_lines(&r, text);
	ops_state.parsing = NULL;
	buffer_reset(r.vty->obuf);
	vty_close(r.vty);
	return err < 0 ? err : check_whole(c, error);
}

const char *ops_config_error_text(const struct ops_config_error *e, const char *file, char *buf,
				  size_t size)
{
	if (e->line)
		snprintf(buf, size, "%s:%u: \"%s\": %s", file, e->line, e->text, e->reason);
	else
		snprintf(buf, size, "%s: %s", file, e->reason);
	return buf;
}
