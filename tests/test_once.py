"""A property that is worked out once."""

from orderlint.once import once


class Counted:
    asked = 0

    @once
    def answer(self) -> None:
        """The answer."""
        self.asked += 1


def test_it_is_worked_out_once_even_if_it_is_none() -> None:
    one, other = Counted(), Counted()
    assert one.answer is None
    assert one.answer is None
    assert (one.asked, other.asked) == (1, 0)
