/* ip's usage texts. */
#include "command/ip.h"

const char ip_route_usage[] = "Usage: ip route\n";
const char ip_rule_usage[] = "Usage: ip rule\n";
