/** Where things stand in a grid of hours: rows of a quarter of an hour, as classes `from-8 to-12` (calendar_rows.css),
in bodies that say their day and, when they are of one space only, their space. */

const ROW = 15;

export const bodiesOf = (calendar) => [...calendar.querySelectorAll("[data-day]")];

/** {from, to} of an element of a body. */
export function rowsOf(element) {
  const [, from] = element.className.match(/\bfrom-(\d+)/);
  const [, to] = element.className.match(/\bto-(\d+)/);
  return { from: Number(from), to: Number(to) };
}

export function setRows(element, from, to) {
  for (const name of [...element.classList]) if (/^(from|to)-\d+$/.test(name)) element.classList.remove(name);
  element.classList.add(`from-${from}`, `to-${to}`);
}

export const rowsIn = (calendar) => (calendar.dataset.lastHour - calendar.dataset.firstHour) * 4;

/** The height of a row, in pixels. */
export function rowHeight(calendar) {
  return calendar.querySelector("[data-hours] > span").getBoundingClientRect().height / 4;
}

/** The row under a point of the screen, within the grid. */
export function rowAt(calendar, body, y) {
  const row = Math.floor((y - body.getBoundingClientRect().top) / rowHeight(calendar));
  return Math.min(Math.max(row, 0), rowsIn(calendar) - 1);
}

/** The body under a point of the screen, or the nearest. */
export function bodyAt(calendar, x) {
  const away = (body) => {
    const { left, right } = body.getBoundingClientRect();
    return Math.max(left - x, x - right, 0);
  };
  return bodiesOf(calendar).reduce((nearest, body) => (away(body) < away(nearest) ? body : nearest));
}

/** "2026-11-23T10:30", the house's clock, of a row of a body; midnight's end is the next day. */
export function momentOf(calendar, body, row) {
  return later(`${body.dataset.day}T00:00`, { minutes: calendar.dataset.firstHour * 60 + row * ROW });
}

/** A moment of the house's clock so much later; the wall clock is counted with, whatever summer time does. */
export function later(moment, { days = 0, minutes = 0 }) {
  const clock = new Date(`${moment}:00Z`);
  clock.setUTCMinutes(clock.getUTCMinutes() + minutes + days * 24 * 60);
  return clock.toISOString().slice(0, 16);
}

export const daysBetween = (from, to) => (new Date(`${to}T00:00Z`) - new Date(`${from}T00:00Z`)) / 86_400_000;

export const minutesOfRows = (rows) => rows * ROW;

/** "10 h – 11 h 30" of rows. */
export function sayRows(calendar, from, to) {
  const say = (row) => {
    const minutes = calendar.dataset.firstHour * 60 + row * ROW;
    const rest = minutes % 60 ? `\u202f${String(minutes % 60).padStart(2, "0")}` : "";
    return `${Math.floor(minutes / 60)}\u202fh${rest}`;
  };
  return `${say(from)}\u00a0– ${say(to)}`;
}
