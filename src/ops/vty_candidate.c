/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vty_candidate: the candidate configuration: showing, checking, committing, dropping it, and
 * writing the running one to its file. */
#include <string.h>

#include "ops/vty_internal.h"

#define FILE_MAX (256 * 1024)
#define HEAD	 "! trunkgate configuration; see trunkgate(8)"

static const struct gw_config *running(void)
{
	return ops_state.act.running(ops_state.act.self);
}

DEFUN(show_running, show_running_cmd, "show running-config",
      SHOW_STR "The configuration that new calls use\n")
{
	ops_config_print(running(), ops_vty_line, vty);
	return CMD_SUCCESS;
}

DEFUN(show_candidate, show_candidate_cmd, "show candidate",
      SHOW_STR "The configuration that is being edited\n")
{
	if (!ops_state.candidate)
		vty_out(vty, "nothing is changed%s", VTY_NEWLINE);
	else
		ops_config_print(ops_state.candidate, ops_vty_line, vty);
	return CMD_SUCCESS;
}

static void drop(struct vty *vty)
{
	mem_free(ops_state.candidate->mem);
	ops_state.candidate = NULL;
	if (vty->node > CONFIG_NODE) {
		vty->node = CONFIG_NODE;
		vty->index = NULL;
	}
}

DEFUN(commit, commit_cmd, "commit", "Check the changed configuration and use it from now on\n")
{
	struct tg_diag diag = TG_DIAG_NONE;
	int err;

	if (!ops_state.candidate)
		return ops_refuse(vty, "nothing is changed");
	err = ops_config_variants_read(ops_state.candidate, &diag);
	if (err == 0)
		err = gw_config_check(ops_state.candidate, &diag);
	if (err < 0)
		return ops_refuse(vty, "not used: %s", diag.text);
	err = ops_state.act.commit(ops_state.act.self, ops_state.candidate, &diag);
	if (err == TG_ENOTSUP)
		return ops_refuse(vty, "not used: %s (write it to the file and start again)",
				  diag.text);
	if (err < 0)
		return ops_refuse(vty, "not used: %s", diag.text[0] ? diag.text : tg_strerror(err));
	drop(vty);
	vty_out(vty, "in use for calls from now on; 'write' keeps it%s", VTY_NEWLINE);
	return CMD_SUCCESS;
}

DEFUN(abort_config, abort_config_cmd, "abort", "Forget the changes\n")
{
	if (!ops_state.candidate)
		return ops_refuse(vty, "nothing is changed");
	drop(vty);
	vty_out(vty, "changes forgotten%s", VTY_NEWLINE);
	return CMD_SUCCESS;
}

/* Lines put together in one chunk. */
struct text {
	char *p;
	size_t len;
	bool full;
};

static void add_line(void *ctx, const char *line)
{
	struct text *t = ctx;
	size_t len = strlen(line);

	if (len + 1 > FILE_MAX - t->len) {
		t->full = true;
		return;
	}
	memcpy(t->p + t->len, line, len);
	t->len += len;
	t->p[t->len++] = '\n';
}

static int write_to(struct vty *vty, const struct gw_config *c, const char *path)
{
	struct text t = { .p = mem_alloc(ops_state.mem, FILE_MAX) };
	struct tg_diag diag = TG_DIAG_NONE;
	int err;

	if (!t.p)
		return ops_refuse(vty, "out of memory");
	add_line(&t, HEAD);
	ops_config_print(c, add_line, &t);
	err = t.full ? tg_fail(&diag, TG_ELIMIT, 0, "", "too long for a file")
		     : ops_state.act.write_file(path, str_n(t.p, t.len), &diag);
	mem_drop(t.p);
	if (err < 0)
		return ops_refuse(vty, "not written: %s", diag.text);
	vty_out(vty, "written to %s%s", path, VTY_NEWLINE);
	return CMD_SUCCESS;
}

#define WRITE_STR "Write the running configuration\n"

DEFUN(write_file, write_file_cmd, "write file", WRITE_STR "To the file it was read from\n")
{
	if (!ops_state.path)
		return ops_refuse(vty, "there is no configuration file; give one: write file PATH");
	return write_to(vty, running(), ops_state.path);
}
ALIAS(write_file, write_cmd, "write", WRITE_STR)

DEFUN(write_file_path, write_file_path_cmd, "write file PATH", WRITE_STR "To a file\nIts path\n")
{
	return write_to(vty, running(), argv[0]);
}

DEFUN(write_candidate, write_candidate_cmd, "write candidate PATH",
      "Write a configuration\nThe one that is being edited\nTo this file\n")
{
	if (!ops_state.candidate)
		return ops_refuse(vty, "nothing is changed");
	return write_to(vty, ops_state.candidate, argv[0]);
}

ALIAS(show_running, write_terminal_cmd, "write terminal", WRITE_STR "Here\n")

void ops_vty_candidate_init(void)
{
	static struct cmd_element *const writes[] = { &write_cmd, &write_file_cmd,
						      &write_file_path_cmd, &write_terminal_cmd,
						      &write_candidate_cmd };

	install_element_ve(&show_running_cmd);
	install_element_ve(&show_candidate_cmd);
	ops_install_config(&show_running_cmd);
	ops_install_config(&show_candidate_cmd);
	ops_install_config(&commit_cmd);
	ops_install_config(&abort_config_cmd);
	for (size_t i = 0; i < sizeof(writes) / sizeof(writes[0]); i++) {
		install_element(ENABLE_NODE, writes[i]);
		ops_install_config(writes[i]);
	}
}
