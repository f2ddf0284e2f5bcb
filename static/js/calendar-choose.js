/**
 * Choose a free stretch of a grid. Each free hour is a link to book it; this draws one stretch over them, which is a
 * link too: by mouse one drags over the hours, by touch one taps an hour then adjusts it, by keyboard the arrows move
 * the stretch, Shift and the arrows extend it, Enter books.
 */
import { announce } from "./announce.js";
import * as bar from "./calendar-bar.js";
import { bodiesOf, minutesOfRows, momentOf, rowAt, rowsIn, rowsOf, sayRows, setRows } from "./calendar-place.js";

const HOUR = 4;
const HALF_HOUR = 2;
const DRAGGED = 6;

export function letChoose(calendar) {
  const bodies = bodiesOf(calendar).filter((body) => body.querySelector(".cell"));
  if (!bodies.length) return;
  const free = new Map(bodies.map((body) => [body, freeRows(calendar, body)]));
  const chosen = document.createElement("a");
  let body = bodies[0];
  let { from, to } = firstHour(rowsOf(body.querySelector(".cell")));
  let dragged = false;
  let touched = false;

  chosen.className = "chosen chosen--idle";
  chosen.draggable = false;
  chosen.setAttribute("aria-describedby", "calendar-how");
  for (const cell of calendar.querySelectorAll(".cell")) {
    cell.tabIndex = -1;
    cell.draggable = false;
  }
  place(body, from, to);

  const isFree = (of, start, end) => end <= rowsIn(calendar) && free.get(of).slice(start, end).every(Boolean);
  const words = () => `${body.dataset.words}, ${sayRows(calendar, from, to)}`;

  /** [first, last) rows that are free around `row`. */
  function gap(of, row) {
    const rows = free.get(of);
    let [first, last] = [row, row];
    while (first > 0 && rows[first - 1]) first -= 1;
    while (last < rows.length && rows[last]) last += 1;
    return [first, last];
  }

  function place(into, start, end) {
    [body, from, to] = [into, start, end];
    setRows(chosen, from, to);
    if (chosen.parentElement !== body) body.append(chosen);
    const said = `${body.dataset.words}, ${sayRows(calendar, from, to)}`;
    chosen.textContent = sayRows(calendar, from, to);
    chosen.setAttribute("aria-label", said);
    chosen.href = address();
  }

  function address() {
    const start = momentOf(calendar, body, from);
    // Over several spaces it leads to those that are free then.
    const times = body.dataset.space
      ? { debut: start, fin: momentOf(calendar, body, to) }
      : { debut: start.slice(11), duree: Math.ceil(minutesOfRows(to - from) / 30) * 30 };
    return `${body.dataset.choose}&${new URLSearchParams(times)}`;
  }

  function reveal() {
    chosen.classList.remove("chosen--idle");
  }

  function retire() {
    chosen.classList.add("chosen--idle");
    bar.hide();
  }

  /** The full hour of that row, or what is free of it. */
  function placeHour(into, row) {
    const [first, last] = gap(into, row);
    const hour = Math.floor(row / HOUR) * HOUR;
    place(into, Math.max(hour, first), Math.min(hour + HOUR, last));
  }

  function resize(end) {
    const [, last] = gap(body, from);
    place(body, from, Math.min(Math.max(end, from + 1), last));
  }

  /** The first free place of that length from `start` on, forwards or backwards; undefined when there is none. */
  function nextFree(of, start, step) {
    for (let row = start; row >= 0 && row + to - from <= rowsIn(calendar); row += step) {
      if (isFree(of, row, row + to - from)) return row;
    }
  }

  function moveBy(step) {
    const row = nextFree(body, from + step * HALF_HOUR, step);
    if (row !== undefined) place(body, row, row + to - from);
  }

  function moveAcross(step) {
    const other = bodies[bodies.indexOf(body) + step];
    if (!other) return;
    const row = isFree(other, from, to) ? from : (nextFree(other, from, 1) ?? nextFree(other, from, -1));
    if (row !== undefined) place(other, row, row + to - from);
    else {
      const first = firstHour(rowsOf(other.querySelector(".cell")));
      place(other, first.from, first.to);
    }
  }

  const KEYS = {
    ArrowDown: () => moveBy(1),
    ArrowUp: () => moveBy(-1),
    ArrowRight: () => moveAcross(1),
    ArrowLeft: () => moveAcross(-1),
  };
  const EXTENDING_KEYS = {
    ArrowDown: () => resize(to + HALF_HOUR),
    ArrowUp: () => resize(Math.max(to - HALF_HOUR, from + 1)),
  };

  chosen.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return retire();
    const act = (event.shiftKey ? EXTENDING_KEYS : KEYS)[event.key];
    if (!act || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    act();
    chosen.focus({ preventScroll: true });
    chosen.scrollIntoView({ block: "nearest", inline: "nearest" });
    announce(words());
  });
  chosen.addEventListener("focus", reveal);

  // By mouse: from the hour that is pressed to the one under the pointer. The stretch itself is dragged longer.
  calendar.addEventListener("pointerdown", (event) => {
    const { target, button, pointerType, clientY } = event;
    const onChosen = target === chosen;
    touched = pointerType === "touch";
    dragged = false;
    if (button || !(onChosen || (target.matches(".cell") && !touched))) return;
    const into = target.parentElement;
    const anchor = onChosen ? from : rowAt(calendar, into, clientY);

    function follow(move) {
      if (!dragged && Math.abs(move.clientY - clientY) < DRAGGED) return;
      dragged = true;
      reveal();
      const row = rowAt(calendar, into, move.clientY);
      const [first, last] = gap(into, anchor);
      const start = snap(Math.min(anchor, row), Math.floor);
      const end = snap(Math.max(anchor, row) + 1, Math.ceil);
      if (onChosen) place(into, from, Math.min(Math.max(snap(row + 1, Math.ceil), from + 1), last));
      else place(into, Math.max(start, first), Math.min(end, last));
    }

    function drop() {
      calendar.removeEventListener("pointermove", follow);
      if (!dragged) return;
      announce(words());
      if (touched) offer();
      else window.location.assign(chosen.href);
    }

    calendar.addEventListener("pointermove", follow);
    window.addEventListener("pointerup", drop, { once: true });
    window.addEventListener("pointercancel", drop, { once: true });
  });

  // A drag ends in a click, which would follow the link under it.
  calendar.addEventListener(
    "click",
    (event) => {
      const cell = event.target.closest(".cell");
      if (dragged && (cell || event.target === chosen)) event.preventDefault();
      else if (cell && event.detail) {
        event.preventDefault();
        placeHour(cell.parentElement, rowAt(calendar, cell.parentElement, event.clientY));
        reveal();
        announce(words());
        if (touched) offer();
        else window.location.assign(chosen.href);
      }
      dragged = false;
    },
    true,
  );

  function offer() {
    bar.onAdjust((halves) => {
      resize(Math.max(to + halves * HALF_HOUR, from + 1));
      announce(words());
      offer();
    });
    bar.onClose(retire);
    bar.show({ words: words(), url: chosen.href, adjusts: true });
  }
}

/** Whether each row of a body is free. */
function freeRows(calendar, body) {
  const rows = Array(rowsIn(calendar)).fill(false);
  for (const cell of body.querySelectorAll(".cell")) {
    const { from, to } = rowsOf(cell);
    rows.fill(true, from, to);
  }
  return rows;
}

const firstHour = ({ from, to }) => ({ from, to: Math.min(from + HOUR, to) });

const snap = (row, round) => round(row / HALF_HOUR) * HALF_HOUR;
