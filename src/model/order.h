/*
 * The words of ip's commands, in the order in which `ip` tries them (ip/iproute.c and ip/iprule.c
 * of iproute2): what an abbreviation stands for. For lexicon_ordered().
 */
#ifndef MODEL_ORDER_H
#define MODEL_ORDER_H

extern const char ip_route_order[];        /* add, change, replace, append, delete … */
extern const char ip_route_filter_order[]; /* show, flush, save: those that are equal */
extern const char ip_route_ranges_order[]; /* and the others, before them; but first `table~` */
extern const char ip_route_get_order[];
extern const char ip_rule_order[]; /* add, delete */
extern const char ip_rule_filter_order[];

#endif
