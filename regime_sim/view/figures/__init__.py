"""Every figure of the package, one file per family: results become Vega-Lite specifications here,
and nothing is computed but where ink goes.

Every figure has a title that states what was found, a subtitle with the unit, labels on the lines
instead of a legend, and one sentence for those who cannot see it. Shares are always drawn from 0 to
100. Which figures a result has is in `view.door`.
"""
