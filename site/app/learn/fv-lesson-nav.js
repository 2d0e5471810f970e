// The way to the lesson before and the next; behind the last one, to a network of one's own.
import { FvElement, define, make } from "../shell/dom.js";
import { t } from "../shell/i18n.js";
import { lessonOf, lessons } from "./lessons.js";

class FvLessonNav extends FvElement {
  build() {
    this.setAttribute("role", "navigation");
    this.dataset.testid = "lesson-nav";
  }

  update() {
    this.setAttribute("aria-label", t("lesson.way"));
    const here = lessons.findIndex((name) => name === lessonOf(document.documentElement.dataset.page));
    const [before, next] = [lessons[here - 1], lessons[here + 1]];
    this.replaceChildren(
      ...before ? [way("previous", t(`lesson.title.${before}`), `learn-${before}.html`)] : [],
      next ? way("next", t(`lesson.title.${next}`), `learn-${next}.html`) : way("next", t("lesson.train"), "train.html"));
  }
}

/** @param {"previous" | "next"} where @param {string} title @param {string} address */
function way(where, title, address) {
  const link = make("a", where, make("span", "", t(`lesson.${where}`)), make("b", "", title));
  link.href = address;
  link.dataset.testid = `lesson-${where}`;
  return link;
}

define("fv-lesson-nav", FvLessonNav);
