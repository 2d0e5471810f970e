// Uses and mistakes of the elements.
import { FoveaClassifier, FoveaTrainer, setFovea } from "fovea/elements.js";
import { Fovea } from "fovea";

setFovea(Fovea.start());
const classifier = document.querySelector("fovea-classifier");
classifier?.addEventListener("classify", ({ detail: [best] }) => best.label.toUpperCase());
classifier?.addEventListener("error", ({ detail }) => detail.code);
const trainer: FoveaTrainer = document.createElement("fovea-trainer");
trainer.addEventListener("trained", ({ detail }) => detail.net.toBlob("onnx"));
if (classifier instanceof FoveaClassifier) classifier.net = null;
// @ts-expect-error the events' details are known
trainer.addEventListener("trained", ({ detail }) => detail.nets);
// @ts-expect-error no net
trainer.net = "INPUT 8x8x1";
