// Runs in words of the reader's language.
import { duration, language, number, percent, t } from "../shell/i18n.js";

/** @import { RunRecord, RunSettings } from "./record.js" */

/** What it learned from. @param {RunRecord["data"]} data */
export function dataOf({ choice, title }) {
  if (choice.kind === "mnist" || choice.kind === "cifar10") return t(`data.kind.${choice.kind}`);
  return choice.kind === "points" ? t(`data.shape.${choice.shape}`) : title;
}

/** Its name, or what tells it from others where it has none. @param {RunRecord} run */
export function nameOf(run) {
  if (run.name) return run.name;
  const { accuracy } = run.result;
  return accuracy === undefined ? dataOf(run.data) : t("runs.name", { data: dataOf(run.data), accuracy: percent(accuracy) });
}

/** A day and a time. @param {number} when */
export const dateOf = (when) => (
  new Intl.DateTimeFormat(language.code || "en", { dateStyle: "medium", timeStyle: "short" }).format(when));

/** How long it took; short times with a tenth. @param {number} seconds */
export const timeOf = (seconds) => (
  seconds < 10 ? t("unit.s", { value: number(seconds, { maximumFractionDigits: 1 }) }) : duration(seconds));

/** A number as it was set: whole ones without marks between thousands, others in full. @param {number} value */
export const exact = (value) => number(value, { useGrouping: false, maximumSignificantDigits: 8 });

/** Names and values of the settings of a run, for a table. What nobody set is left out.
 * @param {RunSettings} settings @returns {{ name: string, value: string }[]} */
export function settingsIn(settings) {
  return Object.entries(settings).flatMap(([name, value]) => {
    if (value === undefined || value === false || (value === 0 && name !== "seed")) return [];
    if (name === "epochs" && settings.steps) return []; // the steps count
    if (name === "momentum" && !["momentum", "nesterov"].includes(settings.optimizer)) return [];
    if (typeof value === "object") {
      const given = Object.entries(value).filter(([, v]) => v);
      const parts = given.map(([part, v]) => `${part} ${typeof v === "number" ? exact(v) : v}`);
      return parts.length > 0 ? [{ name, value: parts.join(", ") }] : [];
    }
    if (value === true) return [{ name, value: t("runs.yes") }];
    return [{ name, value: typeof value === "number" ? exact(value) : value }];
  });
}
