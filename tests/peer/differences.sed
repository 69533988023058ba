# SPDX-License-Identifier: GPL-2.0-or-later
# Where we differ from Debian's ip 6.1, and why. What it says is turned into what we say; what no line can turn
# is not among the lines, and tested elsewhere (tests/netns/selftests.bats, vanish.bats):
#
# 1. `rule flush` leaves the rules of main and default, unless their preference is named: without them a
#    machine has no routes. 6.1 deletes them, and where there are many rules leaves hundreds of the others.
# 2. `rule add nat ADDRESS` is refused: the kernel forgets the address, so nothing would be translated.
#    `iproute addrule … nat` does it.
# 3. `route restore` reads a pipe too, and adds routes after those that they lead through (6.1 adds a multipath
#    route before the network of its routers, fails and stops); `rule restore` adds what is not there
#    (6.1 makes a second one of each, and gives the rule of preference 0 another place).
# 4. `rule show proto PROTO` shows the rules of that protocol; to 6.1 the words stand for nothing.
# 5. `-echo -j`, `route get … connected` and `-j monitor` say JSON that can be read; 6.1 opens an object twice,
#    answers twice, or says text.
# 6. What the kernel drops without a word (`expires` of IPv4, `scope` of IPv6, a part of the mtu) is an error,
#    and undone.
# 7. In a batch the name of a protocol keeps its number; in 6.1 a number given later changes it.
# 8. `rule add` of a rule that `rule flush` leaves (1.) is success: about ten known scripts flush the
#    rules and add them again. 6.1 refuses that add, if it did not flush them before.
# 9. `route show` and `route flush dev DEV` also mean a route of several nexthops of which one leaves by DEV, as
#    iproute2 does since 6.10; to 6.1 such a route has no device. A flush says which it takes along.
# 10. What 6.1 says otherwise than later versions, which are followed:

# Later versions put it so.
s/ is a garbage\.$/ is garbage./
s/unexpected end of line after "encap"$/argument "encap type" is required/

# Later versions always say the mask of a port that the kernel tells.
s/"\([sd]port\)":\([0-9]*\),/"\1":\2,"\1_mask":"0xffff",/g
s/^\( *\)"\([sd]port\)": \([0-9]*\),$/&\n\1"\2_mask": "0xffff",/

# When a dump fails, 6.1 leaves its JSON open; later versions close it.
s/^\[\[2\]$/[]\n[2]/
