"""The front end draws the bits that the decoder reads: both are held against one file."""

from tests.parsing.bit_places import FILE, text


def test_the_file_that_the_front_end_is_held_against_is_what_the_decoder_reads():
    assert FILE.read_text() == text()
