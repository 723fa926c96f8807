/* SPDX-License-Identifier: GPL-3.0-or-later */
/* main: options, configuration, then the wire runs until a signal ends it. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/lab.h"
#include "daemon/options.h"
#include "daemon/wire.h"
#include "io/file.h"
#include "ops/config_text.h"
#include "ops/log.h"
#include "ops/vty.h"

#define MAX_CONFIG (4 * 1024 * 1024)

struct start {
	struct options opt;
	const char *path; /* of the configuration; NULL: the lab's own */
};

/* Options go before what the file says. */
static void apply_options(struct gw_config *c, const struct options *o)
{
	if (o->has_sip)
		c->sip_bind = o->sip;
	if (o->has_vty)
		c->vty_bind = o->vty;
	if (o->has_rtp)
		c->rtp_bind = o->rtp;
	if (o->has_rtp_ports) {
		c->rtp_port_first = o->rtp_first;
		c->rtp_port_last = o->rtp_last;
	}
	if (o->rtp_buffer_ms)
		c->rtp_buffer_ms = o->rtp_buffer_ms;
	if (o->has_phone)
		for (unsigned i = 0; i < c->nr_peers; i++)
			if (strcmp(c->peer[i].name, "phone") == 0)
				c->peer[i].addr = o->phone;
}

static struct gw_config *config_of(struct mem *m, const char *name, struct str text)
{
	struct gw_config *c = gw_config_new(m);
	struct ops_config_error e;
	char line[600];

	if (!c) {
		fprintf(stderr, "trunkgate: out of memory\n");
		return NULL;
	}
	if (ops_config_parse(c, text, &e) == 0)
		return c;
	fprintf(stderr, "trunkgate: %s\n", ops_config_error_text(&e, name, line, sizeof(line)));
	mem_free(c->mem);
	return NULL;
}

/* NULL when it is bad, and one line on stderr says why. */
static struct gw_config *read_config(struct mem *m, const char *path)
{
	struct tg_diag diag = TG_DIAG_NONE;
	struct gw_config *c;
	struct str text;

	if (io_file_read(m, path, MAX_CONFIG, &text, &diag) < 0) {
		fprintf(stderr, "trunkgate: %s%s\n", diag.text,
			strcmp(path, TG_CONFIG_FILE) == 0
				? "; -c names another file, --lab needs none"
				: "");
		return NULL;
	}
	c = config_of(m, path, text);
	mem_drop((void *)(uintptr_t)text.p);
	return c;
}

/* Port 0, "any free one", comes from options only: the check is for files and refuses it. */
static int check(struct gw_config *c, struct tg_diag *diag)
{
	uint16_t sip = c->sip_bind.port, vty = c->vty_bind.port;
	int err;

	c->sip_bind.port = sip ? sip : 1;
	c->vty_bind.port = vty ? vty : 1;
	err = gw_config_check(c, diag);
	c->sip_bind.port = sip;
	c->vty_bind.port = vty;
	return err;
}

static struct gw_config *make_config(struct mem *m, void *self)
{
	const struct start *s = self;
	struct tg_diag diag = TG_DIAG_NONE;
	struct gw_config *c = s->path ? read_config(m, s->path)
				      : config_of(m, "lab", str_of(daemon_lab_config));

	if (!c)
		return NULL;
	apply_options(c, &s->opt);
	if (check(c, &diag) == 0)
		return c;
	fprintf(stderr, "trunkgate: with the options given: %s\n", diag.text);
	mem_free(c->mem);
	return NULL;
}

static void say_ready(const struct wire *w, bool lab)
{
	char sip[ADDR_TEXT_MAX], vty[ADDR_TEXT_MAX];

	printf("trunkgate%s: SIP %s VTY %s, ready\n", lab ? " lab" : "",
	       addr_print(wire_sip_local(w), sip), addr_print(wire_vty_local(w), vty));
	fflush(stdout);
}

static int run(struct mem *m, struct start *s)
{
	struct wire_cfg cfg = { .path = s->path,
				.lab = s->opt.lab,
				.wav = s->opt.wav,
				.reload = make_config,
				.self = s };
	struct tg_diag diag = TG_DIAG_NONE;
	struct gw_config *c = make_config(m, s);
	struct wire *w;
	int status;

	if (!c)
		return 1;
	cfg.config = c;
	w = wire_new(m, &cfg, &diag);
	mem_free(c->mem);
	if (!w) {
		fprintf(stderr, "trunkgate: %s\n", diag.text);
		return 1;
	}
	say_ready(w, s->opt.lab);
	status = wire_run(w);
	wire_free(w);
	return status;
}

static int test_config(struct mem *m, const char *path)
{
	struct gw_config *c = read_config(m, path);

	if (!c)
		return 1;
	printf("%s: configuration is good\n", path);
	return 0;
}

int main(int argc, char **argv)
{
	struct start s = { 0 };
	struct mem *m;
	int status;

	if (!options_parse(&s.opt, argc, argv, &status))
		return status;
	m = mem_root("trunkgate");
	if (!m || ops_log_init() < 0 || ops_vty_init(m, TG_VERSION) < 0) {
		fprintf(stderr, "trunkgate: out of memory\n");
		return 1;
	}
	ops_log_level(s.opt.level);
	ops_config_reader(io_file_read);
	s.path = s.opt.config;
	if (!s.path && !s.opt.lab)
		s.path = TG_CONFIG_FILE;
	status = s.opt.test ? test_config(m, s.opt.test) : run(m, &s);
	mem_free(m);
	return status;
}
