// A random name for this browser profile, so that the sessions of two profiles are never mixed.

import { profile } from "./storage.js";

/** @type {Promise<string> | undefined} */
let name;

/** The name, made at the first call and kept. */
export function profileName() {
  name ??= load();
  return name;
}

async function load() {
  const known = await profile.get();
  if (known !== undefined) return known;
  const made = crypto.randomUUID();
  await profile.set(made);
  return made;
}
