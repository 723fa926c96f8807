/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * list: a doubly linked ring through a member of the things in it. Links nothing, owns nothing.
 *
 *	struct list calls = LIST_INIT(calls);
 *	list_add_tail(&calls, &call->link);
 *	struct call *c;
 *	list_for_each(c, &calls, link) ...
 */
#ifndef TRUNKGATE_LIST_H
#define TRUNKGATE_LIST_H

#include <stdbool.h>
#include <stddef.h>

#define container_of(ptr, type, member) ((type *)((char *)(ptr)-offsetof(type, member)))

struct list {
	struct list *next, *prev;
};

#define LIST_INIT(name)          \
	{                        \
		&(name), &(name) \
	}

static inline void list_init(struct list *l)
{
	l->next = l->prev = l;
}

static inline bool list_empty(const struct list *l)
{
	return l->next == l;
}

/* True when the link is in a list (it was initialised, and is not alone). */
static inline bool list_linked(const struct list *l)
{
	return l->next && l->next != l;
}

static inline void list_add_tail(struct list *head, struct list *l)
{
	l->prev = head->prev;
	l->next = head;
	head->prev->next = l;
	head->prev = l;
}

static inline void list_add(struct list *head, struct list *l)
{
	list_add_tail(head->next, l);
}

/* Taken out and initialised; harmless when it is in no list. */
static inline void list_del(struct list *l)
{
	if (!l->next)
		return;
	l->prev->next = l->next;
	l->next->prev = l->prev;
	list_init(l);
}

#define list_entry(link, type, member) container_of(link, type, member)
#define list_first(head, type, member) \
	(list_empty(head) ? NULL : container_of((head)->next, type, member))

#define list_for_each(pos, head, member)                                                         \
	for (pos = container_of((head)->next, __typeof__(*pos), member); &pos->member != (head); \
	     pos = container_of(pos->member.next, __typeof__(*pos), member))

/* The same; `pos` may be taken out in the body. */
#define list_for_each_safe(pos, tmp, head, member)                          \
	for (pos = container_of((head)->next, __typeof__(*pos), member),    \
	    tmp = container_of(pos->member.next, __typeof__(*pos), member); \
	     &pos->member != (head);                                        \
	     pos = tmp, tmp = container_of(tmp->member.next, __typeof__(*pos), member))

#endif
