// Custom elements: <fovea-classifier> and <fovea-trainer>. Importing this module defines them. See elements.d.ts.
import { FoveaClassifier } from "./elements/classifier.js";
import { FoveaTrainer } from "./elements/trainer.js";

export { setFovea } from "./elements/shared.js";
export { FoveaClassifier, FoveaTrainer };

customElements.define("fovea-classifier", FoveaClassifier);
customElements.define("fovea-trainer", FoveaTrainer);
