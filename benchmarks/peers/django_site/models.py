"""Tables of the Django peer."""

from django.conf import settings
from django.db import models


class Member(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    account_id = models.BigIntegerField()

    class Meta:
        db_table = "member"


class Email(models.Model):
    account_id = models.BigIntegerField()
    email = models.EmailField()

    class Meta:
        db_table = "email"
        unique_together = (("account_id", "email"),)


class Phone(models.Model):
    account_id = models.BigIntegerField()
    extension = models.CharField(max_length=8)
    number = models.CharField(max_length=32)

    class Meta:
        db_table = "phone"
        unique_together = (("account_id", "extension", "number"),)


class Lead(models.Model):
    account_id = models.BigIntegerField()
    name = models.CharField(max_length=200, null=True)
    name_sort = models.CharField(max_length=200, null=True)
    city_id = models.BigIntegerField(null=True)
    custom_data = models.TextField(null=True)
    creation_date = models.CharField(max_length=32)
    email = models.ForeignKey(Email, null=True, on_delete=models.SET_NULL, db_index=False)
    phone = models.ForeignKey(Phone, null=True, on_delete=models.SET_NULL, db_index=False)

    class Meta:
        db_table = "lead"
        indexes = (
            models.Index(fields=["account_id", "id"], name="lead_account"),
            models.Index(fields=["account_id", "name_sort", "id"], name="lead_name"),
            models.Index(fields=["account_id", "creation_date", "id"], name="lead_date"),
        )
