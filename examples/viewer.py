"""Mesa's own viewer (SolaraViz) on the readable model: sliders for the levers, plots week by week.

    pip install "regime-sim[viewer]"
    solara run examples/viewer.py

Play, step and reset are Mesa's. Every reset makes the future of this seed and number again, under
the levers as they are set: a lever of several parts starts at its nearest single setting. One
future is an anecdote; for intervals and comparisons use the dashboard.
"""

from __future__ import annotations

from mesa.visualization import Slider, SolaraViz, make_plot_component

import regime_sim as rs

BASE = "venezuela-2025"
GENERALS = 200  # few enough that a week is drawn at once
levers = {name: lever.value for name, lever in rs.load(BASE).lever_values().items()}

model_params = {
    "base": rs.load(BASE).with_(generals=GENERALS),
    "seed": Slider("Seed", value=7, min=0, max=999, step=1),
    "replicate": Slider("Future", value=0, min=0, max=999, step=1),
} | {
    name: Slider(name.replace("_", " ").capitalize(), round(value, 2), 0.0, 1.0, 0.01)
    for name, value in levers.items()
}


asked = {name: one.value if isinstance(one, Slider) else one for name, one in model_params.items()}

page = SolaraViz(
    rs.RegimeModel(**asked),
    components=[
        make_plot_component(["plotting", "belief", "crowd", "rebels"]),
        make_plot_component(["income", "pay", "ranks_anger"]),
        make_plot_component(["us_approval", "us_opposition", "pressure"]),
    ],
    model_params=model_params,
    name="regime_sim: one future, week by week",
)
page  # noqa: B018 - what Solara shows
