/**
 * A search form with a field becomes an ARIA combobox: list autocomplete with manual selection.
 * Markup: <form data-combobox action="address of the options">, in it an <input type="search">, a [role=listbox] after it.
 * The address answers htmx with the whole listbox: its options have an id and data attributes, its data-announcement is
 * read aloud. Choosing an option sends "combobox:choose" on the form, with the option's dataset as its detail.
 * Keys: arrows move, Enter chooses, Escape closes then empties, Alt and arrows open and close; Home, End and typing
 * return to the text. Without an active option, Enter submits the form as it would without a script.
 */
import { announce } from "./announce.js";

const PAUSE = 120;

class Combobox {
  constructor(form) {
    this.form = form;
    this.input = form.querySelector("input[type=search]");
    this.list = form.querySelector("[role=listbox]");
    this.active = null;
    this.asked = null;
    this.attributes();
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    this.input.addEventListener("focus", () => this.input.value.trim() && this.ask());
    form.addEventListener("change", ({ target }) => target !== this.input && this.input.value.trim() && this.ask());
    // The field keeps the focus, and with it the keyboard of the phone.
    form.addEventListener("pointerdown", (event) => event.target.closest("[role=listbox]") && event.preventDefault());
    form.addEventListener("click", ({ target }) => this.choose(target.closest("[role=option]")));
    // Somebody may have begun to type before this script was there.
    if (document.activeElement === this.input) this.later();
  }

  attributes() {
    const { input, list } = this;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  get isOpen() {
    return !this.list.hidden;
  }

  later() {
    clearTimeout(this.waiting);
    this.move(null);
    if (!this.input.value.trim()) return this.close();
    this.waiting = setTimeout(() => this.ask(), PAUSE);
  }

  /** Asks for the options of what is typed; an older answer never replaces a newer one. */
  async ask() {
    this.asked?.abort();
    const asked = (this.asked = new AbortController());
    const address = `${this.form.action}?${new URLSearchParams(new FormData(this.form))}`;
    try {
      const answer = await fetch(address, { headers: { "HX-Request": "true" }, signal: asked.signal });
      if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
      const fragment = document.createRange().createContextualFragment(await answer.text());
      if (!asked.signal.aborted) this.show(fragment.querySelector("[role=listbox]"));
    } catch (error) {
      if (error.name === "AbortError") return;
      this.close();
      this.form.dispatchEvent(new CustomEvent("combobox:lost", { bubbles: true }));
    }
  }

  show(list) {
    this.move(null);
    this.list.replaceWith(list);
    this.list = list;
    const focused = document.activeElement === this.input;
    this.expand(focused && this.options.length > 0);
    if (focused && list.dataset.announcement) announce(list.dataset.announcement);
  }

  expand(open) {
    this.list.hidden = !open;
    if (open && this.list.getBoundingClientRect().bottom > window.visualViewport.height) {
      // Under the keyboard of a phone, the options would not be seen.
      this.input.scrollIntoView({ block: "start" });
    }
    this.input.setAttribute("aria-expanded", String(open));
  }

  close() {
    clearTimeout(this.waiting);
    this.asked?.abort();
    this.move(null);
    this.expand(false);
  }

  move(option) {
    this.active?.setAttribute("aria-selected", "false");
    this.active = option;
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  /** One option further (step 1) or back (-1), passing by the text between the last and the first. */
  step(step) {
    const options = [null, ...this.options];
    const index = options.indexOf(this.active) + step;
    this.move(options[(index + options.length) % options.length]);
  }

  choose(option) {
    if (!option) return;
    const detail = { ...option.dataset };
    this.input.value = "";
    this.close();
    this.form.dispatchEvent(new CustomEvent("combobox:choose", { bubbles: true, detail }));
  }

  key(event) {
    const act = this.actions(event)[event.key];
    if (!act || event.isComposing) return;
    if (act() !== false) event.preventDefault();
  }

  /** What each key does; false leaves the key to the browser. */
  actions({ altKey }) {
    const arrow = (step) => () => {
      if (altKey) return step > 0 ? this.ask() : this.close();
      if (this.isOpen) return this.step(step);
      return this.input.value.trim() ? this.ask() : false;
    };
    const toText = () => {
      this.move(null);
      return false;
    };
    return {
      ArrowDown: arrow(1),
      ArrowUp: arrow(-1),
      Home: toText,
      End: toText,
      Enter: () => (this.isOpen && this.active ? this.choose(this.active) : false),
      Escape: () => (this.isOpen ? this.close() : (this.input.value = "")),
    };
  }
}

for (const form of document.querySelectorAll("form[data-combobox]")) new Combobox(form);
