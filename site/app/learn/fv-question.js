// A question of a lesson, with an answer to reveal. Its attributes name and number say which messages: NAME.question-NUMBER and
// NAME.answer-NUMBER.
import { FvElement, define, make } from "../shell/dom.js";
import { worded } from "./controls.js";

class FvQuestion extends FvElement {
  build() {
    const [name, number] = [this.getAttribute("name"), this.getAttribute("number")];
    const details = make("details", "", worded("summary", "lesson.answer"), worded("p", `${name}.answer-${number}`));
    details.dataset.testid = `answer-${number}`;
    this.classList.add("question");
    this.append(worded("p", `${name}.question-${number}`), details);
  }
}

define("fv-question", FvQuestion);
