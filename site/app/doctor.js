// The data doctor's page.
import { begin } from "./shell/page.js";
import { examination } from "./doctor/examination.js";
import { FvData } from "./data/fv-data.js";
import { remember, remembered } from "./shell/i18n.js";
import "./doctor/fv-checkup.js";
import "./doctor/fv-findings.js";

await begin();

const chooser = document.querySelector("fv-data");
if (chooser instanceof FvData) {
  chooser.kinds = ["pictures", "mnist", "cifar10"];
  const last = remembered("fovea.doctor");
  chooser.addEventListener("choose", () => {
    if (chooser.choice) remember("fovea.doctor", chooser.choice.kind);
    void examination.choose(chooser.choice);
  });
  if (last === "mnist" || last === "cifar10") chooser.choice = { kind: last };
  else chooser.choice = { kind: "pictures", collection: "" };
  void examination.choose(chooser.choice);
}
