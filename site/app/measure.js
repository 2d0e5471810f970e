// The page that measures this device.
import { language } from "./i18n.js";
import { applyTheme } from "./fv-preferences.js";
import { isolate } from "./isolate.js";
import "./fv-measure.js";

applyTheme();
await isolate();
await language.start();
