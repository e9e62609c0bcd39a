"""Lists as users walk them, blocking or with asyncio."""

from collections.abc import AsyncIterator, Iterator
from typing import Generic, TypeVar

from closum_client._drivers import AsyncDriver, Driver
from closum_client._pages import Listing, Page

R = TypeVar("R")


class Records(Generic[R]):
    """The records of a list. Making one asks the server for nothing; walking it does, page by page.

        for lead in client.leads.list():

    Each walk starts from the first page. It ends after the last page, also when records have gone in the meantime. Raises
    ClosumError while it walks.
    """

    def __init__(self, driver: Driver, listing: Listing[R]) -> None:
        self._driver, self._listing = driver, listing

    def __iter__(self) -> Iterator[R]:
        for page in self.pages():
            yield from page

    def __repr__(self) -> str:
        return f"<Records of {self._listing!r}>"

    def first_page(self) -> Page[R]:
        """The page that was asked for, in one request."""
        return self._driver.run(self._listing.first())

    def pages(self) -> Iterator[Page[R]]:
        """That page and those after it, each fetched when it is needed."""
        page: Page[R] | None = self.first_page()
        while page is not None:
            yield page
            page = self._driver.run(self._listing.after(page))


class AsyncRecords(Generic[R]):
    """The records of a list. Making one asks the server for nothing; walking it does, page by page.

        async for lead in client.leads.list():

    Each walk starts from the first page. It ends after the last page, also when records have gone in the meantime. Raises
    ClosumError while it walks.
    """

    def __init__(self, driver: AsyncDriver, listing: Listing[R]) -> None:
        self._driver, self._listing = driver, listing

    async def __aiter__(self) -> AsyncIterator[R]:
        async for page in self.pages():
            for record in page:
                yield record

    def __repr__(self) -> str:
        return f"<AsyncRecords of {self._listing!r}>"

    async def first_page(self) -> Page[R]:
        """The page that was asked for, in one request."""
        return await self._driver.run(self._listing.first())

    async def pages(self) -> AsyncIterator[Page[R]]:
        """That page and those after it, each fetched when it is needed."""
        page: Page[R] | None = await self.first_page()
        while page is not None:
            yield page
            page = await self._driver.run(self._listing.after(page))
