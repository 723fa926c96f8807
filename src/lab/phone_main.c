/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lab/phone_main: see the header. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "io/file.h"
#include "io/loop.h"
#include "io/random.h"
#include "io/sock.h"
#include "io/udp.h"
#include "lab/phone.h"
#include "lab/phone_main.h"

#define MAX_FILE      (256u << 20)
#define RTP_FIRST     20000
#define RTP_PAIRS     10000 /* even ports from RTP_FIRST on */
#define RTP_TRIES     100
#define STATUS_OK     0
#define STATUS_FAILED 1
#define STATUS_USAGE  2

struct run {
	struct mem *mem;
	struct phone_cfg cfg;
	struct io_loop *loop;
	struct io_udp *sip, *rtp;
	struct phone *phone;
	struct phone_sound sound;
	struct dsp_law *law;
	struct addr sip_local;
	tick_t began;
	bool interrupted;
	int status;
};

static void print_line(void *ctx, const char *line)
{
	fprintf(ctx, "%s\n", line);
	fflush(ctx);
}

static void complain(const char *text)
{
	fprintf(stderr, "trunkgate-lab: %s\n", text);
}

/* What came out. ------------------------------------------------------------------------------- */
static void trace(struct run *r, bool out, struct str octets)
{
	char line[400];

	if (!r->cfg.trace)
		return;
	phone_trace_line(line, sizeof(line), tick_diff_us(io_now(), r->began), out, octets);
	print_line(r->cfg.json ? stderr : stdout, line);
}

static int write_wav(struct run *r, const struct phone_out *out, struct tg_diag *diag)
{
	size_t len = out->recorded.len, head;
	uint8_t *file = mem_alloc(r->mem, DSP_WAV_HEADER_MAX + len + 1);
	enum dsp_wav_format format = out->law == DSP_ALAW ? DSP_WAV_ALAW : DSP_WAV_MULAW;
	int err;

	if (!file)
		return tg_fail(diag, TG_ENOMEM, 0, "", "%s: out of memory", r->cfg.record);
	head = dsp_wav_header(file, format, DSP_RATE_HZ, (uint32_t)len);
	if (len)
		memcpy(file + head, out->recorded.p, len);
	err = io_file_write(r->cfg.record, str_n(file, head + len + len % 2), diag);
	mem_drop(file);
	return err;
}

static void write_files(struct run *r, const struct phone_out *out)
{
	struct tg_diag diag = TG_DIAG_NONE;
	int err = 0;

	if (r->cfg.record)
		err = write_wav(r, out, &diag);
	if (err == 0 && r->cfg.raw_record)
		err = io_file_write(r->cfg.raw_record, out->recorded, &diag);
	if (err == 0)
		return;
	complain(diag.text);
	r->status = STATUS_FAILED;
}

static void show_result(struct run *r, const struct phone_out *out)
{
	char why[PHONE_WHY_MAX];
	bool ok = phone_judge(&r->cfg, out->result, why);

	if (r->cfg.json)
		phone_report_json(&r->cfg, out->result, ok ? NULL : why, print_line, stdout);
	else
		phone_report_text(&r->cfg, out->result, ok ? NULL : why, print_line, stdout);
	if (!ok)
		r->status = STATUS_FAILED;
	write_files(r, out);
}

static void show_end(struct run *r, const struct phone_out *out)
{
	if (out->why) {
		complain(out->why);
		r->status = STATUS_FAILED;
	}
	io_loop_stop(r->loop, r->status);
}

static void drain(struct run *r)
{
	struct phone_out out;

	while (phone_next_out(r->phone, &out)) {
		switch (out.type) {
		case PHONE_OUT_SIP:
			trace(r, true, out.octets);
			io_udp_send(r->sip, &out.to, out.octets);
			break;
		case PHONE_OUT_RTP:
			io_udp_send(r->rtp, &out.to, out.octets);
			break;
		case PHONE_OUT_RESULT:
			show_result(r, &out);
			break;
		case PHONE_OUT_DONE:
			show_end(r, &out);
			break;
		}
	}
}

/* What came in. -------------------------------------------------------------------------------- */
static void sip_rx(void *self, const struct addr *from, struct str octets)
{
	struct run *r = self;

	trace(r, false, octets);
	phone_sip_rx(r->phone, io_loop_now(r->loop), from, octets);
	drain(r);
}

static void sip_failed(void *self, const struct addr *to, const char *why)
{
	struct run *r = self;

	(void)why;
	phone_sip_failed(r->phone, io_loop_now(r->loop), to);
	drain(r);
}

static void rtp_rx(void *self, const struct addr *from, struct str octets)
{
	struct run *r = self;

	phone_rtp_rx(r->phone, io_loop_now(r->loop), from, octets);
	drain(r);
}

static tick_t turn(void *self, tick_t now)
{
	struct run *r = self;

	phone_tick(r->phone, now);
	drain(r);
	return phone_deadline(r->phone);
}

static void interrupt(void *self, int signal_number)
{
	struct run *r = self;

	if (signal_number == SIGHUP)
		return;
	if (r->interrupted) {
		io_loop_stop(r->loop, STATUS_FAILED);
		return;
	}
	r->interrupted = true;
	r->status = STATUS_FAILED;
	phone_stop(r->phone, io_loop_now(r->loop));
	drain(r);
}

/* Start. --------------------------------------------------------------------------------------- */
static int load_sound(struct run *r, struct tg_diag *diag)
{
	const struct phone_sound_cfg *play = &r->cfg.play;
	struct str file = { NULL, 0 };
	int err = 0;

	r->law = dsp_law_new(r->mem);
	if (!r->law)
		return tg_fail(diag, TG_ENOMEM, 0, "", "out of memory");
	if (play->path)
		err = io_file_read(r->mem, play->path, MAX_FILE, &file, diag);
	return err < 0 ? err : phone_sound_init(&r->sound, play, file, r->law, diag);
}

/* The address that goes into messages must be one that others can reach. */
static int choose_local(struct run *r, struct addr *local, struct tg_diag *diag)
{
	char text[ADDR_TEXT_MAX];

	*local = r->cfg.local;
	if (!addr_is_any(local))
		return 0;
	if (r->cfg.mode == PHONE_ANSWER)
		return tg_fail(diag, TG_EINVAL, 0, "",
			       "--local: give one of this machine's addresses");
	if (io_sock_source(&r->cfg.target, local) < 0)
		return tg_fail(diag, TG_EIO, 0, "", "there is no way to %s",
			       addr_print(&r->cfg.target, text));
	local->port = r->cfg.local.port;
	return 0;
}

static int open_rtp(struct run *r, struct addr bind, struct tg_diag *diag)
{
	struct io_udp_user user = { .rx = rtp_rx, .self = r };
	struct rng rng = io_random();

	for (int i = 0; i < RTP_TRIES && !r->rtp; i++) {
		bind.port = (uint16_t)(RTP_FIRST + 2 * rng_below(&rng, RTP_PAIRS));
		r->rtp = io_udp_open(r->mem, r->loop, &bind, &user, diag);
	}
	return r->rtp ? 0 : TG_EIO;
}

static int open_sockets(struct run *r, struct tg_diag *diag)
{
	struct io_udp_user user = { .rx = sip_rx, .failed = sip_failed, .self = r };
	struct addr local;
	int err = choose_local(r, &local, diag);

	if (err < 0)
		return err;
	r->loop = io_loop_new(r->mem, diag);
	if (!r->loop)
		return TG_EIO;
	err = io_loop_signals(r->loop, interrupt, r, diag);
	if (err < 0)
		return err;
	r->sip = io_udp_open(r->mem, r->loop, &local, &user, diag);
	return r->sip ? open_rtp(r, local, diag) : TG_EIO;
}

static int make_phone(struct run *r, struct tg_diag *diag)
{
	struct phone_env env = { .cfg = &r->cfg,
				 .sound = &r->sound,
				 .law = r->law,
				 .sip_local = *io_udp_local(r->sip),
				 .rtp_local = *io_udp_local(r->rtp),
				 .rng = io_random() };

	r->phone = phone_new(r->mem, &env);
	return r->phone ? 0 : tg_fail(diag, TG_ENOMEM, 0, "", "out of memory");
}

static int prepare(struct run *r, struct tg_diag *diag)
{
	int err = load_sound(r, diag);

	if (err == 0)
		err = open_sockets(r, diag);
	return err < 0 ? err : make_phone(r, diag);
}

static int run_phone(struct run *r)
{
	char text[ADDR_TEXT_MAX];

	if (r->cfg.mode == PHONE_ANSWER && !r->cfg.json) {
		printf("waiting for calls at sip:%s\n", addr_print(io_udp_local(r->sip), text));
		fflush(stdout);
	}
	r->began = io_now();
	phone_start(r->phone, r->began);
	drain(r);
	io_loop_on_turn(r->loop, turn, r);
	return io_loop_run(r->loop);
}

static void close_run(struct run *r)
{
	phone_free(r->phone);
	if (r->sip)
		io_udp_close(r->sip);
	if (r->rtp)
		io_udp_close(r->rtp);
	if (r->loop)
		io_loop_free(r->loop);
	mem_free(r->mem);
}

int phone_main(int argc, char **argv)
{
	struct run r = { .mem = mem_root("phone") };
	struct tg_diag diag = TG_DIAG_NONE;
	int err = phone_args_parse(&r.cfg, argc, argv, &diag);
	int status;

	if (err == PHONE_ARGS_HELP) {
		phone_args_help(print_line, stdout);
		status = STATUS_OK;
	} else if (err < 0) {
		complain(diag.text);
		status = STATUS_USAGE;
	} else if (!r.mem || prepare(&r, &diag) < 0) {
		complain(diag.text);
		status = STATUS_FAILED;
	} else {
		status = run_phone(&r);
	}
	close_run(&r);
	return status;
}
