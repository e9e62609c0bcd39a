"""PostgreSQL reads no more leads than a report looks at to see whether there are more."""

from closum.resources.lead import LEAD
from closum.store import reports
from closum.store.postgres.unit import PreparedConnection
from tests.store.postgres.test_plans import nodes_read, unknown

__all__ = ["unknown"]

MOST = 20


def test_further_leads_are_found_on_the_key(unknown: tuple[PreparedConnection, int]) -> None:
    connection, account_id = unknown
    nodes = [*nodes_read(connection, reports.FURTHER.format(table=LEAD.name), (account_id, 5, MOST))]
    assert {node["Index Name"] for node in nodes if "Index Name" in node} == {"lead_pkey"}
    for node in nodes:
        assert node["Actual Rows"] * node["Actual Loops"] <= MOST + 1, node
