// The page that teaches a network the visitor's own classes.
import { begin } from "./shell/page.js";
import { t } from "./shell/i18n.js";
import "./classify/fv-open-net.js";
import "./data/fv-collector.js";
import "./finetune/fv-base.js";
import "./finetune/fv-teach.js";
import "./finetune/fv-trial.js";
import { workshop } from "./finetune/workshop.js";

await begin({ net: () => workshop.state.net });
await workshop.start(t("finetune.unnamed"), [t("finetune.first-class"), t("finetune.second-class")]);
const collector = /** @type {import("./data/fv-collector.js").FvCollector} */ (document.querySelector("fv-collector"));
collector.collection = workshop.state.collection;
