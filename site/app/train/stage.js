// How far reading the data is, in words.
import { megabytes, number, percent, t } from "../shell/i18n.js";

/** @param {import("../data/sources.js").LoadStage} stage */
export function stageText({ stage, done, total }) {
  const size = stage === "program" || stage === "download" ? megabytes : number;
  const share = total ? percent(done / total, 0) : "";
  return t(`train.stage.${stage}`, { done: size(done), total: total ? size(total) : "…", share });
}
