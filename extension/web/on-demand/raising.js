// Whether a small window that nobody can see may come to the front.

import { windowRaised } from "../storage.js";
import { readSettings } from "./settings.js";

/**
 * Whether it may do so now. If it may, it may not again until the browser is closed.
 * @returns {Promise<"yes" | "not-allowed" | "once-already">}
 */
export async function mayRaise() {
  const { raise } = await readSettings();
  if (!raise) return "not-allowed";
  if (await windowRaised.get()) return "once-already";
  await windowRaised.set(true);
  return "yes";
}
