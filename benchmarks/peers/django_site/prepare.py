"""Make the tables of the Django peer, and write a hash of the password given."""

import sys

import django
from django.contrib.auth.hashers import make_password
from django.core.management import call_command

django.setup()
call_command("migrate", "--run-syncdb", verbosity=0)
sys.stdout.write(make_password(sys.argv[1]))
