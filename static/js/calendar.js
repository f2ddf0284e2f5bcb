/** The calendar's pages: choosing a day goes there; on a grid, a free stretch is chosen and a booking is moved. */
import { letChoose } from "./calendar-choose.js";
import { letMove } from "./calendar-move.js";

function start(calendar) {
  letChoose(calendar);
  letMove(calendar, () => refresh(calendar));
}

/** Draws the grid again, where it was scrolled to. */
async function refresh(calendar) {
  const response = await fetch(window.location.href);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const drawn = page.querySelector("[data-calendar]");
  const { scrollLeft, scrollTop } = calendar;
  calendar.replaceWith(drawn);
  drawn.scrollTo(scrollLeft, scrollTop);
  start(drawn);
}

/** Where the columns do not all hold, today's is the first that one sees. */
function goToToday(calendar) {
  const today = calendar.querySelector(".calendar__head--today");
  const hours = calendar.querySelector("[data-hours]");
  if (today) calendar.scrollLeft = today.offsetLeft - hours.offsetWidth;
}

const calendar = document.querySelector("[data-calendar]");
if (calendar) {
  goToToday(calendar);
  document.querySelector(".calendar-how")?.classList.add("calendar-how--live");
  start(calendar);
}

// A date is whole once the picker closes or the field is left; while it is typed, nothing goes.
const tools = document.querySelector("[data-calendar-tools]");
tools?.addEventListener("change", ({ target }) => {
  if (target.type === "checkbox") tools.requestSubmit();
});
