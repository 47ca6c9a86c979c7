"""What the routes for texts take and give, for the OpenAPI document."""

from rest_framework import serializers

from duco_cms.definitions.models import DefinitionSet


class SetSerializer(serializers.ModelSerializer[DefinitionSet]):
    class Meta:
        model = DefinitionSet
        fields = ["id", "name", "comment"]


class RelatedSerializer(serializers.Serializer[None]):
    """Places are known in the text of the diagnostic alone."""

    file = serializers.CharField()
    text = serializers.CharField()
    line = serializers.IntegerField(required=False)
    column = serializers.IntegerField(required=False)
    end_line = serializers.IntegerField(required=False)
    end_column = serializers.IntegerField(required=False)


class DiagnosticSerializer(serializers.Serializer[None]):
    """Lines and columns count from 1; the end is behind the last character. `shown`: as the command line shows it."""

    code = serializers.CharField()
    severity = serializers.ChoiceField(choices=["error", "warning", "hint"])
    title = serializers.CharField()
    file = serializers.CharField()
    line = serializers.IntegerField()
    column = serializers.IntegerField()
    end_line = serializers.IntegerField()
    end_column = serializers.IntegerField()
    subject = serializers.CharField()
    why = serializers.CharField()
    help = serializers.CharField()
    related = RelatedSerializer(many=True)
    shown = serializers.CharField()


class ChangeSerializer(serializers.Serializer[None]):
    """Breaking is what makes readers of the values wrong."""

    path = serializers.CharField()
    aspect = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()
    text = serializers.CharField()
    breaking = serializers.BooleanField()


class ReportSerializer(serializers.Serializer[None]):
    """The first changes, and how many more there are."""

    diagnostics = DiagnosticSerializer(many=True)
    changes = ChangeSerializer(many=True)
    more_changes = serializers.IntegerField()


class CheckSerializer(serializers.Serializer[None]):
    """Texts by the names of sets."""

    texts = serializers.DictField(child=serializers.CharField(allow_blank=True, trim_whitespace=False))

    def validate_texts(self, texts: dict[str, str]) -> dict[str, str]:
        name = serializers.CharField(max_length=DefinitionSet._meta.get_field("name").max_length)
        for each in texts:
            name.run_validation(each)
        return texts


class CheckedSerializer(serializers.Serializer[None]):
    diagnostics = DiagnosticSerializer(many=True)
