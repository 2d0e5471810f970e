// The classes of a trainer: a list that grows and shrinks.
import { make } from "./dom.js";
import { fewestPictures } from "./lesson.js";
import { SampleClass } from "./samples.js";
import { Words } from "./words.js";

/** @import { Events } from "./samples.js" */

export class ClassList {
  /** @type {SampleClass[]} */
  #classes = [];
  #list = make("ul", { part: "classes", label: "classes" });
  #add = make("button", { type: "button", part: "button add-class", text: "addClass", click: () => this.#more() });
  #words = new Words();
  #events;
  #isOpen = false;
  element = make("div", { part: "samples" }, this.#list, this.#add);

  /** @param {Pick<Events, "onChange" | "attempt" | "fail">} events */
  constructor(events) {
    this.#events = events;
  }

  /** Starts anew with classes of these names. @param {string[]} names */
  reset(names) {
    for (const one of this.#classes) one.close();
    this.#classes = [];
    this.#list.replaceChildren();
    for (const name of names) this.#append(name);
    this.#changed();
  }

  get isEmpty() { return this.#classes.length === 0; }

  /** The pictures by the names of their classes, which differ where nothing is lacking. */
  get pictures() { return Object.fromEntries(this.#classes.map(({ name, pictures }) => [name, pictures])); }

  open() {
    this.#isOpen = true;
    for (const one of this.#classes) one.open();
  }

  close() {
    this.#isOpen = false;
    for (const one of this.#classes) one.close();
  }

  closeCameras() {
    for (const one of this.#classes) one.closeCamera();
  }

  /** @param {Words} words */
  update(words) {
    this.#words = words;
    this.#classes.forEach((one, i) => one.update(words, i + 1, this.#classes.length > 2));
  }

  /** What is missing before training can begin; "" if nothing is. */
  lack() {
    const words = this.#words;
    const names = this.#classes.map(({ name }) => name);
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) return words.text("needNames", { class: twice });
    if (names.length < 2) return words.text("needClasses");
    const poor = this.#classes.find(({ pictures }) => pictures.length < fewestPictures);
    return poor ? words.text("needPictures", { class: poor.name, count: fewestPictures - poor.pictures.length }) : "";
  }

  #changed() {
    this.update(this.#words);
    this.#events.onChange();
  }

  #more() {
    const one = this.#append("");
    this.#changed();
    one.focus();
  }

  /** @param {string} name */
  #append(name) {
    /** @type {SampleClass} */
    const one = new SampleClass(name, {
      ...this.#events,
      onRemove: () => this.#remove(one),
      onCamera: () => this.closeCameras(),
    });
    this.#classes.push(one);
    this.#list.append(one.element);
    if (this.#isOpen) one.open();
    return one;
  }

  /** @param {SampleClass} one */
  #remove(one) {
    one.close();
    one.element.remove();
    this.#classes = this.#classes.filter((other) => other !== one);
    this.#changed();
    this.#add.focus();
  }
}
