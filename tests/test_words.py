"""The list of every sentence of the product."""

from __future__ import annotations

import pytest

from bench.words import in_command, in_module, in_template, sentences


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('{% translate "Add a task" %}', ["Add a task"]),
        ("{% translate 'It’s locked' as label %}", ["It’s locked"]),
        ("{{ name|default:_('No name') }}", ["No name"]),
        ("{{ _('Copy last week') }}", ["Copy last week"]),
        ("{% blocktranslate with n=x %}Add {{ n }}{% endblocktranslate %}", ["Add {{ n }}"]),
        (
            "{% blocktranslate trimmed count n=x %}\n  {{ n }} day\n"
            "{% plural %}\n  {{ n }}\n  days\n{% endblocktranslate %}",
            ["{{ n }} day", "{{ n }} days"],
        ),
        ("{% trans n=x %}{{ n }} day{% pluralize %}days{% endtrans %}", ["{{ n }} day", "days"]),
        ("<p>{{ name }}</p>{% if a %}b{% endif %}", []),
    ],
)
def test_sentences_of_a_template_are_found(source, found):
    assert [text for _, text in in_template(source)] == found


def test_sentences_of_a_module_are_found():
    source = '_("One")\nngettext("%(n)d day", "%(n)d days", n)\npgettext("menu", "Open")\nf("No")'
    assert [text for _, text in in_module(source)] == ["One", "%(n)d day", "%(n)d days", "Open"]


def test_what_a_command_prints_is_found():
    source = '''"""A docstring."""\nhelp = "Print it all."\nwrite(f"Done in {n} s.", "key")'''
    assert [text for _, text in in_command(source)] == ["Print it all.", "Done in {n} s."]


def test_every_area_has_its_sentences():
    areas = {sentence.area for sentence in sentences()}
    assert areas >= {"week", "sign_in", "connections", "journal", "team", "reports", "mail"}
