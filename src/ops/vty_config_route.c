/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vty_config_route: the configuration language: routes, and when the next choice of one is tried. */
#include <stdlib.h>
#include <string.h>

#include "ops/vty_config.h"
#include "ops/vty_internal.h"

#define NO_OPTION_STR "Take back, or back to the default\n"

static enum gw_side side_of(const char *word)
{
	if (strcmp(word, "any") == 0)
		return GW_SIDE_NONE;
	return strcmp(word, "trunk") == 0 ? GW_SIDE_TRUNK : GW_SIDE_SIP;
}

/* "any" for the empty prefix; NULL when it is none. */
static const char *prefix_of(struct vty *vty, const char *word)
{
	if (strcmp(word, "any") == 0)
		return "";
	if (ops_is_digits(word + (word[0] == '+'), GW_DIGITS_MAX))
		return word;
	ops_refuse(vty, "\"%s\" is no prefix; write digits, a + before them if need be, or any",
		   word);
	return NULL;
}

/* Which route: `trunk` "": of any. */
struct key {
	const char *prefix, *trunk;
	enum gw_side from;
	uint8_t choice;
};

static struct gw_route_cfg *route_find(struct gw_config *c, const struct key *k)
{
	for (unsigned i = 0; i < c->nr_routes; i++)
		if (c->route[i].from == k->from && c->route[i].choice == k->choice &&
		    strcmp(c->route[i].prefix, k->prefix) == 0 &&
		    strcmp(c->route[i].from_name, k->trunk) == 0)
			return &c->route[i];
	return NULL;
}

static struct gw_route_cfg *route_of(struct gw_config *c, const struct key *k)
{
	struct gw_route_cfg *r = route_find(c, k);

	return r ? r : gw_config_route_add(c);
}

/* way: to, name. */
static int set(struct vty *vty, struct key k, const char *way[], int strip, const char *prepend)
{
	struct gw_config *c = ops_edit(vty);
	struct gw_route_cfg *r;

	k.prefix = prefix_of(vty, k.prefix);
	if (!c || !k.prefix)
		return CMD_WARNING;
	if (strlen(way[1]) >= GW_NAME_MAX || strlen(k.trunk) >= GW_NAME_MAX)
		return ops_refuse(vty, "\"%s\" is too long for a name",
				  strlen(way[1]) >= GW_NAME_MAX ? way[1] : k.trunk);
	if (!ops_is_digits(prepend[0] ? prepend : "0", GW_DIGITS_MAX))
		return ops_refuse(vty, "\"%s\": %d digits at most can go before a number", prepend,
				  GW_DIGITS_MAX);
	r = route_of(c, &k);
	if (!r)
		return ops_refuse(vty, "there is room for %d routes", GW_MAX_ROUTES);
	*r = (struct gw_route_cfg){
		.from = k.from, .to = side_of(way[0]), .strip = (uint8_t)strip, .choice = k.choice
	};
	str_copyz(r->prefix, sizeof(r->prefix), str_of(k.prefix));
	str_copyz(r->from_name, sizeof(r->from_name), str_of(k.trunk));
	str_copyz(r->to_name, sizeof(r->to_name), str_of(way[1]));
	str_copyz(r->prepend, sizeof(r->prepend), str_of(prepend));
	return CMD_SUCCESS;
}

static int unset(struct vty *vty, struct key k)
{
	struct gw_config *c = ops_edit(vty);
	struct gw_route_cfg *r;

	k.prefix = prefix_of(vty, k.prefix);
	if (!c || !k.prefix)
		return CMD_WARNING;
	r = route_find(c, &k);
	if (!r)
		return ops_refuse(vty, "there is no such route");
	ops_remove(c->route, sizeof(c->route[0]), &c->nr_routes, (unsigned)(r - c->route));
	return CMD_SUCCESS;
}

static uint8_t choice_of(const char *word)
{
	return (uint8_t)(atoi(word) - 1);
}

static int set_route(struct vty *vty, const char *argv[], int strip, const char *prepend)
{
	const struct key k = { argv[0], "", side_of(argv[1]), 0 };

	return set(vty, k, argv + 2, strip, prepend);
}

static int set_other_route(struct vty *vty, const char *argv[], int strip, const char *prepend)
{
	const struct key k = { argv[0], "", side_of(argv[1]), choice_of(argv[2]) };

	return set(vty, k, argv + 3, strip, prepend);
}

/* From one trunk. */
static int set_its(struct vty *vty, const char *argv[], int strip, const char *prepend)
{
	const struct key k = { argv[0], argv[1], GW_SIDE_TRUNK, 0 };

	return set(vty, k, argv + 2, strip, prepend);
}

static int set_its_other(struct vty *vty, const char *argv[], int strip, const char *prepend)
{
	const struct key k = { argv[0], argv[1], GW_SIDE_TRUNK, choice_of(argv[2]) };

	return set(vty, k, argv + 3, strip, prepend);
}

#define WHERE_STR                                                           \
	"Where calls go: the longest prefix of the called number decides\n" \
	"First digits of the called number, or any\nWhere the call comes from\n"
#define SIDE_STR    "From SIP\nFrom a trunk\nFrom either\n"
#define ITS_STR	    "From a trunk\nFrom this one; goes before a route from any trunk with this prefix\n"
#define CHOICE_STR  "When the routes before it fail (route-advance)\nIts place\n"
#define WAY_STR	    "Where it goes\nA trunk\nA SIP peer\nIts name\n"
#define STRIP_STR   "Take digits off the front of the called number\nHow many\n"
#define PREPEND_STR "Put digits before the called number, after stripping\nDigits\n"

/* A route's command with its three longer forms. at: where the numbers after the two words of the
 * way stand in argv. */
#define DEFUN_ROUTE(name, set, at, cmd, help)                                              \
	DEFUN(name, name##_cmd, cmd, help)                                                 \
	{                                                                                  \
		return set(vty, argv, 0, "");                                              \
	}                                                                                  \
	DEFUN(name##_strip, name##_strip_cmd, cmd " strip <1-32>", help STRIP_STR)         \
	{                                                                                  \
		return set(vty, argv, atoi(argv[at]), "");                                 \
	}                                                                                  \
	DEFUN(name##_prepend, name##_prepend_cmd, cmd " prepend DIGITS", help PREPEND_STR) \
	{                                                                                  \
		return set(vty, argv, 0, argv[at]);                                        \
	}                                                                                  \
	DEFUN(name##_both, name##_both_cmd, cmd " strip <1-32> prepend DIGITS",            \
	      help STRIP_STR PREPEND_STR)                                                  \
	{                                                                                  \
		return set(vty, argv, atoi(argv[at]), argv[(at) + 1]);                     \
	}

DEFUN_ROUTE(cfg_route, set_route, 4, "route PREFIX from (sip|trunk|any) to (trunk|peer) NAME",
	    WHERE_STR SIDE_STR WAY_STR)
DEFUN_ROUTE(cfg_other, set_other_route, 5,
	    "route PREFIX from (sip|trunk|any) choice <2-8> to (trunk|peer) NAME",
	    WHERE_STR SIDE_STR CHOICE_STR WAY_STR)
DEFUN_ROUTE(cfg_its, set_its, 4, "route PREFIX from trunk NAME to (trunk|peer) NAME",
	    WHERE_STR ITS_STR WAY_STR)
DEFUN_ROUTE(cfg_its_other, set_its_other, 5,
	    "route PREFIX from trunk NAME choice <2-8> to (trunk|peer) NAME",
	    WHERE_STR ITS_STR CHOICE_STR WAY_STR)

#define ADVANCE_STR "Causes after which the next choice of a route is tried\n"

DEFUN(cfg_advance, cfg_advance_cmd, "route-advance .CAUSE",
      ADVANCE_STR "Q.850 causes; never 1, 16, 17, 18, 19, 21, 28\n")
{
	struct gw_config *c = ops_edit(vty);
	struct iw_cause_set set = { 0 };
	uint32_t cause;

	if (!c)
		return CMD_WARNING;
	for (int i = 0; i < argc; i++)
		if (!str_to_u32(str_of(argv[i]), &cause) || cause > 127 ||
		    iw_cause_add(&set, (uint8_t)cause) < 0)
			return ops_refuse(vty,
					  "\"%s\" is no cause to go on for: 2 to 127, but not 16, "
					  "17, 18, 19, 21 and 28",
					  argv[i]);
	c->advance = set;
	return CMD_SUCCESS;
}

DEFUN(cfg_no_advance, cfg_no_advance_cmd, "no route-advance", NO_OPTION_STR ADVANCE_STR)
{
	struct gw_config *c = ops_edit(vty);

	if (!c)
		return CMD_WARNING;
	c->advance = (struct iw_cause_set){ 0 };
	return CMD_SUCCESS;
}

#define NO_ROUTE_STR NO_OPTION_STR "A route\nIts prefix\nWhere the calls come from\n"

DEFUN(cfg_no_other, cfg_no_other_cmd, "no route PREFIX from (sip|trunk|any) choice <2-8>",
      NO_ROUTE_STR "SIP\nA trunk\nEither\nWhen the routes before it fail\nIts place\n")
{
	return unset(vty, (struct key){ argv[0], "", side_of(argv[1]), choice_of(argv[2]) });
}

DEFUN(cfg_no_route, cfg_no_route_cmd, "no route PREFIX from (sip|trunk|any)",
      NO_ROUTE_STR "SIP\nA trunk\nEither\n")
{
	return unset(vty, (struct key){ argv[0], "", side_of(argv[1]), 0 });
}

DEFUN(cfg_no_its, cfg_no_its_cmd, "no route PREFIX from trunk NAME",
      NO_ROUTE_STR "A trunk\nIts name\n")
{
	return unset(vty, (struct key){ argv[0], argv[1], GW_SIDE_TRUNK, 0 });
}

DEFUN(cfg_no_its_other, cfg_no_its_other_cmd, "no route PREFIX from trunk NAME choice <2-8>",
      NO_ROUTE_STR "A trunk\nIts name\nWhen the routes before it fail\nIts place\n")
{
	return unset(vty, (struct key){ argv[0], argv[1], GW_SIDE_TRUNK, choice_of(argv[2]) });
}

#define INSTALL_ROUTE(name)                                        \
	do {                                                       \
		install_element(CONFIG_NODE, &name##_cmd);         \
		install_element(CONFIG_NODE, &name##_strip_cmd);   \
		install_element(CONFIG_NODE, &name##_prepend_cmd); \
		install_element(CONFIG_NODE, &name##_both_cmd);    \
	} while (0)

void ops_vty_config_route_init(void)
{
	INSTALL_ROUTE(cfg_route);
	INSTALL_ROUTE(cfg_other);
	INSTALL_ROUTE(cfg_its);
	INSTALL_ROUTE(cfg_its_other);
	install_element(CONFIG_NODE, &cfg_no_other_cmd);
	install_element(CONFIG_NODE, &cfg_no_route_cmd);
	install_element(CONFIG_NODE, &cfg_no_its_cmd);
	install_element(CONFIG_NODE, &cfg_no_its_other_cmd);
	install_element(CONFIG_NODE, &cfg_advance_cmd);
	install_element(CONFIG_NODE, &cfg_no_advance_cmd);
}
