// Chosen runs as lines of a chart and as a table.
import { make } from "../shell/dom.js";
import { number, percent, short, t } from "../shell/i18n.js";
import { styles } from "./overlay.js";
import { family } from "./record.js";
import { band, deviation, mean } from "./statistics.js";
import { dataOf, nameOf, settingsIn, timeOf } from "./words.js";

/** @import { Line } from "./overlay.js" */
/** @import { RunRecord } from "./record.js" */

/** A line a run; or, with `bands`, one for all that differ in nothing but their seed. @param {RunRecord[]} chosen
 * @param {boolean} bands @returns {Line[]} */
export function linesOf(chosen, bands) {
  const groups = bands
    ? [...new Set(chosen.map(family))].map((one) => chosen.filter((run) => family(run) === one))
    : chosen.map((run) => [run]);
  return groups.map((group, i) => {
    const style = styles[i % styles.length] ?? { colour: "--short", dash: [] };
    const [run] = group;
    if (!run) return { name: "", ...style, validation: { step: [], loss: [], accuracy: [] } };
    if (group.length === 1) return { name: nameOf(run), ...style, training: run.training, validation: run.validation };
    /** @param {"accuracy" | "loss"} kind */
    const of = (kind) => band(group.map(({ validation, training }) => {
      const curve = validation.step.length > 0 ? validation : training;
      return { step: curve.step, values: curve[kind] };
    }));
    const [accuracy, loss] = [of("accuracy"), of("loss")];
    const name = t("runs.compare.seeds", { count: group.length, name: dataOf(run.data) });
    const validation = { step: accuracy.step, accuracy: accuracy.mean, loss: loss.mean };
    return { name, ...style, band: { accuracy, loss }, validation };
  });
}

/** Head and body of a table: a column a run, what came out, and the settings that are not the same in all.
 * @param {RunRecord[]} chosen @returns {HTMLElement[]} */
export function comparison(chosen) {
  const head = make("tr", "", make("td"), ...chosen.map((run) => {
    const th = make("th", "", make("bdi", "", nameOf(run)));
    th.scope = "col";
    return th;
  }));
  const accuracies = chosen.flatMap(({ result }) => (result.accuracy === undefined ? [] : [result.accuracy]));
  const best = Math.max(...accuracies);
  /** @type {[string, (run: RunRecord) => string][]} */
  const results = [
    [t("runs.fact.accuracy"), ({ result }) => (result.accuracy === undefined ? "–" : percent(result.accuracy, 2))],
    [t("runs.fact.loss"), ({ result: { loss } }) => (loss === undefined ? "–" : number(loss, { maximumSignificantDigits: 3 }))],
    [t("runs.fact.time"), ({ result }) => timeOf(result.seconds)],
    [t("runs.fact.steps"), ({ result }) => number(result.step)],
    [t("runs.fact.parameters"), ({ result }) => short(result.parameters)],
    [t("runs.fact.backend"), ({ backend }) => t(`backend.${backend}`)],
    [t("runs.fact.data"), ({ data }) => dataOf(data)],
  ];
  const names = [...new Set(chosen.flatMap(({ settings }) => settingsIn(settings).map(({ name }) => name)))];
  const valueOf = (/** @type {RunRecord} */ run, /** @type {string} */ name) => (
    settingsIn(run.settings).find((one) => one.name === name)?.value ?? "–");
  /** @type {[string, (run: RunRecord) => string][]} */
  const settings = names.map((name) => [t(`runs.setting.${name}`), (run) => valueOf(run, name)]);
  settings.push([t("runs.view.net"), ({ text }) => text.replace(/\s+/g, " ")]);
  const valuesOf = (/** @type {[string, (run: RunRecord) => string]} */ [name, of]) => ({ name, values: chosen.map(of) });
  const rows = [...results.map(valuesOf), ...settings.map(valuesOf).filter(({ values }) => new Set(values).size > 1)];
  const body = make("tbody", "", ...rows.map(({ name, values }, i) => {
    const th = make("th", "", name);
    th.scope = "row";
    return make("tr", "", th, ...values.map((value, n) => {
      const winner = i === 0 && chosen.length > 1 && chosen[n]?.result.accuracy === best;
      const cell = make("td", winner ? "best" : "", value);
      if (/^[A-Za-z]/.test(value) && value.includes("->")) cell.dir = "ltr";
      return cell;
    }));
  }));
  const parts = [make("thead", "", head), body];
  if (accuracies.length > 1 && new Set(chosen.map(family)).size === 1) {
    const spread = number(100 * deviation(accuracies), { maximumFractionDigits: 2 });
    const values = { mean: percent(mean(accuracies), 2), deviation: spread, count: accuracies.length };
    const cell = make("td", "", t("runs.compare.mean", values));
    cell.colSpan = chosen.length;
    cell.dataset.testid = "seeds-mean";
    const th = make("th", "", t("runs.compare.all"));
    th.scope = "row";
    parts.push(make("tfoot", "", make("tr", "", th, cell)));
  }
  return parts;
}
