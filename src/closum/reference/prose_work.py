"""What the reference tells of the work with leads: stages, owners, sources, notes and tasks, consent."""

WORK = """\
**Where a lead came from**: `source`, `utm_source`, `utm_medium`, `utm_campaign`, `utm_term` and `utm_content` are the first touch of a person, and the same names behind `last_` the last one. A new lead has them as you send them, otherwise from `custom_data`: from the keys with these names in upper or lower case, and the source also from `Lead Source`, `Origem` or `Origem do lead`. The last touch is the first one at the beginning. An upsert or a row of an import that finds a lead and has any of these values is a touch: it becomes the last one, and the first one if the lead has none. A `PUT` or a `PATCH` sets what it names; other UTM values in its `custom_data` are a touch, too. `fields` shows these properties, and lists are filtered by them: `?source=fair`, `?utm_campaign=`.

**Who gets a new lead**: the first of the [assignment rules](#tag/Assignment-rules), by their `position`, that holds for the lead gives it its `owner_id`. All conditions of a rule have to hold; several users take turns. A lead that you send with an `owner_id`, also with `null`, keeps that. A rule with an `audience_list_id` is for leads without an owner that somebody puts on that list, and the other rules are for new leads. Of the users of a rule, those who are removed or disabled are passed over.

**How far a lead is**: `contact_lifecycle_stage_id` is one of the nine [stages](#tag/Contact-lifecycle-stages) that every account \
has, with the ids 1 to 9, or one of your own, whose ids begin at 100. The nine cannot be changed (422 `_isFixed`), and a stage that leads have, or had, \
cannot be deleted (422 `_isUsed`): set `archived` to 1 instead. \
A lead that is in an archived stage stays in it, and no other is given it (422 `_archived`). `GET /api/lead/<ID>/stages` says when a lead entered and left each stage. \
The server keeps that as long as the lead, also where the history is cut.

**What was said, and what to do**: [notes](#tag/Notes) and [tasks](#tag/Tasks) belong to a lead, and are deleted, restored and merged with it. A note is \
changed by its author alone (403 for others). The server keeps its Markdown as it is sent, with scripts and links of any kind: a program \
that shows it as HTML must remove what is unsafe. A time of a task without an offset is in the time zone of the account; a time \
that the clocks of that zone leave out is refused (422 `_gap`). The lead has `next_due`, when its next open task is due, and \
`first_contact`, when somebody spoke with it first.

**Consent**: `lead_opt_in` in the body of a lead is what a form sends. `true`, `1`, `"1"`, `"on"` and `"true"` are a consent; `false`, `0`, `"0"`, \
`""`, `"false"` and `null` withdraw a consent that holds, and mean nothing otherwise. `enviroment` (spelt so in the published \
documentation; `environment` works too) is any JSON object, kept as it is sent. Each consent that is given or withdrawn is an entry of \
its own, which is never changed: [consents](#tag/Consents) lists them. What holds now is `consent_email` and `consent_sms` of the lead, \
shown where `fields` asks for it, and found by `filter=consent.email=given`. `POST /api/consent` notes one entry by hand, and refuses to withdraw \
what does not hold (422 `_notGiven`). An unqualified lead has the same, as `unqualified_lead_opt_in`.
"""

USERS = """\
The users of your account sign in with an e-mail address and a password; an operator adds and removes them (`closum user`). \
`GET /api/user` lists them with their ids, which `owner_id` of a lead, `user_id` of a task and `user_ids` of an assignment rule name. \
A user with `enabled` `false` cannot sign in, and keeps leads and tasks. `name` is what the user is called, and `role` what they may do.
"""

ROLES = """\
The role of a user says what their calls may do. A `reader` reads everything in the account. A `member` also creates, changes, deletes, \
imports, merges and restores leads and all that belongs to them, and undoes that. An `owner` also changes the account, its stages, contact \
types and assignment rules, and removes records from the bin for good. A call that needs more is answered with 403; the message names the \
permission, such as `lead:write`. Undoing and restoring need the permission to change what comes back.

A program can use an API key in place of a token: `Authorization: Bearer closum_3_9f2c…`. An operator adds and revokes keys (`closum key`). A \
key has no user, and is valid until it is revoked. One of the kind `read` may do what a reader may, and one of the kind `full` what an owner may. One of \
the kind `create` adds leads and unqualified leads, and nothing else: the answer has the new id and no record, whatever `Prefer` says, and `match`, \
which would find records that are there, is refused. `Idempotency-Key` works as for users. Where the API says who asked for a change, `user` is \
`null` for a key, and `key` has the id and the name of the key. `user_id` of notes and consents that a key writes is `null`.
"""
