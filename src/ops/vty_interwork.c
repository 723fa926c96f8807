/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vty_interwork: profiles of interworking: the operator's own in the configuration, the rows of any
 * of them, and which rows decided a call.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ops/vty_config.h"
#include "ops/vty_internal.h"

/* Configuration. ------------------------------------------------------------------------------ */
#define PROFILE_STR "Tables between SIP and ISUP, for peers to name\nIts name\n"

DEFUN(cfg_interworking, cfg_interworking_cmd, "interworking NAME", PROFILE_STR)
{
	struct gw_config *c = ops_edit(vty);
	struct iw_profile *p = c ? gw_config_profile_add(c, argv[0]) : NULL;

	if (!c)
		return CMD_WARNING;
	if (iw_base_find(argv[0]) >= 0)
		return ops_refuse(vty, "%s is built in; derive another one from it", argv[0]);
	if (!p)
		return ops_refuse(vty,
				  "\"%s\" is no name (letters, digits, '.', '_', '-'; %d at most), "
				  "or there are %d already",
				  argv[0], GW_NAME_MAX - 1, GW_MAX_PROFILES);
	vty->node = OPS_INTERWORKING_NODE;
	vty->index = (void *)(uintptr_t)(p - c->profile + 1);
	return CMD_SUCCESS;
}

DEFUN(cfg_no_interworking, cfg_no_interworking_cmd, "no interworking NAME",
      "Take away\n" PROFILE_STR)
{
	struct gw_config *c = ops_edit(vty);

	for (unsigned i = 0; c && i < c->nr_profiles; i++)
		if (strcmp(c->profile[i].name, argv[0]) == 0) {
			ops_remove(c->profile, sizeof(c->profile[0]), &c->nr_profiles, i);
			return CMD_SUCCESS;
		}
	return ops_refuse(vty, "there is no interworking %s of yours", argv[0]);
}

static struct iw_profile *profile_here(struct vty *vty)
{
	struct gw_config *c = ops_edit(vty);
	size_t at = (uintptr_t)vty->index - 1;

	if (c && at < c->nr_profiles)
		return &c->profile[at];
	ops_refuse(vty, "this interworking is gone");
	return NULL;
}

DEFUN(cfg_iw_from, cfg_iw_from_cmd, "from PROFILE",
      "What it is like but for its own rows\nrfc3398, q1912.5-a, q1912.5-b, sip-i or sip-t\n")
{
	struct iw_profile *p = profile_here(vty);
	int base = iw_base_find(argv[0]);

	if (!p)
		return CMD_WARNING;
	if (base < 0)
		return ops_refuse(vty,
				  "%s is not built in: rfc3398, q1912.5-a, q1912.5-b, sip-i, sip-t",
				  argv[0]);
	p->base = (uint8_t)base;
	return CMD_SUCCESS;
}

static int set_row(struct vty *vty, enum iw_table t, int key, int value)
{
	struct iw_profile *p = profile_here(vty);

	if (!p)
		return CMD_WARNING;
	if (iw_profile_set(p, t, (uint16_t)key, (uint16_t)value) < 0)
		return ops_refuse(vty, "there is room for %d rows of one's own", IW_MAX_CHANGES);
	return CMD_SUCCESS;
}

static int unset_row(struct vty *vty, enum iw_table t, int key, const char *name)
{
	struct iw_profile *p = profile_here(vty);

	if (!p)
		return CMD_WARNING;
	if (key < 0 || iw_profile_unset(p, t, (uint16_t)key) < 0)
		return ops_refuse(vty, "%s %s is not changed here", iw_table_names[t], name);
	return CMD_SUCCESS;
}

#define CAUSE_STR  "A Q.850 cause of a REL\nThe cause\n"
#define STATUS_STR "A final response of SIP\nThe status\n"
#define RULE_STR   "A single value\nIts name: 'show interworking rfc3398 rule' has them\n"
#define MAP_STR	   "A parameter that is carried over\nIts name: 'show interworking rfc3398 mapping'\n"

DEFUN(cfg_iw_cause, cfg_iw_cause_cmd, "cause <1-127> status <300-699>",
      CAUSE_STR "becomes this final response\nThe status\n")
{
	return set_row(vty, IW_TABLE_CAUSE, atoi(argv[0]), atoi(argv[1]));
}

DEFUN(cfg_iw_no_cause, cfg_iw_no_cause_cmd, "no cause <1-127>", "As in the base\n" CAUSE_STR)
{
	return unset_row(vty, IW_TABLE_CAUSE, atoi(argv[0]), argv[0]);
}

DEFUN(cfg_iw_status, cfg_iw_status_cmd, "status <300-699> cause <1-127>",
      STATUS_STR "becomes a REL with this Q.850 cause\nThe cause\n")
{
	return set_row(vty, IW_TABLE_STATUS, atoi(argv[0]), atoi(argv[1]));
}

DEFUN(cfg_iw_no_status, cfg_iw_no_status_cmd, "no status <300-699>", "As in the base\n" STATUS_STR)
{
	return unset_row(vty, IW_TABLE_STATUS, atoi(argv[0]), argv[0]);
}

static int refuse_value(struct vty *vty, const struct iw_rule_row *r, const char *word)
{
	char words[160] = "";
	size_t len = 0;

	for (int i = 0; r->words && r->words[i] && len < sizeof(words); i++)
		len += (size_t)snprintf(words + len, sizeof(words) - len, " %s", r->words[i]);
	if (!r->words)
		snprintf(words, sizeof(words), " %u to %u", r->min, r->max);
	return ops_refuse(vty, "rule %s has no value \"%s\"; here goes:%s", r->name, word, words);
}

DEFUN(cfg_iw_rule, cfg_iw_rule_cmd, "rule NAME VALUE", RULE_STR "Its value\n")
{
	int rule = iw_rule_find(argv[0]), value;

	if (rule < 0)
		return ops_refuse(vty, "there is no rule %s", argv[0]);
	value = iw_rule_value((enum iw_rule)rule, argv[1]);
	if (value < 0)
		return refuse_value(vty, &iw_rule_rows[rule], argv[1]);
	return set_row(vty, IW_TABLE_RULE, rule, value);
}

DEFUN(cfg_iw_no_rule, cfg_iw_no_rule_cmd, "no rule NAME", "As in the base\n" RULE_STR)
{
	return unset_row(vty, IW_TABLE_RULE, iw_rule_find(argv[0]), argv[0]);
}

DEFUN(cfg_iw_map, cfg_iw_map_cmd, "mapping NAME (on|off)",
      MAP_STR "It is carried over\nIt is left out\n")
{
	int map = iw_map_find(argv[0]);

	if (map < 0)
		return ops_refuse(vty, "there is no mapping %s", argv[0]);
	return set_row(vty, IW_TABLE_MAP, map, strcmp(argv[1], "on") == 0);
}

DEFUN(cfg_iw_no_map, cfg_iw_no_map_cmd, "no mapping NAME", "As in the base\n" MAP_STR)
{
	return unset_row(vty, IW_TABLE_MAP, iw_map_find(argv[0]), argv[0]);
}

#define PEER_STR "The tables between SIP and ISUP\n"

DEFUN(cfg_peer_interworking, cfg_peer_interworking_cmd, "interworking NAME",
      PEER_STR "rfc3398, q1912.5-a, q1912.5-b, sip-i, sip-t, or an interworking of yours\n")
{
	struct gw_peer_cfg *p = ops_peer_here(vty);
	struct iw_profile found;

	if (!p)
		return CMD_WARNING;
	if (!gw_config_profile_find(ops_edit(vty), argv[0], &found))
		return ops_refuse(vty, "there is no interworking %s; peers come behind theirs",
				  argv[0]);
	str_copyz(p->interworking, sizeof(p->interworking), str_of(argv[0]));
	return CMD_SUCCESS;
}

DEFUN(cfg_peer_no_interworking, cfg_peer_no_interworking_cmd, "no interworking",
      "Back to rfc3398\n" PEER_STR)
{
	struct gw_peer_cfg *p = ops_peer_here(vty);

	if (!p)
		return CMD_WARNING;
	p->interworking[0] = '\0';
	return CMD_SUCCESS;
}

/* Show. --------------------------------------------------------------------------------------- */
static void source_out(struct vty *vty, const struct iw_row *r)
{
	vty_out(vty, "%s%s%s", r->source.clause,
		r->source.unchecked ? ", not checked against the ITU text" : "", VTY_NEWLINE);
}

static void cause_out(struct vty *vty, const struct iw_row *r)
{
	char key[8] = "others", status[8] = "none", more[64] = "";

	if (r->key)
		snprintf(key, sizeof(key), "%u", r->key);
	if (r->value || r->value_if_none)
		snprintf(status, sizeof(status), "%u", r->value ? r->value : r->value_if_none);
	if (r->value_user)
		snprintf(more, sizeof(more), " (%u from the user)", r->value_user);
	if (r->value_diagnostic)
		snprintf(more, sizeof(more), " (%u with a new number)", r->value_diagnostic);
	vty_out(vty, " cause %-6s status %s%s  ", key, status, more);
	source_out(vty, r);
}

static void status_out(struct vty *vty, const struct iw_row *r)
{
	char key[8] = "others", cause[16] = "none";

	if (r->key)
		snprintf(key, sizeof(key), "%u", r->key);
	if (r->value)
		snprintf(cause, sizeof(cause), "%u", r->value);
	vty_out(vty, " status %-6s cause %s  ", key, r->warning ? "by its Warning" : cause);
	source_out(vty, r);
}

static void row_out(struct vty *vty, enum iw_table t, const struct iw_row *r)
{
	const struct iw_map_row *m = &iw_map_rows[t == IW_TABLE_MAP ? r->key : 0];
	char buf[IW_WORD_MAX];

	if (t == IW_TABLE_CAUSE) {
		cause_out(vty, r);
	} else if (t == IW_TABLE_STATUS) {
		status_out(vty, r);
	} else if (t == IW_TABLE_RULE) {
		vty_out(vty, " rule %-20s %-12s ", iw_rule_rows[r->key].name,
			iw_rule_word((enum iw_rule)r->key, r->value, buf));
		source_out(vty, r);
	} else {
		vty_out(vty, " mapping %-14s %-3s %s %s %s  ", m->name, r->value ? "on" : "off",
			m->isup,
			m->direction == IW_BOTH	    ? "<->"
			: m->direction == IW_TO_SIP ? "->"
						    : "<-",
			m->sip);
		source_out(vty, r);
	}
}

static int show(struct vty *vty, const char *name, const char *table)
{
	const struct gw_config *c = ops_state.act.running(ops_state.act.self);
	struct iw_profile p;
	struct iw_row row;

	if (!gw_config_profile_find(c, name, &p))
		return ops_refuse(vty, "there is no interworking %s", name);
	vty_out(vty, "interworking %s, from %s%s", p.name, iw_base_names[p.base], VTY_NEWLINE);
	for (int t = 0; t < IW_NR_TABLES; t++)
		for (unsigned pos = 0; !table || strcmp(table, iw_table_names[t]) == 0;) {
			if (!iw_profile_walk(&p, (enum iw_table)t, &pos, &row))
				break;
			row_out(vty, (enum iw_table)t, &row);
		}
	return CMD_SUCCESS;
}

#define SHOW_IW_STR SHOW_STR "The tables between SIP and ISUP\nA profile\n"

DEFUN(show_interworking, show_interworking_cmd, "show interworking PROFILE", SHOW_IW_STR)
{
	return show(vty, argv[0], NULL);
}

DEFUN(show_interworking_table, show_interworking_table_cmd,
      "show interworking PROFILE (cause|status|rule|mapping)",
      SHOW_IW_STR "Causes to statuses\nStatuses to causes\nSingle values\nWhat is carried over\n")
{
	return show(vty, argv[0], argv[1]);
}

DEFUN(explain_call, explain_call_cmd, "explain call <1-4294967295>",
      "Which row of which table decided what was mapped\nOne call\nIts number\n")
{
	uint32_t nr = (uint32_t)strtoul(argv[0], NULL, 10);
	unsigned pos = 0, lost = 0;
	struct iw_explained row;
	struct gw_call_info i;
	char text[320];

	if (!gw_call_find(ops_state.gw, nr, &i))
		return ops_refuse(vty, "there is no call %u (any more)", nr);
	while (gw_explain_walk(ops_state.gw, nr, &pos, &row, &lost))
		vty_out(vty, " leg %u %s%s", row.leg, iw_explained_print(&row, text, sizeof(text)),
			VTY_NEWLINE);
	if (!pos)
		vty_out(vty, " nothing was mapped%s", VTY_NEWLINE);
	if (lost)
		vty_out(vty, " and %u more%s", lost, VTY_NEWLINE);
	return CMD_SUCCESS;
}

void ops_vty_interwork_init(void)
{
	install_element(CONFIG_NODE, &cfg_interworking_cmd);
	install_element(CONFIG_NODE, &cfg_no_interworking_cmd);
	install_element(OPS_INTERWORKING_NODE, &cfg_iw_from_cmd);
	install_element(OPS_INTERWORKING_NODE, &cfg_iw_cause_cmd);
	install_element(OPS_INTERWORKING_NODE, &cfg_iw_no_cause_cmd);
	install_element(OPS_INTERWORKING_NODE, &cfg_iw_status_cmd);
	install_element(OPS_INTERWORKING_NODE, &cfg_iw_no_status_cmd);
	install_element(OPS_INTERWORKING_NODE, &cfg_iw_rule_cmd);
	install_element(OPS_INTERWORKING_NODE, &cfg_iw_no_rule_cmd);
	install_element(OPS_INTERWORKING_NODE, &cfg_iw_map_cmd);
	install_element(OPS_INTERWORKING_NODE, &cfg_iw_no_map_cmd);
	install_element(OPS_PEER_NODE, &cfg_peer_interworking_cmd);
	install_element(OPS_PEER_NODE, &cfg_peer_no_interworking_cmd);
	install_element_ve(&show_interworking_cmd);
	install_element_ve(&show_interworking_table_cmd);
	install_element_ve(&explain_call_cmd);
}
