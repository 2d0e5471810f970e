interface Window {
  /** Only on pages opened with ?test in the address. */
  foveaTest?: { readonly fovea: import("../../js/fovea.d.ts").Fovea | null; readonly net?: import("../../js/fovea.d.ts").Net | null };
}
