// Mistakes that the types must find.
import { Fovea } from "fovea";
import type { Dataset, FoveaError, Net } from "fovea";
import { download } from "fovea/download.js";

export async function mistakes(fovea: Fovea, net: Net, data: Dataset, error: FoveaError) {
  // @ts-expect-error there is no such backend
  await Fovea.start({ backend: "gpu" });
  // @ts-expect-error it is started, not made
  new Fovea();
  // @ts-expect-error the text is missing
  await fovea.net();
  // @ts-expect-error classes have names
  await fovea.net("INPUT 8x8x1 -> FC 2", { classes: 2 });
  // @ts-expect-error no such option
  await fovea.load("model.onnx", { preprocessing: "torchvision" });
  // @ts-expect-error a width and a height
  await fovea.load("model.onnx", { size: 224 });
  // @ts-expect-error an address is no picture
  await net.classify("cat.png");
  // @ts-expect-error an element that cannot be drawn
  await net.classify(document.body);
  // @ts-expect-error plain arrays are no numbers
  await net.predict([1, 2, 3]);
  // @ts-expect-error labels are missing
  await fovea.dataset({ images: new Uint8Array(64) });
  // @ts-expect-error no such optimizer
  net.train(data, { optimizer: "rprop" });
  // @ts-expect-error a training is no promise; its `finished` is one
  net.train(data).then(() => {});
  // @ts-expect-error no such format
  await net.toBlob("pb");
  // @ts-expect-error results cannot be written
  net.summary = await fovea.describe("");
  // @ts-expect-error the backend's name, not what is known of it
  await net.setBackend(net.backend);
  // @ts-expect-error no such code
  if (error.code === "timeout") return;
  // @ts-expect-error a function
  await download("model.onnx", { onProgress: true });
}
