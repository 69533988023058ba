/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words of ip's commands in the order in which `ip` tries them (ip/iproute.c and ip/iprule.c of
 * iproute2), which decides the meaning of abbreviations. For keywords_ordered().
 */
#ifndef IP_WORD_ORDER_H
#define IP_WORD_ORDER_H

extern const char ip_route_order[];        /* add, change, replace, append, delete … */
extern const char ip_route_filter_order[]; /* show, flush, save: the words compared for equality */
extern const char ip_route_ranges_order[]; /* the range words, tried before them; but first
                                              `table~` */
extern const char ip_route_get_order[];
extern const char ip_rule_order[]; /* add, delete */
extern const char ip_rule_filter_order[];

#endif
