// Where a lesson stands among the others.
import { FvElement, define, make } from "../shell/dom.js";
import { t } from "../shell/i18n.js";
import { lessonOf, lessons } from "./lessons.js";
import { worded } from "./controls.js";

class FvCrumb extends FvElement {
  #place = make("span");

  build() {
    const all = worded("a", "lesson.all");
    all.href = "learn.html";
    all.dataset.testid = "all-lessons";
    this.append(make("p", "crumb", all, this.#place));
  }

  update() {
    const index = lessons.findIndex((name) => name === lessonOf(document.documentElement.dataset.page));
    this.#place.textContent = t("lesson.number", { number: index + 1, count: lessons.length });
  }
}

define("fv-crumb", FvCrumb);
