// Starts Chromium for the page's tests.
import { chromium } from "playwright-core";

/** @param {string[]} flags more of the command line */
export function launch(flags = []) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    headless: false, // the new headless mode, named below, instead of playwright's own
    args: [
      "--headless=new", "--no-sandbox", "--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader",
      "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic", "--no-first-run", "--hide-scrollbars",
      ...flags,
    ],
  });
}
