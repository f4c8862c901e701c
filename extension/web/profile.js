// A random name for this browser profile, so that the sessions of two profiles are never mixed.

import { orElse, report } from "./problems.js";
import { profile } from "./storage.js";

/** @type {Promise<string> | undefined} */
let name;

/** The name, made at the first call and kept. If the storage fails, it is another one for as long as this script runs. */
export function profileName() {
  name ??= load();
  return name;
}

async function load() {
  const made = crypto.randomUUID();
  try {
    const known = await profile.get();
    if (typeof known === "string") return known;
  } catch (error) {
    // The true name may still be there, and is not replaced.
    report("storage-failed", error);
    return made;
  }
  await orElse(profile.set(made), undefined);
  return made;
}
