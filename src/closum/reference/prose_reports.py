"""What the reference tells of reports."""

REPORTS = """\
A report counts the leads of the account as they are now; what is in the bin does not count. Every number is exact.

`from` and `to` are days in the time zone of the account, `2026-01-31`, `today`, `yesterday` or `-7d`, and both count; without \
them there is no first or no last day. `owner_id` keeps to the leads of one user, or with an empty value to those without an \
owner.

**Leads**: `GET /api/report/leads?by=city` counts the leads that were made on these days by their city, source, owner, stage, domain of the e-mail \
address or country of the phone number, `by=day`, `week` or `month` by the date on which they were made. A week is \
named by its Monday. `rows` has the values that most leads have first, at most `limit` (25, up to 1,000), and `others` how many \
leads are in none of them; `total` has them all. Days, weeks and months come in their order, all of them but those without a lead.

**Funnel**: `GET /api/report/funnel` tells how many leads entered each stage on these days. A lead counts on the day on which it entered a stage for the first time, in every stage that it was in. `kept` are those of them that are in this stage now, or in one whose `position` is not lower: the others were taken back, or out of the stages.

**First contact**: `GET /api/report/first-contact` tells how long the leads that were made on these days had to wait until \
somebody spoke with them: until the first note of the kind `call`, `email` or `meeting`, which is the `first_contact` of a lead \
(`fields=first_contact`). `mean`, `median` and `percentile_90` are seconds. Who was spoken with before the lead was made, as \
after a merge, has waited 0 seconds.

Servers count in the background. After an import of very many leads, or a change of the account's time zone, a report can be \
503 for as long as that takes; `Retry-After` says when to try again.
"""
