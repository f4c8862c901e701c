// A random name for this browser profile, so that the sessions of two profiles are never mixed.

/** @type {Promise<string> | undefined} */
let name;

/** The name, made at the first call and kept. */
export function profileName() {
  name ??= load();
  return name;
}

async function load() {
  const { profile } = await chrome.storage.local.get("profile");
  if (typeof profile === "string") return profile;
  const made = crypto.randomUUID();
  await chrome.storage.local.set({ profile: made });
  return made;
}
