// Pictures that are dropped or pasted.

/** Takes those dropped on the component, of which `slate` gives a sign, and those pasted anywhere while it is to be seen.
 * @param {HTMLElement} host @param {HTMLElement} slate @param {(file: Blob) => void} take */
export function takePictures(host, slate, take) {
  for (const name of ["dragenter", "dragover"]) {
    host.addEventListener(name, (event) => {
      event.preventDefault();
      slate.classList.add("over");
    });
  }
  host.addEventListener("dragleave", () => slate.classList.remove("over"));
  host.addEventListener("drop", (event) => {
    event.preventDefault();
    slate.classList.remove("over");
    const file = event.dataTransfer?.files[0];
    if (file) take(file);
  });
  // A picture dropped beside the slate must not replace the page.
  for (const name of ["dragover", "drop"]) addEventListener(name, (event) => event.preventDefault());
  document.addEventListener("paste", (event) => {
    const file = [...(event.clipboardData?.files ?? [])].find((f) => f.type.startsWith("image/"));
    if (file && !host.hidden && !event.defaultPrevented) take(file);
  });
}
