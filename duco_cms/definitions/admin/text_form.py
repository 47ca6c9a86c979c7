"""What the text page and its routes are sent."""

from django import forms

from duco_cms.definitions.admin.listing import code_widget

TEXT_CHARACTERS = 2_000_000
"""A form's fields may have 2.5 MB together."""


class TextForm(forms.Form):
    text = forms.CharField(
        max_length=TEXT_CHARACTERS, required=False, strip=False, widget=code_widget(36), label="Text of the set"
    )

    def clean_text(self) -> str:
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")


class EditedTextForm(TextForm):
    """`etag` is that of the text that was edited."""

    etag = forms.CharField(widget=forms.HiddenInput)
