// What a form says of a model that is to be opened, as fovea.load takes it.
import { parseNumber } from "../shell/i18n.js";

/** @import { LoadOptions, ModelSource, Preprocess } from "../../../js/fovea.d.ts" */

/** The texts of the form's fields.
 * @typedef {{ address: string, classes: string, zoo: string, size: string, preprocess: string, order: string, scale: string,
 *   mean: string, deviation: string }} Fields */

/** Numbers, in Latin or Persian digits, with anything between them that is no part of one. @param {string} text
 * @param {string} field */
function numbers(text, field) {
  const all = text.split(/[\s×xX*؛;]+|,\s+|،/).filter(Boolean).map(parseNumber);
  if (all.some(Number.isNaN)) throw { code: `form-${field}`, message: text };
  return all;
}

/** @param {string} text @returns {[number, number] | undefined} */
function sizeOf(text) {
  const [height, width = height, ...more] = numbers(text, "size");
  if (height === undefined || width === undefined) return undefined;
  const sides = [height, width].every((side) => Number.isInteger(side) && side > 0);
  if (more.length > 0 || !sides) throw { code: "form-size", message: text };
  return [height, width];
}

/** @param {Fields} fields @param {[number, number] | undefined} size @returns {LoadOptions["preprocess"]} */
function preprocessOf({ preprocess, order, scale, mean, deviation }, size) {
  if (preprocess === "") return undefined;
  if (preprocess !== "own") return /** @type {"torchvision"} */ (preprocess);
  if (!size) throw { code: "form-size", message: "" };
  const [means, deviations] = [numbers(mean, "mean"), numbers(deviation, "mean")];
  return { resize: size, size, order: /** @type {Preprocess["order"]} */ (order), scale: Number(scale),
    ...(means.length > 0 && { mean: means }), ...(deviations.length > 0 && { deviation: deviations }) };
}

/** The class names, one a line. @param {string} text */
const classesOf = (text) => text.split(/\r?\n/).map((line) => line.trim()).filter(Boolean);

/** Which of the files is the model: one that says so by its name, or the only one. @param {File[]} files */
function modelOf(files) {
  return files.find(({ name }) => /\.onnx$/i.test(name)) ?? files.find(({ name }) => name === "model.json")
    ?? files.find(({ name }) => /\.safetensors$/i.test(name)) ?? files.find(({ name }) => /\.json$/i.test(name)) ?? files[0];
}

/**
 * Where the model is and how it is to be opened. Throws a problem of code form-… where a field is wrong.
 * @param {Fields} fields
 * @param {File[]} files
 * @returns {{ title: string, source: ModelSource, options: LoadOptions }}
 */
export function orderOf(fields, files) {
  const classes = classesOf(fields.classes);
  const size = sizeOf(fields.size);
  const preprocess = preprocessOf(fields, size);
  const options = { ...(classes.length > 0 && { classes }), ...(size && { size }), ...(preprocess && { preprocess }),
    ...(fields.zoo.trim() && { zoo: fields.zoo.trim() }) };
  const model = modelOf(files);
  if (model) {
    const beside = Object.fromEntries(files.filter((file) => file !== model).map((file) => [file.name, file]));
    return { title: model.name, source: model, options: { ...options, files: beside } };
  }
  const address = fields.address.trim();
  const url = URL.canParse(address) ? new URL(address) : null;
  const safe = url?.protocol === "https:" || url?.origin === location.origin;
  if (!url || !safe) throw { code: address ? "form-address" : "form-empty", message: address };
  return { title: url.pathname.split("/").at(-1) || url.host, source: url.href, options };
}
