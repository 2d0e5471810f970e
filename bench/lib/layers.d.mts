/** A net as a list of layers: see layers.mjs. */
export interface Net { input: number[]; layers: object[] }

/** The net as Fovea's pattern text. */
export function pattern(net: Net): string;
