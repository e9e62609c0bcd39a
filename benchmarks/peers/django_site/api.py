"""The API of the Django peer."""

from datetime import UTC, datetime

from django.db import transaction
from rest_framework.serializers import ModelSerializer
from rest_framework.viewsets import ModelViewSet

from django_site.models import Email, Lead, Phone

SORTS = {"id": ("id",), "name": ("name_sort", "id"), "creation_date": ("creation_date", "id")}


class EmailSerializer(ModelSerializer):
    class Meta:
        model = Email
        fields = ("email",)


class PhoneSerializer(ModelSerializer):
    class Meta:
        model = Phone
        fields = ("extension", "number")


class LeadSerializer(ModelSerializer):
    email = EmailSerializer(required=False, allow_null=True)
    phone = PhoneSerializer(required=False, allow_null=True)

    class Meta:
        model = Lead
        fields = ("id", "name", "city_id", "custom_data", "creation_date", "email", "phone")
        read_only_fields = ("creation_date",)

    @transaction.atomic
    def create(self, validated_data):
        account_id, name = validated_data["account_id"], validated_data["name"]
        email, phone = validated_data.get("email"), validated_data.get("phone")
        return Lead.objects.create(
            account_id=account_id,
            name=name,
            name_sort=name.casefold(),
            creation_date=datetime.now(UTC).isoformat(timespec="seconds"),
            email=Email.objects.create(account_id=account_id, **email) if email else None,
            phone=Phone.objects.create(account_id=account_id, **phone) if phone else None,
        )

    def update(self, instance, validated_data):
        instance.name = validated_data["name"]
        instance.name_sort = instance.name.casefold()
        instance.save(update_fields=["name", "name_sort"])
        return instance


class Leads(ModelViewSet):
    serializer_class = LeadSerializer

    def get_queryset(self):
        mine = Lead.objects.filter(account_id=self.request.user.member.account_id)
        order = SORTS[self.request.query_params.get("sort", "id")]
        return mine.select_related("email", "phone").order_by(*order)

    def perform_create(self, serializer):
        serializer.save(account_id=self.request.user.member.account_id)
