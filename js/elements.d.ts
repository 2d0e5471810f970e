/**
 * Custom elements of Fovea. Importing the module defines them:
 *
 *     <script type="module">import "fovea/elements.js"</script>
 *     <fovea-classifier src="model.safetensors" camera></fovea-classifier>
 *     <fovea-trainer classes="cat, dog"></fovea-trainer>
 *
 * Both speak the language of their `lang`, or of the document's (English and Persian; others by {@link FoveaElement.messages}),
 * show every error with what to do about it, and free what they hold when they leave the page. They are light or dark as their
 * `color-scheme` is, and styled from outside by `::part(…)` and by `--fovea-accent`, `--fovea-on-accent`, `--fovea-background`,
 * `--fovea-sunk`, `--fovea-ink`, `--fovea-soft`, `--fovea-line`, `--fovea-edge`, `--fovea-check`, `--fovea-wrong`,
 * `--fovea-wrong-background`, `--fovea-radius` and `--fovea-font`.
 *
 * @module fovea/elements
 */

import type { Classification, ClassifyOptions, Fovea, FoveaError, LoadOptions, Net, NetOptions, Picture } from "./fovea.js";

/** Lets all elements compute with this Fovea from now on; nets that are loaded stay where they are. With null, and if it is never
 * called, they start one of their own that they share. */
export function setFovea(fovea: Fovea | Promise<Fovea> | null): void;

/** What the elements have in common. An event "error" comes with each error that is shown; events do not bubble. */
declare class FoveaElement extends HTMLElement {
  /** Texts instead of the element's own; those that are left out stay. `{name}` in a text stands for a value. */
  messages: Partial<Messages>;
}

/**
 * `<fovea-classifier src="model.safetensors">`: classifies pictures that are chosen, dropped or pasted. Attributes:
 *
 * - `src`: address of any model that {@link Fovea.load} opens, or `saved:` and the name of a net that the browser keeps
 * - `labels`: names of the classes with commas between them, or the address of a file with one a line; default: the model's own
 * - `top`: how many classes are shown; default 3
 * - `camera`: a button for the camera, which is classified live
 * - `draw`: a pad for figures; whatever is classified is then taken for a digit (`prepare: "digit"`)
 * - `lazy`: the model is loaded when it is first needed, not at once
 * - `backend`, `preprocess`, `zoo`, `integrity`: as in {@link LoadOptions}
 */
export class FoveaClassifier extends FoveaElement {
  /** The net that classifies, null until it is loaded. A net that is set is used instead of `src`, and is not closed. */
  get net(): Net | null;
  set net(net: Net | null);
  /** The net, which is loaded if it is not yet. */
  load(): Promise<Net>;
  /** Classifies a picture and shows it with the answer. */
  classify(picture: Picture, options?: ClassifyOptions): Promise<Classification>;
  addEventListener<K extends keyof ClassifierEventMap>(type: K, listener: (event: ClassifierEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
}

export interface ClassifierEventMap {
  load: CustomEvent<Net>;
  classify: CustomEvent<Classification>;
  error: CustomEvent<FoveaError>;
}

/**
 * `<fovea-trainer>`: trains a net on pictures that the visitor chooses, drops, pastes or takes, a fifth of which is held out to
 * check what was learned, and lets it be tried and downloaded. Attributes:
 *
 * - `classes`: names of the classes, with commas between them, which the visitor may change; default: two without names
 * - `net`: text of the net, in which `{classes}` stands for their number; default: a small net of 32x32 pixels
 * - `model`: address of a model that is fine-tuned instead, with `preprocess`, `zoo` and `integrity` as in {@link LoadOptions}
 * - `epochs`: passes through the pictures; default: the fewer pictures, the more
 * - `backend`: as in {@link NetOptions}
 * - `save`: name under which the trained net is kept in the browser, as by {@link Net.save}; a classifier with `src="saved:name"`
 *   takes it from there
 */
export class FoveaTrainer extends FoveaElement {
  /** What the last training gave, null before. The element closes the net when it trains again or leaves the page. */
  readonly outcome: TrainingOutcome | null;
  addEventListener<K extends keyof TrainerEventMap>(type: K, listener: (event: TrainerEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
}

export interface TrainingOutcome {
  net: Net;
  /** Share of the pictures held out that is recognised, and how many they are. */
  accuracy: number;
  count: number;
}

export interface TrainerEventMap {
  trained: CustomEvent<TrainingOutcome>;
  error: CustomEvent<FoveaError>;
}

/** A text, or its forms by the plural rules of the language, chosen by {count}. */
export type Text = string | ({ other: string } & { [form in Intl.LDMLPluralRule]?: string });

/** All that the elements say. */
export interface Messages {
  dir: "ltr" | "rtl";
  cancel: Text; again: Text; kilobytes: Text; megabytes: Text; starting: Text; downloading: Text; downloadingOf: Text;
  opening: Text; progress: Text;
  cancelled: Text; loaded: Text; classifier: Text; drop: Text; choose: Text; camera: Text; cameraStop: Text; draw: Text;
  clear: Text; pad: Text; penDown: Text; penUp: Text; shown: Text; video: Text; looking: Text; results: Text; said: Text;
  rate: Text; trainer: Text; classes: Text; class: Text; className: Text; addClass: Text; removeClass: Text; pictures: Text;
  dropMany: Text; chooseMany: Text; chooseManyFor: Text; cameraFor: Text; hold: Text; holdFor: Text; picture: Text;
  removePicture: Text; unreadable: Text; train: Text; stop: Text; needNames: Text; needClasses: Text; needPictures: Text;
  share: Text; reading: Text; learning: Text; tuning: Text; training: Text; stopped: Text; result: Text; skipped: Text;
  accuracy: Text; loss: Text; fit: Text; check: Text; chart: Text; try: Text; download: Text; kept: Text;
  /** What to do, by the code of a {@link FoveaError}, and by what is wrong with a camera. */
  errors: { [kind: string]: string };
}

declare global {
  interface HTMLElementTagNameMap {
    "fovea-classifier": FoveaClassifier;
    "fovea-trainer": FoveaTrainer;
  }
}

export {};
