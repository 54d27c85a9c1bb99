"""Draws a plot with panels as SVG, without a plotting library."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2
from typing import TypeAlias

__all__ = ["Panel", "Points", "draw"]

Points: TypeAlias = Mapping[str, Sequence[tuple[float, float]]]
"""The points of each line, from left to right."""

WIDTH, HEIGHT = 900, 380
LEFT, TOP, PANEL_WIDTH, PANEL_HEIGHT, GAP = 70, 50, 330, 250, 450
LEGEND = HEIGHT - 18
COLOURS = ("#0072b2", "#56b4e9", "#d55e00", "#009e73", "#8fbc4f", "#777777", "#000000")
STYLE = "font-family='sans-serif' font-size='12' fill='#222'"


@dataclass(frozen=True)
class Panel:
    """One panel, whose axes are logarithmic: powers of two mark the grid."""

    title: str
    points: Points
    lowest: float
    """Smaller values are drawn at this one, as a logarithmic axis has no zero."""


def text(x: float, y: float, words: str, anchor: str = "middle") -> str:
    """Return a text element."""
    escaped = words.replace("&", "&amp;").replace("<", "&lt;")
    return f"<text x='{x:.0f}' y='{y:.0f}' text-anchor='{anchor}' {STYLE}>{escaped}</text>"


def line(x1: float, y1: float, x2: float, y2: float, colour: str = "#ddd", width: int = 1) -> str:
    """Return a line element."""
    ends = f"x1='{x1:.1f}' y1='{y1:.1f}' x2='{x2:.1f}' y2='{y2:.1f}'"
    return f"<line {ends} stroke='{colour}' stroke-width='{width}'/>"


def powers(low: float, high: float, step: int) -> list[float]:
    """Return every `step`th power of two, from one up to `low` to one that is at least `high`."""
    first, last = int(log2(low) // step) * step, -int(-log2(high) // step) * step
    return [2.0**exponent for exponent in range(first, max(last, first + step) + 1, step)]


def in_words(value: float) -> str:
    """Return a number as the axes show it."""
    return f"{value:,.0f}" if value >= 1 else f"1/{1 / value:.0f}"


def draw_panel(panel: Panel, left: float, colours: Mapping[str, str]) -> list[str]:
    """Return the elements of a panel."""
    points = [point for line in panel.points.values() for point in line]
    across = powers(min(x for x, _ in points), max(x for x, _ in points), 1)
    values = [max(y, panel.lowest) for _, y in points]
    up = powers(min(values), max(values), 2 if max(values) / min(values) > 2**8 else 1)

    def place(x: float, y: float) -> tuple[float, float]:
        right = log2(x / across[0]) / log2(across[-1] / across[0])
        above = log2(max(y, panel.lowest) / up[0]) / log2(up[-1] / up[0])
        return left + right * PANEL_WIDTH, TOP + (1 - above) * PANEL_HEIGHT

    bottom = TOP + PANEL_HEIGHT
    drawn = [text(left + PANEL_WIDTH / 2, TOP - 20, panel.title)]
    for number, value in enumerate(across):
        x, _ = place(value, up[0])
        drawn.append(line(x, TOP, x, bottom))
        # There is room for every other label only.
        if number % 2 == 0:
            drawn.append(text(x, bottom + 18, in_words(value)))
    for value in up:
        _, y = place(across[0], value)
        drawn += [
            line(left, y, left + PANEL_WIDTH, y),
            text(left - 8, y + 4, in_words(value), "end"),
        ]
    drawn.append(text(left + PANEL_WIDTH / 2, bottom + 36, "file size in MiB"))
    for name, found in panel.points.items():
        colour = colours[name]
        places = [place(x, y) for x, y in found]
        way = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        drawn.append(f"<polyline points='{way}' fill='none' stroke='{colour}' stroke-width='2'/>")
        drawn += [f"<circle cx='{x:.1f}' cy='{y:.1f}' r='3' fill='{colour}'/>" for x, y in places]
    return drawn


def draw(panels: Sequence[Panel]) -> str:
    """Return the SVG of all panels, with one legend."""
    names = list(dict.fromkeys(name for panel in panels for name in panel.points))
    colours = dict(zip(names, COLOURS, strict=False))
    drawn = [f"<rect width='{WIDTH}' height='{HEIGHT}' fill='#fff'/>"]
    for number, panel in enumerate(panels):
        drawn += draw_panel(panel, LEFT + number * GAP, colours)
    for number, name in enumerate(names):
        x = LEFT + number * 115
        drawn.append(line(x, LEGEND - 4, x + 20, LEGEND - 4, colours[name], 3))
        drawn.append(text(x + 26, LEGEND, name, "start"))
    size = f"width='{WIDTH}' height='{HEIGHT}' viewBox='0 0 {WIDTH} {HEIGHT}'"
    body = "\n".join(drawn)
    return f"<svg xmlns='http://www.w3.org/2000/svg' {size}>\n{body}\n</svg>\n"
