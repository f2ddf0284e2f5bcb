"""Every address of the product and what it answers to a GET of each role: the one list the guards go through."""

ROLES = ["anonymous", "resident", "lead", "manager"]
# What a page open to all, to signed-in people, to nobody by GET answers, in the order of ROLES.
ALL = [200, 200, 200, 200]
SIGNED_IN = [302, 200, 200, 200]
POST_ONLY = [302, 405, 405, 405]
POST_ONLY_ALL = [405, 405, 405, 405]
MANAGER = [302, 403, 403, 200]
LEAD = [302, 403, 200, 200]

# name -> (arguments taken from the world of `test_addresses`, expected statuses)
ADDRESSES = {
    "home": ({}, ALL),
    "health": ({}, ALL),
    "residents:directory": ({}, ALL),
    "residents:profile": ({"slug": "slug"}, ALL),
    "residents:savoirs": ({}, SIGNED_IN),
    "knowledge_map:map": ({}, ALL),
    "knowledge_map:cooperations": ({}, SIGNED_IN),
}
