/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Variants from text: statements, one function each, then what must hold for the whole. */
#include <stdio.h>
#include <string.h>

#include "isup/print.h"
#include "isup/variant_file.h"

#define MAX_WORDS  40
#define MAX_FIELDS 24
#define CODES	   256

struct word {
	struct str text;
	bool quoted;
};

struct parse {
	struct mem *mem;
	struct isup_variant *v;
	struct isup_msg_row *msgs;
	struct isup_param_row *params;
	uint16_t msg_line[CODES], param_line[CODES]; /* where each was given */
	struct word word[MAX_WORDS];		     /* of the line */
	unsigned nr, at;
	struct isup_variant_error *e;
};

static int fault(struct parse *p, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static int fault(struct parse *p, int err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(p->e->text, sizeof(p->e->text), fmt, ap);
	va_end(ap);
	p->e->err = err;
	return err;
}

static int no_memory(struct parse *p)
{
	return fault(p, TG_ENOMEM, "no memory");
}

/* Words. ------------------------------------------------------------------------------------- */
static int split(struct parse *p, struct str line)
{
	p->nr = p->at = 0;
	for (line = str_trim(line); line.len && line.p[0] != '#'; line = str_trim(line)) {
		bool quoted = line.p[0] == '"';
		size_t len = 0;
		if (p->nr == MAX_WORDS)
			return fault(p, TG_EINVAL, "more than %d words", MAX_WORDS);
		line = str_from(line, quoted);
		while (len < line.len &&
		       (quoted ? line.p[len] != '"' : line.p[len] != ' ' && line.p[len] != '\t'))
			len++;
		if (quoted && len == line.len)
			return fault(p, TG_EINVAL, "a quote is not closed");
		p->word[p->nr++] = (struct word){ str_n(line.p, len), quoted };
		line = str_from(line, len + quoted);
	}
	return 0;
}

static bool at_end(const struct parse *p)
{
	return p->at == p->nr;
}

/* The next word; empty at the end. */
static struct str next(struct parse *p)
{
	return at_end(p) ? str_n("", 0) : p->word[p->at++].text;
}

static bool next_is(struct parse *p, const char *word)
{
	if (at_end(p) || p->word[p->at].quoted || !str_eq(p->word[p->at].text, str_of(word)))
		return false;
	p->at++;
	return true;
}

static int no_more(struct parse *p)
{
	return at_end(p) ? 0
			 : fault(p, TG_EINVAL, "'" STR_FMT "' is not expected here",
				 STR_ARG(p->word[p->at].text));
}

/* "0x1d" or "29". */
static bool to_number(struct str s, uint32_t *v)
{
	uint32_t sum = 0;

	if (!str_starts(s, STR("0x")))
		return str_to_u32(s, v);
	s = str_from(s, 2);
	if (!s.len || s.len > 4)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		static const char digits[] = "0123456789abcdef0123456789ABCDEF";
		const char *d = s.p[i] ? strchr(digits, s.p[i]) : NULL;
		if (!d)
			return false;
		sum = sum * 16 + (uint32_t)((d - digits) % 16);
	}
	*v = sum;
	return true;
}

static int number(struct parse *p, const char *what, uint32_t min, uint32_t max, uint32_t *v)
{
	struct str s = next(p);

	if (!to_number(s, v) || *v < min || *v > max)
		return fault(p, TG_EINVAL, "%s is '" STR_FMT "', not %u to %u", what, STR_ARG(s),
			     min, max);
	return 0;
}

/* Where it stands in `words`. */
static int choice(struct parse *p, const char *what, const char *const *words, unsigned nr)
{
	struct str s = next(p);

	for (unsigned i = 0; i < nr; i++)
		if (str_eq(s, str_of(words[i])))
			return (int)i;
	return fault(p, TG_EINVAL, "%s is '" STR_FMT "', which is none", what, STR_ARG(s));
}
#define CHOICE(p, what, words) choice(p, what, words, sizeof(words) / sizeof((words)[0]))

static int name(struct parse *p, const char *what, size_t max, const char **out)
{
	struct str s = next(p), copy;

	if (!s.len || s.len > max)
		return fault(p, TG_EINVAL, "%s is empty or longer than %zu", what, max);
	copy = mem_keep(p->mem, s);
	*out = copy.p;
	return copy.p ? 0 : no_memory(p);
}

/* The code of a parameter that there is. */
static int param(struct parse *p, uint8_t *code)
{
	struct str s = next(p);
	uint32_t v;

	if (to_number(s, &v) && v > 0 && v < CODES && isup_param_row(p->v, (uint8_t)v)) {
		*code = (uint8_t)v;
		return 0;
	}
	for (unsigned c = 1; c < CODES; c++) {
		const struct isup_param_row *row = isup_param_row(p->v, (uint8_t)c);
		if (row && str_eq(s, str_of(row->name))) {
			*code = (uint8_t)c;
			return 0;
		}
	}
	return fault(p, TG_EINVAL, "there is no parameter '" STR_FMT "'", STR_ARG(s));
}

static bool find_msg(const struct parse *p, struct str abbr, uint8_t *type)
{
	for (unsigned t = 1; t < CODES; t++) {
		const struct isup_msg_row *row = isup_msg_row(p->v, (uint8_t)t);
		if (row && str_eq(abbr, str_of(row->abbr))) {
			*type = (uint8_t)t;
			return true;
		}
	}
	return false;
}

/* Messages. ---------------------------------------------------------------------------------- */
static int msg_type(struct parse *p, uint8_t *type)
{
	struct str s = next(p);
	uint32_t v;

	if (find_msg(p, s, type))
		return 0;
	if (!to_number(s, &v) || v == 0 || v >= CODES)
		return fault(p, TG_EINVAL, "there is no message '" STR_FMT "'", STR_ARG(s));
	*type = (uint8_t)v;
	return 0;
}

static bool is_list_end(const struct parse *p)
{
	static const char *const words[] = { "abbr",	 "name",	"fixed", "variable",
					     "optional", "no-optional", "raw" };

	for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]) && !at_end(p); i++)
		if (!p->word[p->at].quoted && str_eq(p->word[p->at].text, str_of(words[i])))
			return true;
	return at_end(p);
}

static int params_of(struct parse *p, const char *what, uint8_t *codes, unsigned max)
{
	unsigned nr = 0;
	int rc = 0;

	while (rc == 0 && !is_list_end(p)) {
		if (nr == max)
			return fault(p, TG_EINVAL, "more than %u %s parameters", max, what);
		rc = param(p, &codes[nr]);
		if (rc == 0 && memchr(codes, codes[nr], nr))
			rc = fault(p, TG_EINVAL, "parameter 0x%02x stands twice", codes[nr]);
		nr++;
	}
	memset(codes + nr, 0, max + 1 - nr);
	return rc;
}

static int msg_option(struct parse *p, struct isup_msg_row *row)
{
	if (next_is(p, "abbr"))
		return name(p, "the abbreviation", 7, &row->abbr);
	if (next_is(p, "name"))
		return name(p, "the name", 60, &row->name);
	if (next_is(p, "fixed"))
		return params_of(p, "fixed", row->fixed, ISUP_MAX_FIXED);
	if (next_is(p, "variable"))
		return params_of(p, "variable", row->variable, ISUP_MAX_VARIABLE);
	if (next_is(p, "optional"))
		row->optional = true;
	else if (next_is(p, "no-optional"))
		row->optional = false;
	else if (next_is(p, "raw"))
		row->raw = true;
	else
		return no_more(p);
	return 0;
}

static int do_message(struct parse *p)
{
	const struct isup_msg_row *before;
	struct isup_msg_row row = { .clause = "variant file" };
	uint8_t type = 0;
	int rc = msg_type(p, &type);

	if (rc < 0)
		return rc;
	if (p->msg_line[type])
		return fault(p, TG_EINVAL, "message 0x%02x stands in line %u already", type,
			     p->msg_line[type]);
	before = isup_msg_row(p->v, type);
	if (before)
		row = *before;
	while (rc == 0 && !at_end(p))
		rc = msg_option(p, &row);
	if (rc == 0 && (!row.abbr || !row.name))
		rc = fault(p, TG_EINVAL, "a new message needs abbr and name");
	p->msg_line[type] = (uint16_t)p->e->line;
	p->msgs[type] = row;
	return rc;
}

/* Parameters. -------------------------------------------------------------------------------- */
static const char *const layouts[] = {
	[ISUP_NUMBER_NONE] = "none",
	[ISUP_NUMBER_CALLED] = "called",
	[ISUP_NUMBER_CALLING] = "calling",
	[ISUP_NUMBER_REDIRECTING] = "redirecting",
	[ISUP_NUMBER_LOCATION] = "location",
	[ISUP_NUMBER_GENERIC] = "generic",
	[ISUP_NUMBER_SUBSEQUENT] = "subsequent",
	[ISUP_NUMBER_CHARGE] = "charge",
};

static int param_length(struct parse *p, struct isup_param_row *row)
{
	uint32_t min, max;
	int rc = number(p, "the shortest length", 1, 255, &min);

	if (rc == 0)
		rc = number(p, "the longest length", min, 255, &max);
	if (rc < 0)
		return rc;
	row->min = (uint8_t)min;
	row->max = (uint8_t)max;
	return 0;
}

/* Another layout takes the place of the fields. */
static int param_number(struct parse *p, struct isup_param_row *row)
{
	int layout = CHOICE(p, "the layout of a number", layouts);

	if (layout < 0)
		return layout;
	row->number = (uint8_t)layout;
	row->print = layout ? isup_print_number : NULL;
	row->fields = row->each = NULL;
	row->size = row->each_size = 0;
	return 0;
}

static int param_option(struct parse *p, struct isup_param_row *row)
{
	if (next_is(p, "name"))
		return name(p, "the name", 60, &row->name);
	if (next_is(p, "length"))
		return param_length(p, row);
	if (next_is(p, "number"))
		return param_number(p, row);
	return no_more(p);
}

static int do_parameter(struct parse *p)
{
	struct isup_param_row row = { .clause = "variant file", .min = 1, .max = 255 };
	const struct isup_param_row *before;
	uint8_t code = 0;
	uint32_t v;
	int rc = 0;

	if (!at_end(p) && to_number(p->word[p->at].text, &v) && v > 0 && v < CODES) {
		code = (uint8_t)v;
		p->at++;
	} else {
		rc = param(p, &code);
	}
	if (rc < 0)
		return rc;
	if (p->param_line[code])
		return fault(p, TG_EINVAL, "parameter 0x%02x stands in line %u already", code,
			     p->param_line[code]);
	before = isup_param_row(p->v, code);
	if (before)
		row = *before;
	while (rc == 0 && !at_end(p))
		rc = param_option(p, &row);
	if (rc == 0 && !row.name)
		rc = fault(p, TG_EINVAL, "a new parameter needs a name");
	p->param_line[code] = (uint16_t)p->e->line;
	p->params[code] = row;
	return rc;
}

/* Room for one more field: our own copy of the rows so far. Those of a built-in row stay its own:
 * the first field of the file begins a new list. */
static struct isup_field *add_field(struct parse *p, struct isup_param_row *row)
{
	struct isup_field *fields;
	unsigned nr = 0;

	if (row->size)
		row->fields = NULL;
	while (row->fields && row->fields[nr].kind)
		nr++;
	if (nr == MAX_FIELDS) {
		fault(p, TG_EINVAL, "more than %d fields", MAX_FIELDS);
		return NULL;
	}
	fields = MEM_ARRAY(p->mem, nr + 2, struct isup_field);
	if (!fields) {
		no_memory(p);
		return NULL;
	}
	if (nr)
		memcpy(fields, row->fields, nr * sizeof(fields[0]));
	row->fields = fields;
	row->each = NULL;
	row->size = 0;
	row->number = ISUP_NUMBER_NONE;
	row->print = NULL;
	return &fields[nr];
}

static int do_field(struct parse *p)
{
	uint32_t at = 0, shift = 0, width = 0;
	struct isup_field *f;
	const char *text = NULL;
	uint8_t code = 0;
	int rc = param(p, &code);

	if (rc == 0)
		rc = name(p, "the name", 60, &text);
	if (rc == 0)
		rc = number(p, "the octet", 0, 254, &at);
	if (rc == 0)
		rc = number(p, "the shift", 0, 7, &shift);
	if (rc == 0)
		rc = number(p, "the width", 1, 8 - shift, &width);
	if (rc < 0)
		return rc;
	if (!p->param_line[code])
		return fault(p, TG_EINVAL, "fields belong below their parameter's line");
	f = add_field(p, &p->params[code]);
	if (!f)
		return p->e->err;
	*f = (struct isup_field){ .name = text,
				  .kind = ISUP_FIELD_BITS,
				  .octet = (uint8_t)at,
				  .shift = (uint8_t)shift,
				  .width = (uint8_t)width };
	return 0;
}

/* The rest. ---------------------------------------------------------------------------------- */
static int do_timer(struct parse *p)
{
	struct str which = next(p);
	uint32_t min = 0, max = 0, value = 0;

	for (int t = 0; t < ISUP_NR_TIMERS; t++) {
		const struct isup_timer_row *row = isup_timer_row(p->v, t);
		if (!str_eq(which, str_of(row->name)))
			continue;
		int rc = number(p, "the shortest time", 1, 86400, &min);
		if (rc == 0)
			rc = number(p, "the longest time", min, 86400, &max);
		if (rc == 0)
			rc = number(p, "the default", min, max, &value);
		p->v->timers[t] =
			(struct isup_timer_row){ row->name,  "variant file", min * 1000,
						 max * 1000, value * 1000,   row->meaning };
		return rc;
	}
	return fault(p, TG_EINVAL, "there is no timer '" STR_FMT "'", STR_ARG(which));
}

/* What the procedures of Q.764 send by themselves. */
static bool is_needed(uint8_t type)
{
	static const uint8_t types[] = { ISUP_IAM,  ISUP_ACM, ISUP_ANM, ISUP_REL, ISUP_RLC,
					 ISUP_RSC,  ISUP_BLO, ISUP_BLA, ISUP_UBL, ISUP_UBA,
					 ISUP_GRS,  ISUP_GRA, ISUP_CGB, ISUP_CGU, ISUP_CGBA,
					 ISUP_CGUA, ISUP_CPG, ISUP_COT, ISUP_CCR, ISUP_CFN,
					 ISUP_SUS,  ISUP_RES, ISUP_UCIC };

	return memchr(types, type, sizeof(types)) != NULL;
}

static int do_remove(struct parse *p)
{
	uint8_t code = 0;
	int rc;

	if (next_is(p, "parameter")) {
		rc = param(p, &code);
		if (rc == 0)
			p->params[code] = (struct isup_param_row){ .removed = true };
		return rc;
	}
	if (!next_is(p, "message"))
		return fault(p, TG_EINVAL, "remove a message or a parameter");
	if (!find_msg(p, next(p), &code))
		return fault(p, TG_EINVAL, "there is no such message");
	if (is_needed(code))
		return fault(p, TG_EINVAL, "the procedures need %s",
			     isup_msg_row(p->v, code)->abbr);
	p->msgs[code] = (struct isup_msg_row){ .removed = true };
	return 0;
}

static int do_cic_bits(struct parse *p)
{
	uint32_t bits = 0;
	int rc = number(p, "the width of the CIC", 12, 14, &bits);

	p->v->cic_bits = (uint8_t)bits;
	return rc;
}

static int do_location(struct parse *p)
{
	uint32_t location = 0;
	int rc = number(p, "the location", 0, 15, &location);

	p->v->location = (uint8_t)location;
	return rc;
}

static const char *const reactions[] = { [ISUP_PASS] = "pass",
					 [ISUP_DROP] = "drop",
					 [ISUP_RELEASE] = "release",
					 [ISUP_CONFUSION] = "confusion" };

const char *isup_reaction_name(enum isup_reaction r)
{
	return reactions[r];
}

const char *isup_layout_name(enum isup_number_layout l)
{
	return layouts[l];
}

static int do_unknown_message(struct parse *p)
{
	int r = CHOICE(p, "the reaction", reactions);

	p->v->unknown_msg = (uint8_t)r;
	return r < 0 ? r : 0;
}

static int do_unknown_parameter(struct parse *p)
{
	int r = CHOICE(p, "the reaction", reactions);

	p->v->unknown_parameter = (uint8_t)r;
	return r < 0 ? r : 0;
}

static int do_damaged(struct parse *p)
{
	int r = CHOICE(p, "the reaction", reactions);

	if (r == ISUP_PASS)
		return fault(p, TG_EINVAL, "what is damaged cannot be passed on");
	p->v->damaged = (uint8_t)r;
	return r < 0 ? r : 0;
}

/* Q.850, cause 103: national use. */
static int do_passed(struct parse *p)
{
	int r = CHOICE(p, "the reaction", reactions);

	if (r >= 0 && r != ISUP_PASS && r != ISUP_CONFUSION)
		return fault(p, TG_EINVAL, "what is passed on can have pass or confusion");
	p->v->notify_passed = r == ISUP_CONFUSION;
	return r < 0 ? r : 0;
}

static int do_variant(struct parse *p)
{
	if (p->v->name)
		return fault(p, TG_EINVAL, "the variant has a name already");
	return name(p, "the name", 30, &p->v->name);
}

static int do_derive(struct parse *p)
{
	struct str which = next(p);
	const struct isup_variant *base = isup_variant_find(which);

	if (p->v->base)
		return fault(p, TG_EINVAL, "the variant has a base already");
	if (!base)
		return fault(p, TG_EINVAL, "there is no variant '" STR_FMT "'", STR_ARG(which));
	p->v->base = base;
	p->v->location = base->location;
	p->v->cic_bits = base->cic_bits;
	p->v->unknown_msg = base->unknown_msg;
	p->v->unknown_parameter = base->unknown_parameter;
	p->v->damaged = base->damaged;
	p->v->notify_passed = base->notify_passed;
	return 0;
}

static const struct statement {
	const char *word;
	int (*run)(struct parse *p);
} statements[] = {
	{ "variant", do_variant },
	{ "derive", do_derive },
	{ "cic-bits", do_cic_bits },
	{ "location", do_location },
	{ "unknown-message", do_unknown_message },
	{ "unknown-parameter", do_unknown_parameter },
	{ "damaged-message", do_damaged },
	{ "passed-parameter", do_passed },
	{ "message", do_message },
	{ "parameter", do_parameter },
	{ "field", do_field },
	{ "timer", do_timer },
	{ "remove", do_remove },
};

static int run_line(struct parse *p)
{
	struct str word = next(p);
	int rc;

	for (unsigned i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
		if (!str_eq(word, str_of(statements[i].word)))
			continue;
		if (i != 0 && !p->v->name)
			return fault(p, TG_EINVAL, "variant NAME comes first");
		if (i > 1 && !p->v->base)
			return fault(p, TG_EINVAL, "derive comes before '" STR_FMT "'",
				     STR_ARG(word));
		rc = statements[i].run(p);
		return rc < 0 ? rc : no_more(p);
	}
	return fault(p, TG_EINVAL, "'" STR_FMT "' is no statement", STR_ARG(word));
}

/* What must hold for a message of the result; parameters may have changed after its line. */
static int check_msg(struct parse *p, uint8_t type)
{
	const struct isup_msg_row *row = isup_msg_row(p->v, type);
	const char *abbr = row->abbr;

	for (const uint8_t *c = row->fixed; *c && !row->raw; c++) {
		const struct isup_param_row *r = isup_param_row(p->v, *c);
		if (!r || r->min != r->max)
			return fault(p, TG_EINVAL, "%s: fixed parameter 0x%02x %s", abbr, *c,
				     r ? "has no fixed length" : "was removed");
	}
	for (const uint8_t *c = row->variable; *c && !row->raw; c++) {
		if (!isup_param_row(p->v, *c))
			return fault(p, TG_EINVAL, "%s: parameter 0x%02x was removed", abbr, *c);
		if (memchr(row->fixed, *c, ISUP_MAX_FIXED))
			return fault(p, TG_EINVAL, "%s: parameter 0x%02x is fixed and variable",
				     abbr, *c);
	}
	for (unsigned t = 1; t < type; t++) {
		const struct isup_msg_row *other = isup_msg_row(p->v, (uint8_t)t);
		if (other && strcmp(other->abbr, abbr) == 0)
			return fault(p, TG_EINVAL, "0x%02x and 0x%02x are both %s", t, type, abbr);
	}
	return 0;
}

static int check_field_room(struct parse *p, uint8_t code)
{
	const struct isup_param_row *row = isup_param_row(p->v, code);

	for (const struct isup_field *f = row->fields; f && f->kind; f++)
		if (f->octet >= row->max)
			return fault(p, TG_EINVAL, "%s: field '%s' lies behind %u octets",
				     row->name, f->name, row->max);
	return 0;
}

static int check_all(struct parse *p)
{
	int rc = 0;

	p->e->line = 0;
	if (!p->v->base)
		return fault(p, TG_EINVAL, "a variant needs a name and a base");
	for (unsigned c = 1; c < CODES && rc == 0; c++) {
		p->e->line = p->msg_line[c];
		if (isup_msg_row(p->v, (uint8_t)c))
			rc = check_msg(p, (uint8_t)c);
		if (rc < 0)
			break;
		p->e->line = p->param_line[c];
		if (isup_param_row(p->v, (uint8_t)c))
			rc = check_field_room(p, (uint8_t)c);
	}
	return rc;
}

static int run(struct parse *p, struct str text)
{
	struct str line;
	int rc = 0;

	while (text.len && rc == 0) {
		text = str_split(text, '\n', &line);
		if (++p->e->line > ISUP_VARIANT_MAX_LINES)
			return fault(p, TG_ELIMIT, "more than %d lines", ISUP_VARIANT_MAX_LINES);
		rc = split(p, line);
		if (rc == 0 && p->nr)
			rc = run_line(p);
	}
	return rc < 0 ? rc : check_all(p);
}

static bool make_tables(struct parse *p)
{
	p->v = MEM_NEW(p->mem, struct isup_variant);
	p->msgs = MEM_ARRAY(p->mem, CODES, struct isup_msg_row);
	p->params = MEM_ARRAY(p->mem, CODES, struct isup_param_row);
	if (!p->v || !p->msgs || !p->params)
		return false;
	p->v->msgs = p->msgs;
	p->v->params = p->params;
	p->v->nr_msgs = p->v->nr_params = CODES;
	return true;
}

const struct isup_variant *isup_variant_parse(struct mem *mem, struct str text,
					      struct isup_variant_error *e)
{
	struct mem *own = mem_sub(mem, "variant");
	struct parse p = { .mem = own, .e = e };

	*e = (struct isup_variant_error){ 0 };
	if (!own || !make_tables(&p))
		no_memory(&p);
	else if (run(&p, text) == 0)
		return p.v;
	mem_free(own);
	return NULL;
}
