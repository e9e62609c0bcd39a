"""Django REST framework, as its documentation advises: serializers, a view set, a paginator, a router."""
