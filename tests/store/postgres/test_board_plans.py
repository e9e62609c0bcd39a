"""PostgreSQL reads the columns of the board on the index of stages, and no more than it looks at."""

import pytest

from closum.model.draft import MAX_ID
from closum.resources.lead import LEAD
from closum.store import staged
from closum.store.postgres.unit import PreparedConnection
from tests.store.postgres.test_plans import nodes_read, unknown

__all__ = ["unknown"]


@pytest.mark.parametrize("stage", [staged.NONE, 3])
def test_a_column_of_the_board_reads_no_more_than_it_looks_at(
    unknown: tuple[PreparedConnection, int], stage: int
) -> None:
    connection, account_id = unknown
    text, most = (staged.NEWEST, 11) if stage else (staged.WITHOUT, staged.LOOKED_AT)
    values = (stage, MAX_ID, 11) if stage else (MAX_ID, staged.LOOKED_AT, 11)
    for node in nodes_read(connection, staged.statement(text, LEAD), (account_id, *values)):
        assert node["Actual Rows"] * node["Actual Loops"] <= most, node


@pytest.mark.parametrize("template", [staged.COUNT, staged.NEWEST])
def test_a_column_of_the_board_is_read_on_the_index_of_stages(
    unknown: tuple[PreparedConnection, int], template: str
) -> None:
    connection, account_id = unknown
    behind = (0,) if template == staged.COUNT else (MAX_ID, 11)
    nodes = nodes_read(connection, staged.statement(template, LEAD), (account_id, 3, *behind))
    names = {node["Index Name"] for node in nodes if "Index Name" in node}
    assert names == {"lead_contact_lifecycle_stage_id"}
