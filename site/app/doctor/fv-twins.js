// Pictures that are there twice, in pairs; a leak where one is learned from and the other tested with.
import { define, find, make, setText } from "../shell/dom.js";
import { percent, t } from "../shell/i18n.js";
import { DoctorElement } from "./element.js";
import { examination } from "./examination.js";

/** @import { Twin } from "./checkup.js" */

const side = 128;
const atATime = 30; // pairs shown until more are asked for

class FvTwins extends DoctorElement {
  #most = atATime;
  /** @type {Map<string, HTMLLIElement>} */
  #cards = new Map();

  build() {
    this.innerHTML = `
      <p data-testid="twins-note"></p>
      <div class="actions"><button class="small" type="button" data-testid="twins-all" data-i18n="doctor.twins.all"></button>
        <button class="small" type="button" data-testid="twins-undo" data-i18n="doctor.undo"></button></div>
      <ol class="twins" data-testid="twins"></ol>
      <button class="small" type="button" data-testid="twins-more" data-i18n="doctor.more"></button>`;
    find(this, "twins-all", HTMLButtonElement).addEventListener("click", () => this.#removeEqual());
    find(this, "twins-undo", HTMLButtonElement).addEventListener("click", () => examination.undo());
    find(this, "twins-more", HTMLButtonElement).addEventListener("click", () => {
      this.#most += atATime;
      this.update();
    });
  }

  /** Removes the second of each pair that is equal to the byte. */
  async #removeEqual() {
    for (const { b, similarity } of examination.twins) {
      if (similarity === 1 && examination.subject?.has(b)) await examination.remove(b);
    }
  }

  update() {
    const { report, subject } = examination;
    if (!report || examination.progress) return;
    const list = examination.twins;
    const numLeaks = subject?.changes ? list.filter(({ leak }) => leak).length : report.numLeaks;
    const count = t("doctor.twins.count", { count: subject?.changes ? list.length : report.numTwins });
    const leaks = t(numLeaks ? "doctor.twins.leaks" : "doctor.twins.no-leaks", { count: numLeaks });
    setText(find(this, "twins-note", HTMLElement), list.length === 0 ? t("doctor.twins.none") : `${count} ${leaks}`);
    const numEqual = list.filter(({ similarity }) => similarity === 1).length;
    find(this, "twins-all", HTMLElement).hidden = !subject?.changes || numEqual === 0;
    find(this, "twins-undo", HTMLButtonElement).disabled = !examination.canUndo;
    find(this, "twins-undo", HTMLElement).hidden = list.length === 0 && !examination.canUndo;
    find(this, "twins-more", HTMLElement).hidden = list.length <= this.#most;
    const some = list.slice(0, this.#most);
    const ids = new Set(some.map(({ id }) => id));
    for (const id of this.#cards.keys()) if (!ids.has(id)) this.#cards.delete(id);
    find(this, "twins", HTMLElement).replaceChildren(...some.map((twin) => this.#card(twin)));
  }

  /** @param {Twin} twin */
  #card(twin) {
    const { id, a, b, similarity, leak, by } = twin;
    let card = this.#cards.get(id);
    if (!card) {
      card = make("li", "twin", ...[a, b].map((one) => this.#picture(one)), make("p", "hint like"), make("div", "actions"));
      card.dataset.testid = "twin";
      this.#cards.set(id, card);
    }
    const { subject } = examination;
    const same = subject?.label(a) === subject?.label(b);
    const kept = examination.decisions.get(id)?.action === "keep";
    card.dataset.kept = String(kept);
    [a, b].forEach((one, i) => {
      const figure = card?.children[i];
      figure?.querySelector("canvas")?.setAttribute("aria-label", this.pictureName(one));
      const [label, name] = figure?.querySelectorAll("figcaption span") ?? [];
      if (label) setText(label, subject?.changes ? this.classOf(subject.label(one)) : "");
      if (name) setText(name, subject?.name(one) ?? "");
    });
    const like = card.querySelector(".like");
    const alike = by === "features" ? "doctor.twins.like-features" : "doctor.twins.like";
    const tags = [similarity === 1 ? t("doctor.twins.equal") : t(alike, { share: percent(similarity, 0) })];
    if (leak) tags.push(t("doctor.twins.leak"));
    if (!same && subject?.changes) tags.push(t("doctor.twins.labels"));
    if (like) setText(like, kept ? t("doctor.twins.kept") : tags.join(" · "));
    this.#actions(/** @type {HTMLElement} */ (card.lastElementChild), twin, kept);
    return card;
  }

  /** @param {HTMLElement} box @param {Twin} twin @param {boolean} kept */
  #actions(box, { id, a, b }, kept) {
    if (box.children.length === 0) {
      const button = (/** @type {string} */ name, /** @type {() => unknown} */ act) => {
        const element = make("button", "small");
        element.type = "button";
        element.dataset.testid = `twin-${name}`;
        element.addEventListener("click", act);
        return element;
      };
      box.append(
        button("remove-first", () => examination.remove(a)), button("remove-second", () => examination.remove(b)),
        button("keep", () => examination.keep(id)));
    }
    for (const [i, key] of ["doctor.twins.remove-first", "doctor.twins.remove-second", "doctor.twins.keep"].entries()) {
      const button = /** @type {HTMLButtonElement} */ (box.children[i]);
      setText(button, t(key));
      button.hidden = !examination.subject?.changes && i < 2;
      button.disabled = i === 2 && kept;
    }
  }

  /** @param {string} id */
  #picture(id) {
    const canvas = make("canvas");
    canvas.setAttribute("role", "img");
    void examination.subject?.draw(canvas, id, side).catch(() => {});
    const name = make("span", "file");
    name.dir = "ltr";
    return make("figure", "", canvas, make("figcaption", "", make("span", "label"), name));
  }
}

define("fv-twins", FvTwins);
