// Whether a small window may take the focus.

import { isFirefox } from "../browser-family.js";
import { windowRaised } from "../storage.js";
import { readSettings } from "./settings.js";

/**
 * Whether it may do so now. If it may, it may not again until the browser is closed: it comes to the front until it has
 * played. In Firefox it is there for a moment only.
 * @returns {Promise<"yes" | "not-allowed" | "once-already">}
 */
export async function mayRaise() {
  const { raise } = await readSettings();
  if (!raise) return "not-allowed";
  if (isFirefox()) return "yes";
  if (await windowRaised.get()) return "once-already";
  await windowRaised.set(true);
  return "yes";
}
