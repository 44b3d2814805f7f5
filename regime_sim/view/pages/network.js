(() => {
  "use strict";
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const start = (root) => {
    const d = JSON.parse(root.querySelector("script[type='application/json']").textContent);
    const canvas = root.querySelector("canvas"), pen = canvas.getContext("2d");
    const slider = root.querySelector("input"), play = root.querySelector(".play"), said = root.querySelector(".said");
    const mark = root.querySelector(".mark"), lines = [...root.querySelectorAll("ol li")];
    const packed = bytes(d.codes), peers = new Uint16Array(bytes(d.peers).buffer);
    const perWeek = Math.ceil(d.n / 4), k = d.peersEach;
    const still = window.matchMedia("(prefers-reduced-motion: reduce)");
    let week = 0, timer = 0;
    const code = (w, i) => (packed[w * perWeek + (i >> 2)] >> (2 * (i & 3))) & 3;
    const colour = (name) => getComputedStyle(root).getPropertyValue("--" + name).trim();

    const ties = (w) => {
      pen.strokeStyle = colour("plot"); pen.globalAlpha = 0.28; pen.lineWidth = 0.9; pen.beginPath();
      for (let i = 0; i < d.n; i++) {
        if (code(w, i) !== 1) continue;
        for (let j = 0; j < k; j++) {
          const p = peers[i * k + j];
          if (code(w, p) !== 1 || (p < i && hasPeer(p, i))) continue;
          const mx = (d.x[i] + d.x[p]) / 2 - d.half, my = (d.y[i] + d.y[p]) / 2 - d.half;
          const far = Math.hypot(d.x[i] - d.x[p], d.y[i] - d.y[p]), out = 1 + 0.5 * far / (Math.hypot(mx, my) + d.half / 3);
          pen.moveTo(d.x[i], d.y[i]);
          const bend = Math.min(out, 0.94 * d.half / (Math.hypot(mx, my) + 1));
          pen.quadraticCurveTo(d.half + mx * bend, d.half + my * bend, d.x[p], d.y[p]);
        }
      }
      pen.stroke(); pen.globalAlpha = 1;
    };
    const hasPeer = (i, other) => {
      for (let j = 0; j < k; j++) if (peers[i * k + j] === other) return true;
      return false;
    };
    const dots = (w) => {
      const ink = colour("ink"), loyal = colour("loyal"), plot = colour("plot");
      for (let i = 0; i < d.n; i++) {
        const c = code(w, i), x = d.x[i], y = d.y[i], r = d.r[i];
        pen.beginPath();
        if (c === 2) { pen.lineWidth = 1.3; pen.strokeStyle = ink; pen.arc(x, y, Math.max(r, 2.5), 0, 7); pen.stroke(); continue; }
        if (c === 3) {
          const s = Math.max(r, 3); pen.lineWidth = 1.7; pen.strokeStyle = ink;
          pen.moveTo(x - s, y - s); pen.lineTo(x + s, y + s); pen.moveTo(x + s, y - s); pen.lineTo(x - s, y + s); pen.stroke(); continue;
        }
        pen.fillStyle = c === 1 ? plot : loyal; pen.arc(x, y, c === 1 ? r + 0.8 : r, 0, 7); pen.fill();
      }
    };
    const ruler = (w) => {
      const gone = d.out > 0 && w >= d.out;
      pen.beginPath(); pen.arc(d.half, d.half, d.hole * 0.6, 0, 7);
      pen.fillStyle = colour("paper"); pen.fill();
      pen.lineWidth = 2.2; pen.setLineDash(gone ? [4, 3] : []); pen.strokeStyle = colour("ink"); pen.stroke(); pen.setLineDash([]);
      pen.fillStyle = colour("ink"); pen.font = "600 13px sans-serif"; pen.textAlign = "center"; pen.textBaseline = "middle";
      pen.fillText(gone ? "out" : d.initial, d.half, d.half + 1);
    };
    const show = (w) => {
      week = Math.max(0, Math.min(d.weeks, w));
      const ratio = window.devicePixelRatio || 1, size = 2 * d.half;
      canvas.width = size * ratio; canvas.height = size * ratio;
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      ties(week); dots(week); ruler(week);
      let purged = 0, fled = 0;
      for (let i = 0; i < d.n; i++) { const c = code(week, i); purged += c === 3; fled += c === 2; }
      slider.value = String(week);
      mark.setAttribute("x1", String(d.track * week / d.horizon)); mark.setAttribute("x2", String(d.track * week / d.horizon));
      said.textContent = "Week " + week + ": plotters command " + d.command[week] + "% of the troops; " + purged + " purged, " + fled + " fled this week" +
        (d.out > 0 && week >= d.out ? "; he is out." : ".");
      canvas.setAttribute("aria-label", said.textContent);
      let now = -1;
      lines.forEach((line, i) => { if (Number(line.dataset.week) <= week) now = i; });
      if (now >= 0) {
        const list = lines[now].parentElement, at = lines[now].offsetTop - lines[0].offsetTop;
        if (at < list.scrollTop || at + lines[now].offsetHeight > list.scrollTop + list.clientHeight) list.scrollTop = at - list.clientHeight / 2;
      }
      lines.forEach((line, i) => { line.classList.toggle("now", i === now); line.classList.toggle("later", i > now); });
    };
    const stop = () => { clearInterval(timer); timer = 0; play.textContent = "Play"; };
    const calm = () => { stop(); play.hidden = still.matches; };
    play.addEventListener("click", () => {
      if (timer) return stop();
      if (week >= d.weeks) show(0);
      play.textContent = "Pause";
      timer = setInterval(() => { if (week >= d.weeks) stop(); else show(week + 1); }, 250);
    });
    root.querySelector(".back").addEventListener("click", () => { stop(); show(week - 1); });
    root.querySelector(".on").addEventListener("click", () => { stop(); show(week + 1); });
    slider.addEventListener("input", () => { stop(); show(Number(slider.value)); });
    lines.forEach((line) => line.querySelector("button").addEventListener("click", () => { stop(); show(Number(line.dataset.week)); }));
    still.addEventListener("change", calm);
    root.classList.add("live"); calm(); show(d.first);
  };
  document.querySelectorAll(".one-world").forEach(start);
  // a page that shows this one in a frame is told how tall it is
  if (parent !== window) {
    const tell = () => parent.postMessage({ regimeSimHeight: document.documentElement.scrollHeight }, "*");
    new ResizeObserver(tell).observe(document.body); tell();
  }
})();
