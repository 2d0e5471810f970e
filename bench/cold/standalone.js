import { picture } from "./picture.js";

export async function first() {
  const { load } = await import("/made/standalone/model.js");
  const model = await load();
  await model.classify(picture());
}
