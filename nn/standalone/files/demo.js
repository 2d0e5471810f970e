// A page to try a model: draw, choose or drop a picture, or use the camera. Nothing is sent anywhere.
import { load, moduleFile } from "./model.js";

const at = (id) => document.getElementById(id);
const drawn = 64; // pixels a side up to which nets of one channel are drawn for
let model;
let stream; // of the camera
let asked = 0; // how often something was to be classified

const say = (error) => { at("failure").textContent = error?.message ?? ""; };
const show = (id) => { for (const other of ["pad", "photo", "video"]) at(other).hidden = other !== id; };
const size = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

/** The files that a page has in itself, if it is a single file. */
const inside = (id) => Uint8Array.from(atob(at(id).textContent), (c) => c.charCodeAt(0));

async function start() {
  model = await load(at(moduleFile) ? { module: inside(moduleFile), weights: inside("weights.bin") } : undefined);
  const { name, shape, classes, bytes, text, picture } = model.info;
  document.title = at("name").textContent = name || "Model";
  at("about").textContent = `Takes ${shape.join(" × ")}, tells ${classes.length} classes apart, weighs ${size(bytes)}. `
    + "It runs in this page: nothing leaves your device.";
  at("text").textContent = text;
  at("text").hidden = !text;
  if (!picture || model.info.output.length > 1) {
    throw new Error("This net is not for pictures of one class each: use model.run in a script.");
  }
  at("buttons").hidden = false;
  at("time").textContent = "Choose, drop or paste a picture, or use the camera.";
  const [height, width, channels] = shape;
  if (channels === 1 && Math.max(height, width) <= drawn) pad();
}

async function classify(source) {
  const turn = ++asked;
  try {
    const begin = performance.now();
    const found = await model.classify(source);
    if (turn !== asked) return;
    at("time").textContent = `${(performance.now() - begin).toFixed(1)} ms, picture and all`;
    at("result").replaceChildren(...found.map(({ label, probability }) => {
      const row = document.createElement("li");
      const share = `${(100 * probability).toFixed(probability > 0.1 ? 0 : 1)} %`;
      row.append(label, Object.assign(document.createElement("span"), { textContent: share }), document.createElement("i"));
      row.lastChild.style.setProperty("--share", `${100 * probability}%`);
      return row;
    }));
    say();
  } catch (error) {
    say(error);
  }
}

async function photo(blob) {
  stop();
  try {
    const picture = await createImageBitmap(blob)
      .catch(() => { throw new Error(`${blob.name ?? "The file"} is no picture that this browser reads.`); });
    const canvas = at("photo");
    canvas.width = Math.min(picture.width, 1024);
    canvas.height = Math.max(1, Math.round(picture.height * canvas.width / picture.width));
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    show("photo");
    await classify(picture);
  } catch (error) {
    say(error);
  }
}

function stop() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = undefined;
  at("camera").setAttribute("aria-pressed", "false");
}

async function camera() {
  if (stream) return stop();
  try {
    const own = stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    at("camera").setAttribute("aria-pressed", "true");
    const video = at("video");
    video.srcObject = own;
    await video.play();
    show("video");
    while (stream === own) {
      await classify(video);
      await new Promise(requestAnimationFrame);
    }
  } catch (error) {
    say(new Error(`The camera does not start: ${error.message}`));
  }
}

/** Lets people draw, bright on black as digits of MNIST are. */
function pad() {
  const canvas = at("pad");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const clear = () => {
    context.fillRect(0, 0, canvas.width, canvas.height);
    at("result").replaceChildren();
    at("time").textContent = "Draw on the black square.";
    show("pad");
    stop();
  };
  let last; // point of the stroke that is drawn
  const point = (event) => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.x) * canvas.width / box.width, (event.clientY - box.y) * canvas.height / box.height];
  };
  const stroke = (event) => {
    if (!last) return;
    context.beginPath();
    context.moveTo(...last);
    context.lineTo(...(last = point(event)));
    context.stroke();
    const figure = centred(canvas, context);
    if (figure) classify(figure);
  };
  Object.assign(context, { lineWidth: canvas.width / 14, lineCap: "round", lineJoin: "round", strokeStyle: "#fff" });
  canvas.onpointerdown = (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = point(event);
    stroke(event);
  };
  canvas.onpointermove = stroke;
  canvas.onpointerup = canvas.onpointercancel = () => { last = undefined; };
  at("clear").hidden = false;
  at("clear").onclick = clear;
  clear();
}

/** The drawing as MNIST has its digits: the longer side 20/28 of the picture, the centre of mass in the middle. */
function centred(canvas, context) {
  const [height, width] = model.info.shape;
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  let [left, top, right, bottom, mass, x, y] = [Infinity, Infinity, -1, -1, 0, 0, 0];
  for (let i = 0; i < data.length / 4; i++) {
    const ink = data[4 * i];
    if (ink < 64) continue;
    const [column, row] = [i % canvas.width, Math.floor(i / canvas.width)];
    [left, right, top, bottom] = [Math.min(left, column), Math.max(right, column), Math.min(top, row), Math.max(bottom, row)];
    mass += ink;
    x += ink * (column + 0.5);
    y += ink * (row + 0.5);
  }
  if (!mass) return undefined;
  const scale = Math.min(width, height) * 20 / 28 / (1 + Math.max(right - left, bottom - top));
  const small = new OffscreenCanvas(width, height).getContext("2d");
  small.imageSmoothingQuality = "high";
  small.fillRect(0, 0, width, height);
  const place = [width / 2 - scale * x / mass, height / 2 - scale * y / mass, scale * canvas.width, scale * canvas.height];
  small.drawImage(canvas, ...place);
  return small.getImageData(0, 0, width, height);
}

at("file").onchange = ({ target }) => { if (target.files[0]) photo(target.files[0]); };
at("camera").onclick = camera;
document.ondragover = (event) => { event.preventDefault(); document.body.classList.add("dragging"); };
document.ondragleave = () => document.body.classList.remove("dragging");
document.ondrop = (event) => {
  event.preventDefault();
  document.body.classList.remove("dragging");
  if (model && event.dataTransfer.files[0]) photo(event.dataTransfer.files[0]);
};
document.onpaste = (event) => { if (model && event.clipboardData.files[0]) photo(event.clipboardData.files[0]); };
start().catch(say).finally(() => document.documentElement.setAttribute("data-ready", ""));
