/* What else than rules may set the realm of a class's packets. */
#ifndef POLICY_SURVEY_H
#define POLICY_SURVEY_H

#include "policy/policy.h"

struct route;
struct rule;

/*
 * Is what a rule looks up all right for translating: no route with a realm of its own, no nexthop
 * object that other classes use, too, and the class is no VRF's? 0, or -1 with the error
 * (STATUS_GUARDED).
 */
int survey_class(struct policy *policy, const struct rule *rule, struct error *error);

/*
 * May this route come, or would it take packets from a rule that translates: by a realm of its own,
 * or a nexthop object that serves another class, too? 0, or -1 with the error (STATUS_GUARDED).
 */
int survey_route(struct policy *policy, const struct route *route, struct error *error);

#endif
