/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench/media_peer: see the header. */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "io/sock.h"
#include "media_gen.h"
#include "media_net.h"
#include "media_peer.h"

#define NG_PORT 22221
#define SUITE	"AES_CM_128_HMAC_SHA1_80"
#define TEXT	4096

static pid_t pid;
static int fd = -1;
static struct addr ng;
static unsigned cookie;
static unsigned crypto_tag; /* of our suite in its last offer (RFC 4568 5.1.2) */

static void run(unsigned core)
{
	char interface[ADDR_TEXT_MAX + 16], listen[ADDR_TEXT_MAX + 16], host[ADDR_TEXT_MAX];
	cpu_set_t one;
	int null = open("/dev/null", O_RDWR);

	CPU_ZERO(&one);
	CPU_SET(core, &one);
	sched_setaffinity(0, sizeof(one), &one);
	for (int i = 0; i < 3; i++)
		dup2(null, i);
	snprintf(interface, sizeof(interface), "--interface=%s", addr_print_ip(&ng, host));
	snprintf(listen, sizeof(listen), "--listen-ng=%s", addr_print(&ng, host));
	execlp("rtpengine", "rtpengine", "--table=-1", interface, listen, "--foreground",
	       "--log-stderr", "--no-fallback", "--log-level=1", "--num-threads=1",
	       "--port-min=36000", "--port-max=59998", "--delete-delay=0", "--timeout=3600",
	       (char *)NULL);
	_exit(127);
}

/* The dictionary `body` without its d and e; the answer is in `text`. False: none, or not ok. */
static bool ask(const char *body, char text[TEXT])
{
	static char out[TEXT];
	struct addr from;
	ssize_t n;
	int len = snprintf(out, sizeof(out), "%u d%se", ++cookie, body);

	if (io_sock_send(fd, &ng, str_n(out, (size_t)len)) < 0)
		return false;
	for (int i = 0; i < 2000; i++) { /* a millisecond each */
		nanosleep(&(struct timespec){ 0, 1000000 }, NULL);
		n = io_sock_recv(fd, text, TEXT - 1, &from);
		if (n < 0)
			continue;
		text[n] = '\0';
		if ((unsigned)atoi(text) == cookie)
			return strstr(text, "6:result2:ok") || strstr(text, "6:result4:pong");
	}
	return false;
}

static bool is_there(void)
{
	char text[TEXT];

	for (int i = 0; i < 20; i++) {
		if (waitpid(pid, NULL, WNOHANG) == pid) {
			pid = 0;
			return false;
		}
		if (i > 2 && ask("7:command4:ping", text))
			return true;
		nanosleep(&(struct timespec){ 0, 100000000 }, NULL);
	}
	return false;
}

bool peer_start(unsigned core)
{
	struct addr from = net_addr(NET_GATEWAY);

	ng = net_addr(NET_PEER);
	ng.port = NG_PORT;
	if (io_sock_udp(&from, &fd, NULL) < 0)
		return false;
	pid = fork();
	if (pid == 0)
		run(core);
	if (pid > 0 && is_there())
		return true;
	peer_stop();
	return false;
}

/* Pairs. --------------------------------------------------------------------------------------- */
static const char *base64(void)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				     "0123456789+/";
	static char text[48];
	const uint8_t *k = (const uint8_t *)PEER_KEY;
	unsigned n = 0;

	for (unsigned i = 0; i < 30; i += 3) {
		unsigned v = k[i] << 16 | k[i + 1] << 8 | k[i + 2];

		for (int shift = 18; shift >= 0; shift -= 6)
			text[n++] = digits[v >> shift & 63];
	}
	text[n] = '\0';
	return text;
}

/* What a far end says: one codec, its address, and a key where it is secure. */
static void print_sdp(char *out, size_t size, unsigned channel, unsigned pt, bool secure)
{
	struct addr a = gen_addr(channel);
	char host[ADDR_TEXT_MAX];

	snprintf(out, size,
		 "v=0\r\no=- %u 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\n"
		 "m=audio %u RTP/%s %u\r\na=ptime:20\r\n",
		 channel + 1, addr_print_ip(&a, host), host, a.port, secure ? "SAVP" : "AVP", pt);
	if (secure)
		snprintf(out + strlen(out), size - strlen(out), "a=crypto:%u %s inline:%s\r\n",
			 crypto_tag, SUITE, base64());
}

/* Asks, and takes the port that the answer's SDP has. */
static bool exchange(const char *command, unsigned pair, const char *tags, const char *sdp,
		     const char *more, struct addr *to)
{
	static char body[TEXT], text[TEXT];
	const char *port;
	char id[16];

	snprintf(id, sizeof(id), "pair%06u", pair);
	snprintf(body, sizeof(body), "7:command%zu:%s7:call-id%zu:%s%s3:sdp%zu:%s%s",
		 strlen(command), command, strlen(id), id, tags, strlen(sdp), sdp, more);
	if (!ask(body, text))
		return false;
	port = strstr(text, " " SUITE " ");
	if (port)
		crypto_tag = (unsigned)atoi(port[-2] == ':' ? port - 1 : port - 2);
	port = strstr(text, "m=audio ");
	if (!port)
		return false;
	*to = ng;
	to->port = (uint16_t)atoi(port + 8);
	return true;
}

static bool join(enum peer_mode mode, unsigned c, struct addr *to)
{
	static const char *const more[] = {
		[PEER_RELAY] = "3:ICE6:remove",
		[PEER_TRANSCODE] = "3:ICE6:remove5:codecd5:stripl4:PCMUe9:transcodel4:PCMAee",
		[PEER_SRTP] = "3:ICE6:remove4:DTLS3:off18:transport-protocol8:RTP/SAVP",
	};
	static const char back[] = "3:ICE6:remove4:DTLS3:off18:transport-protocol7:RTP/AVP";
	char sdp[1000];

	print_sdp(sdp, sizeof(sdp), c, mode == PEER_TRANSCODE ? 0 : 8, false);
	if (!exchange("offer", c / 2, "8:from-tag1:a", sdp, more[mode], &to[c + 1]))
		return false;
	print_sdp(sdp, sizeof(sdp), c + 1, 8, mode == PEER_SRTP);
	return exchange("answer", c / 2, "8:from-tag1:a6:to-tag1:b", sdp,
			mode == PEER_SRTP ? back : "3:ICE6:remove", &to[c]);
}

bool peer_join(enum peer_mode mode, unsigned nr, struct addr *to)
{
	for (unsigned c = 0; c + 1 < nr; c += 2)
		if (!join(mode, c, to))
			return false;
	return true;
}

void peer_part(unsigned nr)
{
	char body[100], text[TEXT];

	for (unsigned pair = 0; pair < nr / 2; pair++) {
		snprintf(body, sizeof(body), "7:command6:delete7:call-id10:pair%06u8:from-tag1:a",
			 pair);
		ask(body, text);
	}
}

double peer_cpu(void)
{
	struct timespec t = { 0 };
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) == 0)
		clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void peer_stop(void)
{
	if (pid > 0) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	pid = 0;
	if (fd >= 0)
		close(fd);
	fd = -1;
}
