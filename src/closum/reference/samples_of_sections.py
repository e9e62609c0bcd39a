"""Samples of code in the sections of the reference, in Shell, Ruby and Python: what is not the sample of one call."""

from closum.reference.samples import ORIGIN, PYTHON, RUBY, TOKEN

PARAMETERS = (
    f"""\
curl -X GET \\
'{ORIGIN}/api/lead?limit=100&page=1&sort=name&direction=desc' \\
-H 'Accept: application/json' \\
-H 'Authorization: Bearer {TOKEN}'""",
    f"""\
{RUBY}
leads = client.leads.list(
  limit: 100,
  sort: "name",
  direction: "desc"
)
leads.each {{ |lead| p lead }}""",
    f"""\
{PYTHON}    leads = client.leads.list(
        limit=100,
        sort="name",
        direction="desc",
    )
    for lead in leads:
        print(lead)""",
)
"""How the parameters of a list are given, in each of the languages."""

FIND = (
    f"""\
curl -G '{ORIGIN}/api/lead' \\
--data-urlencode 'filter=creation_date>=-7d' \\
--data-urlencode 'filter=city_id!=' \\
-d 'fields=id,name,city.city_name' \\
-d 'limit=1000' \\
-H 'Accept: application/json' \\
-H 'Authorization: Bearer {TOKEN}'""",
    f"""\
{RUBY}
leads = client.leads.select(
  %w[id name city.city_name],
  filter: ["creation_date>=-7d", "city_id!="],
  cursor: ""
)
leads.each {{ |lead| p lead }}

ana = client.leads.list(
  where: {{ email: "ana@example.com" }}
).first
puts "no such lead" unless ana""",
    f"""\
{PYTHON}    leads = client.leads.select(
        ["id", "name", "city.city_name"],
        filter=["creation_date>=-7d", "city_id!="],
        cursor="",
    )
    for lead in leads:
        print(lead)

    ana = client.leads.list(
        where={{"email": "ana@example.com"}},
    )
    if not list(ana):
        print("no such lead")""",
)
"""How records are found, in each of the languages."""

CHANGED_SINCE = (
    f"""\
curl -X GET \\
'{ORIGIN}/api/lead?changed_since=-7d&fields=id,name' \\
-H 'Accept: application/json' \\
-H 'Authorization: Bearer {TOKEN}'""",
    f"""\
{RUBY}
changed = client.leads.list(changed_since: "-7d")
changed.each {{ |lead| p lead }}""",
    f"""\
{PYTHON}    changed = client.leads.list(changed_since="-7d")
    for lead in changed:
        print(lead)""",
)
"""What changed since, in each of the languages."""

WRITES = (
    f"""\
curl -X POST \\
'{ORIGIN}/api/lead?match=email&on_match=fill_empty' \\
-H 'Accept: application/json' \\
-H 'Authorization: Bearer {TOKEN}' \\
-H 'Content-Type: application/json' \\
-d '{{"name":"Ana Silva","email":{{"email":"ana@example.com"}}}}'

# A dry run, then the call itself with If-Count
many() {{
  curl -X PATCH \\
  '{ORIGIN}/api/lead?filter=city_id=213' \\
  -H 'Accept: application/json' \\
  -H 'Authorization: Bearer {TOKEN}' \\
  -H 'Content-Type: application/json' "$@"
}}
count=$(many -d '{{"custom_data":{{"stage":"won"}},"dry_run":true}}' |
  sed 's/.*"if_count":"//; s/".*//')
many -H "If-Count: $count" -d '{{"custom_data":{{"stage":"won"}}}}'""",
    f"""\
{RUBY}
done = client.leads.upsert(
  match: "email",
  on_match: "fill_empty",
  name: "Ana Silva",
  email: "ana@example.com"
)
p done

many = {{
  filter: "city_id=213",
  custom_data: {{ stage: "won" }}
}}
found = client.leads.patch_many(**many, dry_run: true)
p client.leads.patch_many(
  **many,
  if_count: found["if_count"]
)""",
    f"""\
{PYTHON}    done = client.leads.upsert(
        match="email",
        on_match="fill_empty",
        name="Ana Silva",
        email="ana@example.com",
    )
    print(done)

    many = {{
        "filter": "city_id=213",
        "custom_data": {{"stage": "won"}},
    }}
    found = client.leads.patch_many(**many, dry_run=True)
    done = client.leads.patch_many(
        **many, if_count=found["if_count"]
    )
    print(done)""",
)
"""How a lead is created or updated, and how those that a filter finds are changed, in each of the languages."""

IMPORTS = (
    f"""\
call() {{
  curl "$@" -H 'Accept: application/json' \\
  -H 'Authorization: Bearer {TOKEN}'
}}
change() {{
  call "$@" -H 'Content-Type: application/json'
}}
id=$(call -T leads.csv -X POST {ORIGIN}/api/import \\
  -H 'X-File-Name: leads.csv' | sed 's/.*"id"://; s/}}.*//')
import={ORIGIN}/api/import/$id
ended() {{
  until call $import | grep -Eq '"phase":"(ready|done|failed|cancelled)'
  do sleep 1; done
}}
ended
change -X PUT $import -d '{{"on_match":"update","country":"PT"}}'
change -X POST $import/start -d '{{"dry_run":true}}'
ended
call $import
change -X POST $import/start -d '{{}}'
ended
call $import
call $import/faults -o faults.csv""",
    f"""\
{RUBY}
tried = client.imports.run(
  "leads.csv",
  dry_run: true,
  on_match: "update",
  country: "PT"
)
p tried.counts
tried.faults.each {{ |row| p row }}

client.imports.start(tried.id)
done = client.imports.wait(tried.id)
p done.counts
client.imports.faults(done.id, "faults.csv")""",
    f"""\
{PYTHON}    tried = client.imports.run(
        "leads.csv",
        dry_run=True,
        on_match="update",
        country="PT",
    )
    print(tried.counts)
    for row in tried.faults:
        print(row)

    client.imports.start(tried.id)
    done = client.imports.wait(tried.id)
    print(done.counts)
    client.imports.faults(done.id, "faults.csv")""",
)
"""How a file is tried and imported, and what was refused kept, in each of the languages."""
