"""Paths of the Django peer."""

from django.urls import include, path
from rest_framework.authtoken.views import obtain_auth_token
from rest_framework.routers import SimpleRouter

from django_site.api import Leads

router = SimpleRouter(trailing_slash=False)
router.register("lead", Leads, basename="lead")
urlpatterns = [path("token", obtain_auth_token), path("", include(router.urls))]
