/**
 * The screen of a door: asks for the page again every half minute and puts its new state in place; when nothing comes,
 * says since when, and goes on asking. Without script, the page asks for itself every minute.
 */
const PAUSE = 30_000;
// A server that never answers is a network that is down.
const PATIENCE = 10_000;

const clock = document.getElementById("door-clock");
const stale = document.getElementById("door-stale");
const stylesheet = () => document.querySelector("link[rel=stylesheet]").getAttribute("href");
let heardAt = new Date();

// The house's clock, whatever the tablet's.
const paris = new Intl.DateTimeFormat("fr-FR", { timeZone: "Europe/Paris", hour: "numeric", minute: "2-digit" });
const say = (date) => paris.format(date).replace(":", "\u202fh\u202f");

function tick() {
  clock.textContent = say(new Date());
}

async function ask() {
  try {
    const answer = await fetch(location.href, {
      cache: "no-cache",
      credentials: "omit",
      signal: AbortSignal.timeout(PATIENCE),
    });
    // The house took this address back: the page that says so.
    if (answer.status === 404) return location.reload();
    if (!answer.ok) throw new Error(answer.status);
    show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    stale.textContent = stale.dataset.words.replace("{time}", say(heardAt));
    document.body.classList.add("door--stale");
  }
}

function show(fresh) {
  const [before, after] = [document.getElementById("door"), fresh.getElementById("door")];
  // A network that answers in the house's place, asking to sign in.
  if (!after) throw new Error("not a door");
  heardAt = new Date();
  stale.textContent = "";
  document.body.classList.remove("door--stale");
  // A new version of the house: its new clothes too.
  const href = fresh.querySelector("link[rel=stylesheet]")?.getAttribute("href");
  if (href && href !== stylesheet()) return location.reload();
  if (after.outerHTML !== before.outerHTML) before.replaceWith(after);
}

tick();
setInterval(tick, 5_000);
setInterval(ask, PAUSE);
addEventListener("online", ask);
// A tablet that wakes up does not wait for its turn.
document.addEventListener("visibilitychange", () => document.hidden || ask());
