"""One future told week by week, with its network of generals moving; the story is the package's,
and nothing is simulated here.
"""

from __future__ import annotations

import streamlit as st

import regime_sim as rs

from .. import elements, long_work, state
from ..answers import Answer
from ..style import theme

WHICH = {
    "typical": "A typical future",
    "luckiest": "His luckiest",
    "worst": "His worst",
    "number": "By number",
}
TALL = 1180  # pixels of the frame on a wide screen
FRAME = """
// the page in the frame may ask nobody for anything: it gets this page's fonts as data
let fonts;
const told = (blob) => new Promise((done) => {
  const reader = new FileReader();
  reader.onload = () => done(reader.result);
  reader.readAsDataURL(blob);
});
async function gathered() {
  const faces = [];
  for (const sheet of document.styleSheets) {
    let rules = [];
    try { rules = sheet.cssRules; } catch { continue; }
    for (const { style } of rules) {
      const said = (name) => style?.getPropertyValue(name) ?? "", family = said("font-family");
      const file = /url\\(["']?([^"')]+)/.exec(said("src"));
      if (!file || said("font-style") !== "normal" || !/Source S(ans|erif)/.test(family)) continue;
      const got = await fetch(new URL(file[1], sheet.href ?? location.href));
      if (got.ok) faces.push(`@font-face{font-family:${family};font-weight:100 900;src:url(${
        await told(await got.blob())})}`);
    }
  }
  return faces.join("");
}
const dressed = (page, faces) => page
  .replace("default-src 'none';", "default-src 'none'; font-src data:;")
  .replace("</head>", () => `<style>${faces} body{padding:12px 0!important}</style></head>`);
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
  // as tall as the page in it says that it is, so that nothing is cut
  if (!frame.told) {
    frame.style.height = (window.innerWidth < 900 ? data.tall * 1.9 : data.tall) + "px";
    addEventListener("message", (event) => {
      const tall = event.source === frame.contentWindow && Number(event.data?.regimeSimHeight);
      if (tall > 200 && tall < 20000) frame.style.height = `${Math.ceil(tall) + 4}px`;
    });
    frame.told = true;
  }
  if (frame.page === data.page) return;
  frame.page = data.page;
  frame.srcdoc = data.page;  // at once, and with its fonts when they are there
  fonts ??= gathered().catch(() => "");
  fonts.then((faces) => {
    if (frame.page === data.page) frame.srcdoc = dressed(data.page, faces);
  });
}
"""
_page = st.components.v2.component("regime_sim_future", js=FRAME)


def show(answer: Answer) -> None:
    """Which future, and its story."""
    with st.container(key="future_choice", horizontal=True, vertical_alignment="center"):
        which = st.segmented_control(
            "Which future",
            list(WHICH),
            default="typical",
            key="future_which",
            format_func=WHICH.get,
            label_visibility="collapsed",
            required=True,
        )
        number = _number(answer.futures) if which == "number" else None
    found = _found(answer, which, number)
    if found is None:
        return
    title, rule, pages = found
    elements.lead(
        f"One future of {answer.futures:,}, no more likely than any other",
        f"Chosen as {rule}." if rule else "",
    )
    _page(key="future_page", data={"page": pages[theme()], "title": title, "tall": TALL})
    st.download_button(
        "This future as one HTML file",
        pages["light"],
        f"{answer.now.scenario.id}-future.html",
        "text/html",
        key="save_future",
        on_click="ignore",
        type="tertiary",
    )


def _number(futures: int) -> int:
    return int(
        st.number_input(
            "Future",
            0,
            futures - 1,
            min(17, futures - 1),
            1,
            key="future_number",
            width=140,
            label_visibility="collapsed",
        )
    )


def _found(
    answer: Answer, which: str, number: int | None
) -> tuple[str, str, dict[str, str]] | None:
    """Headline, how it was chosen, and the page in both looks, once they are there."""
    if answer.refining:
        st.html('<p class="note" role="status">Follows the finer answer.</p>')
        return None

    def work(tell: object, cancel: object) -> object:
        run = answer.now
        told = rs.story(run, which=which) if number is None else rs.story(run, replicate=number)
        pages = {look: told.animation(look).page() for look in ("light", "dark")}
        return told.headline(), told.rule, pages

    question = long_work.Question(
        "future",
        f"{answer.key} {answer.id} {which} {number}",
        "Watching one future, general by general",
        work,
        "Tell it for these settings",
        scenario=answer.now.scenario,
        lasting=state.as_shipped(),
        rooms=(),
    )
    found: tuple[str, str, dict[str, str]] | None = long_work.ask(question)
    return found
