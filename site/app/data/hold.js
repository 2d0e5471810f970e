// A button that acts again and again while it is held.

/**
 * Has `act` called while a button is held by pointer or key, at once and then each `every` ms; by a click without either, such as
 * a screen reader's, once.
 * @param {HTMLButtonElement} button @param {() => void} act @param {number} every
 * @returns {() => void} ends it, such as when what it acts upon is gone
 */
export function holdable(button, act, every) {
  let timer = 0;
  const release = () => {
    clearInterval(timer);
    timer = 0;
  };
  const hold = () => {
    release();
    act();
    timer = window.setInterval(act, every);
  };
  button.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    button.setPointerCapture(event.pointerId);
    hold();
  });
  button.addEventListener("keydown", (event) => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    if (!event.repeat) hold();
  });
  button.addEventListener("click", ({ detail }) => { if (detail === 0) act(); });
  for (const name of ["pointerup", "pointercancel", "keyup", "blur"]) button.addEventListener(name, release);
  button.addEventListener("contextmenu", (event) => event.preventDefault()); // what a long press brings up on phones
  return release;
}
