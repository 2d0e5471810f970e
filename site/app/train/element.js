// A component of the page of training: it shows the laboratory's state.
import { FvElement } from "../shell/dom.js";
import { lab } from "./lab.js";

export class LabElement extends FvElement {
  get sources() { return [lab]; }
}
