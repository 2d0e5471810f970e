// What happened during training, newest first.
import { define, english, find, make } from "../shell/dom.js";
import { clock, has, language, percent, short, t } from "../shell/i18n.js";
import { LabElement } from "./element.js";
import { lab } from "./lab.js";

/** @import { Notice } from "./lab.js" */

class FvLog extends LabElement {
  #shown = "";

  build() {
    this.innerHTML = `<h3 data-i18n="log.title"></h3><div role="log" tabindex="0" data-i18n-label="log.title"><ol
      data-testid="log"></ol></div>`;
  }

  update() {
    const { notices } = lab.state;
    this.hidden = notices.length === 0;
    const key = `${notices.length} ${notices.at(-1)?.time} ${language.code}`;
    if (key === this.#shown) return;
    this.#shown = key;
    find(this, "log", HTMLElement).replaceChildren(...notices.map((n) => this.#line(n)).reverse());
  }

  /** @param {Notice} notice */
  #line({ time, code, detail, values = {} }) {
    const stamp = make("time", "", clock(time));
    const words = { ...values };
    if (typeof words.accuracy === "number") words.accuracy = percent(words.accuracy, 2);
    if (typeof words.loss === "number") words.loss = short(words.loss);
    if (words.backend) words.backend = t(`backend.${words.backend}`);
    const text = make("span", "", has(`notice.${code}`) ? t(`notice.${code}`, words) : "");
    if (detail) text.append(" ", english(detail));
    const line = make("li", "", stamp, text);
    line.dataset.code = code;
    return line;
  }
}

define("fv-log", FvLog);
