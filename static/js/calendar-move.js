/**
 * Move or stretch a booking of a grid by hand: its middle moves it, its edges stretch it; by touch, after a long press.
 * The house answers in words; what it refuses goes back where it was. The booking's own form does the same by keyboard.
 */
import { announce } from "./announce.js";
import * as bar from "./calendar-bar.js";
import { bodyAt, daysBetween, later, minutesOfRows, rowHeight, rowsIn, rowsOf, setRows } from "./calendar-place.js";

const EDGE = 9;
const DRAGGED = 6;
const LONG_PRESS = 400;

/** `refresh` draws the grid again, as it has become. */
export function letMove(calendar, refresh) {
  calendar.addEventListener("dragstart", (event) => event.preventDefault());
  calendar.addEventListener("pointerdown", (event) => {
    const held = event.target.closest("[data-move]");
    if (!held || event.button) return;
    if (event.pointerType === "touch") afterLongPress(held, () => drag(calendar, held, event, refresh, true));
    else drag(calendar, held, event, refresh, false);
  });
}

function afterLongPress(held, act) {
  const timer = setTimeout(act, LONG_PRESS);
  const cancel = () => clearTimeout(timer);
  for (const name of ["pointerup", "pointercancel", "pointermove"]) {
    held.addEventListener(name, cancel, { once: true });
  }
}

/** Which part of the booking is taken. */
function grip(held, y) {
  const { top, bottom } = held.getBoundingClientRect();
  if (bottom - y < EDGE) return "end";
  return y - top < EDGE ? "start" : "whole";
}

function drag(calendar, held, { clientX, clientY }, refresh, isLive) {
  const home = held.parentElement;
  const was = rowsOf(held);
  const part = grip(held, clientY);
  const most = rowsIn(calendar);
  let isMoving = isLive;
  let into = home;
  let rows = 0;
  held.classList.toggle("held--moving", isMoving);

  function follow(move) {
    const far = Math.max(Math.abs(move.clientX - clientX), Math.abs(move.clientY - clientY));
    if (!isMoving && far < DRAGGED) return;
    isMoving = true;
    held.classList.add("held--moving");
    rows = Math.round((move.clientY - clientY) / rowHeight(calendar));
    if (part === "whole") {
      rows = Math.min(Math.max(rows, -was.from), most - was.to);
      into = bodyAt(calendar, move.clientX);
      if (held.parentElement !== into) into.append(held);
      setRows(held, was.from + rows, was.to + rows);
    } else if (part === "end") {
      rows = Math.min(Math.max(rows, was.from + 1 - was.to), most - was.to);
      setRows(held, was.from, was.to + rows);
    } else {
      rows = Math.min(Math.max(rows, -was.from), was.to - 1 - was.from);
      setRows(held, was.from + rows, was.to);
    }
  }

  function putBack() {
    home.append(held);
    setRows(held, was.from, was.to);
    held.classList.remove("held--moving");
  }

  async function drop(event) {
    release();
    if (!isMoving) return;
    held.addEventListener("click", (click) => click.preventDefault(), { once: true, capture: true });
    const isSame = rows === 0 && into === home;
    if (event.type === "pointercancel" || isSame) return putBack();
    const answer = await ask(held, wish(held, part, home, into, minutesOfRows(rows)));
    announce(answer.message);
    if (answer.ok) await refresh();
    else putBack();
    bar.onClose(() => {});
    bar.show({ words: answer.message, url: answer.ok ? "" : answer.url, link: "form" });
  }

  function giveUp(event) {
    if (event.key !== "Escape") return;
    release();
    putBack();
  }

  const stay = (event) => event.cancelable && event.preventDefault();
  const listened = [
    [window, "pointermove", follow],
    [window, "pointerup", drop],
    [window, "pointercancel", drop],
    [window, "keydown", giveUp],
    // A finger that moves the booking does not scroll the grid, nor opens the link's menu.
    ...(isLive ? [[window, "touchmove", stay]] : []),
    [held, "contextmenu", stay],
  ];
  for (const [place, name, act] of listened) place.addEventListener(name, act, { passive: false });
  function release() {
    for (const [place, name, act] of listened) place.removeEventListener(name, act);
  }
}

/** What is asked for: the fields of agenda:move_booking. */
function wish(held, part, home, into, minutes) {
  const { start, end, space, sequence } = held.dataset;
  const days = part === "whole" ? daysBetween(home.dataset.day, into.dataset.day) : 0;
  // In a column of another space that it holds too, a booking keeps its own.
  const isAcross = into !== home && home.dataset.space === space && into.dataset.space;
  return {
    debut: part === "end" ? start : later(start, { days, minutes }),
    fin: part === "start" ? end : later(end, { days, minutes }),
    espace: isAcross ? into.dataset.space : space,
    sequence,
  };
}

/** {ok, message, url}: what the house says of it. */
async function ask(held, fields) {
  const headers = JSON.parse(document.body.dataset.hxHeaders);
  const lost = { ok: false, message: held.closest("[data-calendar]").dataset.lost, url: "" };
  try {
    const response = await fetch(held.dataset.move, { method: "POST", headers, body: new URLSearchParams(fields) });
    const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
    return isJson ? await response.json() : lost;
  } catch {
    return lost;
  }
}
