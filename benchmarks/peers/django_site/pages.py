"""The paginator of the Django peer; settings name it, so it has a file of its own."""

from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    page_size = 25
    page_size_query_param = "limit"
    max_page_size = 100
