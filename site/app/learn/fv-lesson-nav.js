// The way to the lesson before and the next.
import { FvElement, make } from "../shell/dom.js";
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
    this.replaceChildren(...[[here - 1, "previous"], [here + 1, "next"]].flatMap(([index, where]) => {
      const name = lessons[Number(index)];
      if (!name) return [];
      const link = make("a", String(where), make("span", "", t(`lesson.${where}`)), make("b", "", t(`lesson.title.${name}`)));
      link.href = `learn-${name}.html`;
      link.dataset.testid = `lesson-${where}`;
      return [link];
    }));
  }
}

customElements.define("fv-lesson-nav", FvLessonNav);
