// Passing a run on: by what the device offers for sharing, by copying the link, or as a file.
import { make, offer, setText } from "../shell/dom.js";
import { showProblem } from "../shell/alert.js";
import { t } from "../shell/i18n.js";
import { fileOf, fragmentOf } from "./card.js";
import { nameOf } from "./words.js";

/** @import { RunRecord } from "./record.js" */

/** The address of a run's card. @param {RunRecord} run */
export async function linkOf(run) {
  const address = new URL("run.html", document.baseURI);
  address.hash = await fragmentOf(run);
  return address.href;
}

/** Buttons that pass on the run that `current` gives, with a line that says what was done. @param {HTMLElement} host
 * @param {() => RunRecord | null} current */
export function shareButtons(host, current) {
  const note = make("p", "hint");
  note.setAttribute("role", "status");
  note.dataset.testid = "card-note";
  /** @param {string} name @param {(run: RunRecord) => Promise<string>} act gives the message of what was done, "" for none */
  const button = (name, act) => {
    const made = make("button", "small");
    made.type = "button";
    made.dataset.testid = `card-${name}`;
    made.dataset.i18n = `runs.card.${name}`;
    made.addEventListener("click", async () => {
      const run = current();
      if (!run) return;
      showProblem(host, "card", null);
      try {
        const done = await act(run);
        setText(note, done && t(done));
      } catch (error) {
        if (/** @type {any} */ (error)?.name !== "AbortError") { // whoever closes the dialog has shared nothing
          showProblem(host, "card", error);
        }
      }
    });
    return made;
  };
  const buttons = [
    ...(navigator.share ? [button("share", async (run) => {
      await navigator.share({ title: `Fovea: ${nameOf(run)}`, url: await linkOf(run) });
      return "";
    })] : []),
    button("copy", async (run) => {
      const link = await linkOf(run);
      try {
        await navigator.clipboard.writeText(link);
        return "runs.card.copied";
      } catch {
        showLink(host, link); // without permission to copy it can be copied by hand
        return "runs.card.by-hand";
      }
    }),
    button("file", async (run) => {
      offer(fileOf(run, nameOf(run)));
      return "runs.card.saved";
    }),
  ];
  host.append(make("div", "actions", ...buttons), note);
}

/** @param {HTMLElement} host @param {string} link */
function showLink(host, link) {
  host.querySelector('[data-testid="card-link"]')?.remove();
  const field = make("input");
  field.type = "text";
  field.readOnly = true;
  field.dir = "ltr";
  field.value = link;
  field.dataset.testid = "card-link";
  field.setAttribute("aria-label", t("runs.card.link"));
  host.append(field);
  field.select();
}
