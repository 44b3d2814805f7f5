"""The contour of a level on a grid, by marching squares; knows no pixels and no colours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

Point = tuple[float, float]
# which edges of a cell the contour joins, by which of its corners (0,0), (1,0), (1,1), (0,1) lie at
# or above the level; edges 0 bottom, 1 right, 2 top, 3 left
EDGES = {
    1: ((3, 0),),
    2: ((0, 1),),
    3: ((3, 1),),
    4: ((1, 2),),
    5: ((3, 2), (0, 1)),
    6: ((0, 2),),
    7: ((3, 2),),
    8: ((2, 3),),
    9: ((0, 2),),
    10: ((0, 3), (1, 2)),
    11: ((1, 2),),
    12: ((1, 3),),
    13: ((0, 1),),
    14: ((0, 3),),
}


def segments(values: Sequence[Sequence[float]], level: float) -> Iterator[tuple[Point, Point]]:
    """Pieces of the contour of `level` through values[i][j] at points (i, j), linear between
    neighbours.

    Source: Lorensen & Cline 1987 in two dimensions. Known answer: values i + j on a 3 x 3 grid,
    level 1.5 -> the line from (0, 1.5) to (1.5, 0).
    """
    for i in range(len(values) - 1):
        for j in range(len(values[0]) - 1):
            corners = ((i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1))
            at = [values[a][b] for a, b in corners]
            case = sum((value >= level) << k for k, value in enumerate(at))
            for one, other in EDGES.get(case, ()):
                yield _crossing(corners, at, one, level), _crossing(corners, at, other, level)


def _crossing(
    corners: Sequence[tuple[int, int]], at: Sequence[float], edge: int, level: float
) -> Point:
    """Where the level lies on an edge, between corner `edge` and the next."""
    (ax, ay), (bx, by) = corners[edge], corners[(edge + 1) % 4]
    a, b = at[edge], at[(edge + 1) % 4]
    share = (level - a) / (b - a)
    return round(ax + share * (bx - ax), 9), round(ay + share * (by - ay), 9)


def joined(pieces: Iterator[tuple[Point, Point]]) -> list[list[Point]]:
    """The pieces strung together into lines, end to end."""
    left = [piece for piece in pieces if piece[0] != piece[1]]
    lines: list[list[Point]] = []
    while left:
        line = list(left.pop())
        grown = True
        while grown:
            grown = False
            for k, (a, b) in enumerate(left):
                if line[-1] in (a, b):
                    line.append(b if line[-1] == a else a)
                elif line[0] in (a, b):
                    line.insert(0, b if line[0] == a else a)
                else:
                    continue
                left.pop(k)
                grown = True
                break
        lines.append(line)
    return lines
