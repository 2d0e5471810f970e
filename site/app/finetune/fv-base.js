// From which network the new one is made, and how much of it learns.
import { nets } from "../parts/nets.js";
import { FvElement, define, find } from "../shell/dom.js";
import { language, t } from "../shell/i18n.js";
import { workshop } from "./workshop.js";

const depths = [0, 1, 2];

class FvBase extends FvElement {
  #listed = "";

  get sources() { return [workshop]; }

  build() {
    this.innerHTML = `
      <label class="label" for="base" data-i18n="finetune.base"></label>
      <div class="row">
        <select id="base" data-testid="base"></select>
        <button class="small" type="button" data-testid="open-base" data-i18n="finetune.open"></button>
      </div>
      <label class="label" for="layers" data-i18n="finetune.layers"></label>
      <select id="layers" data-testid="layers"></select>`;
    const base = find(this, "base", HTMLSelectElement);
    base.addEventListener("change", () => workshop.choose(base.value));
    const layers = find(this, "layers", HTMLSelectElement);
    layers.addEventListener("change", () => workshop.deepen(Number(layers.value)));
    find(this, "open-base", HTMLButtonElement).addEventListener("click", () => (
      this.dispatchEvent(new Event("open-net", { bubbles: true }))));
  }

  update() {
    const base = find(this, "base", HTMLSelectElement);
    const layers = find(this, "layers", HTMLSelectElement);
    const { choices } = nets.state;
    const key = JSON.stringify([language.code, choices.map(({ id }) => id)]);
    if (key !== this.#listed) {
      this.#listed = key;
      base.replaceChildren(...choices.map(({ id }) => new Option(nets.title(id), id)));
      layers.replaceChildren(...depths.map((depth) => new Option(t(`finetune.layers.${depth}`), String(depth))));
    }
    if (!choices.some(({ id }) => id === workshop.state.base)) workshop.choose("cifar10"); // it was deleted
    base.value = workshop.state.base;
    layers.value = String(workshop.state.layers);
    for (const control of [base, layers, find(this, "open-base", HTMLButtonElement)]) control.disabled = workshop.busy;
  }
}

define("fv-base", FvBase);
