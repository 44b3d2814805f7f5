"""One world told week by week, with its network of generals moving; the story is the package's, and
nothing is run here.
"""

from __future__ import annotations

import asking
import streamlit as st
from runs import Answer
from style import theme

import regime_sim as rs

WHICH = {
    "typical": "A typical world",
    "luckiest": "His luckiest",
    "worst": "His worst",
    "number": "By number",
}
TALL = 1180  # pixels of the frame on a wide screen
FRAME = """
export default function (component) {
  const { data, parentElement } = component;
  let frame = parentElement.querySelector("iframe");
  if (!frame) {
    frame = document.createElement("iframe");
    frame.setAttribute("sandbox", "allow-scripts");
    frame.style.cssText = "width:100%;border:0;display:block";
    parentElement.appendChild(frame);
  }
  frame.title = data.title;
  frame.style.height = (window.innerWidth < 900 ? data.tall * 1.9 : data.tall) + "px";
  if (frame.srcdoc !== data.page) frame.srcdoc = data.page;
}
"""
_page = st.components.v2.component("regime_sim_world", js=FRAME)


def show(answer: Answer) -> None:
    """Which world, and its story."""
    with st.container(key="world_choice", horizontal=True, vertical_alignment="center"):
        which = st.segmented_control(
            "Which world",
            list(WHICH),
            default="typical",
            key="world_which",
            format_func=WHICH.get,
            label_visibility="collapsed",
            required=True,
        )
        number = (
            int(
                st.number_input(
                    "World",
                    0,
                    answer.futures - 1,
                    17,
                    1,
                    key="world_number",
                    width=140,
                    label_visibility="collapsed",
                )
            )
            if which == "number"
            else None
        )
    world, seed, base = answer.now.scenario, answer.now.seed, answer.now

    def work(tell: object, cancel: object) -> object:
        told = (
            rs.story(base, replicate=number) if number is not None else rs.story(base, which=which)
        )
        return (
            told.headline(),
            told.rule,
            {look: told.animation(look).page() for look in ("light", "dark")},
        )

    found = asking.ask(
        "world",
        f"{answer.key} {answer.futures} {which} {number} {seed}",
        "Watching one world, general by general",
        work,
        "Tell it for these settings",
    )
    if found is None:
        return
    title, rule, pages = found
    asking.lead(
        f"One world of {answer.futures:,}, no likelier than any other",
        f"Chosen as {rule}." if rule else "",
    )
    _page(key="world_page", data={"page": pages[theme()], "title": title, "tall": TALL})
    st.download_button(
        "This world as one HTML file",
        pages["light"],
        f"{world.id}-world.html",
        "text/html",
        key="save_world",
        on_click="ignore",
        type="tertiary",
    )
