"""The targets, and how each is judged from the samples of one run."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal, TypeAlias

from .measure import Sample

__all__ = [
    "AtMost",
    "AtMostLonger",
    "AtMostTimes",
    "AtMostTimesEither",
    "Faster",
    "Figure",
    "Samples",
    "Verdict",
]

Samples: TypeAlias = Mapping[str, Sequence[Sample]]
"""The samples of each contestant, in the order of the rounds."""

MILLI = 1000
KIB_PER_MIB = 1024


@dataclass(frozen=True)
class Verdict:
    """Whether a target was reached, and the measured value in words."""

    measured: str
    reached: bool


@dataclass(frozen=True)
class Figure(ABC):
    """A target for a contestant."""

    contestant: str

    @property
    @abstractmethod
    def aim(self) -> str:
        """What is to be reached, in words."""

    @abstractmethod
    def judge(self, samples: Samples) -> Verdict | None:
        """Return the verdict, if everything that it needs was measured."""


def pairs(samples: Samples, one: str, other: str) -> list[tuple[float, float]]:
    """Return the times of two contestants in each round in which both took part."""
    found = zip(samples.get(one, ()), samples.get(other, ()), strict=False)
    return [(first.seconds, second.seconds) for first, second in found]


def judge_ratio(
    found: Sequence[tuple[float, float]], is_reached: Callable[[float], bool]
) -> Verdict | None:
    """Judge the median ratio of the pairs; show their spread and the ratio of medians as well."""
    if not found:
        return None
    ratios = [one / other for one, other in found]
    ones, others = zip(*found, strict=True)
    measured = (
        f"{median(ratios):.3g} x ({min(ratios):.3g} to {max(ratios):.3g}; "
        f"of the medians {median(ones) / median(others):.3g} x)"
    )
    return Verdict(measured, is_reached(median(ratios)))


@dataclass(frozen=True)
class Faster(Figure):
    """A contestant is at least `times` as fast as a peer, by the median of the rounds' pairs."""

    peer: str
    times: float

    @property
    def aim(self) -> str:
        """What is to be reached, in words."""
        return f"at least {self.times:g} x as fast as {self.peer}"

    def judge(self, samples: Samples) -> Verdict | None:
        """Return the verdict, if both were measured."""
        found = pairs(samples, self.peer, self.contestant)
        return judge_ratio(found, lambda ratio: ratio >= self.times)


@dataclass(frozen=True)
class AtMostTimes(Figure):
    """A contestant takes at most `times` a peer's time, by the median of the rounds' pairs."""

    peer: str
    times: float

    @property
    def aim(self) -> str:
        """What is to be reached, in words."""
        return f"at most {self.times:g} x the time of {self.peer}"

    def judge(self, samples: Samples) -> Verdict | None:
        """Return the verdict, if both were measured."""
        found = pairs(samples, self.contestant, self.peer)
        return judge_ratio(found, lambda ratio: ratio <= self.times)


@dataclass(frozen=True)
class AtMostTimesEither(Figure):
    """A contestant takes at most `times` the longer of two peers' times, by the rounds' median."""

    peers: tuple[str, str]
    times: float

    @property
    def aim(self) -> str:
        """What is to be reached, in words."""
        return f"at most {self.times:g} x the longer of {' and '.join(self.peers)}"

    def judge(self, samples: Samples) -> Verdict | None:
        """Return the verdict, if all were measured."""
        one, other = (pairs(samples, self.contestant, peer) for peer in self.peers)
        found = [(ours, max(a, b)) for (ours, a), (_, b) in zip(one, other, strict=True)]
        return judge_ratio(found, lambda ratio: ratio <= self.times)


@dataclass(frozen=True)
class AtMostLonger(Figure):
    """A contestant takes at most `seconds` more than a peer, by the median of the rounds' pairs."""

    peer: str
    seconds: float

    @property
    def aim(self) -> str:
        """What is to be reached, in words."""
        return f"at most {self.seconds * MILLI:g} ms more than {self.peer}"

    def judge(self, samples: Samples) -> Verdict | None:
        """Return the verdict, if both were measured."""
        more = [one - other for one, other in pairs(samples, self.contestant, self.peer)]
        if not more:
            return None
        low, middle, high = (it * MILLI for it in (min(more), median(more), max(more)))
        return Verdict(f"{middle:.1f} ms ({low:.1f} to {high:.1f})", median(more) <= self.seconds)


@dataclass(frozen=True)
class AtMost(Figure):
    """An upper bound that must hold in every round, so the worst one is judged."""

    what: Literal["time", "memory", "stall", "files"]
    limit: float
    """In seconds, MiB, milliseconds or descriptors."""

    @property
    def aim(self) -> str:
        """What is to be reached, in words."""
        words = {
            "time": "at most {:g} s",
            "memory": "memory grows by at most {:g} MiB",
            "stall": "the event loop is never blocked for more than {:g} ms",
            "files": "at most {:g} open descriptors",
        }
        return words[self.what].format(self.limit)

    def judge(self, samples: Samples) -> Verdict | None:
        """Return the verdict, if it was measured."""
        values = map(self._of, samples.get(self.contestant, ()))
        found = [value for value in values if value is not None]
        if not found:
            return None
        unit = {"time": " s", "memory": " MiB", "stall": " ms", "files": ""}[self.what]
        return Verdict(f"{max(found):.3g}{unit}", max(found) <= self.limit)

    def _of(self, sample: Sample) -> float | None:
        if self.what == "time":
            return sample.seconds
        if self.what == "memory":
            return None if sample.memory is None else sample.memory / KIB_PER_MIB
        if self.what == "stall":
            return None if sample.stall is None else sample.stall * MILLI
        return sample.files
