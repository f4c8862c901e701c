// Which of the hosts the extension may not read. People can withdraw the permission for each host alone.

/** The patterns of the manifest's hosts whose permission is missing. */
export async function missingHosts() {
  /** @type {string[]} */
  const hosts = chrome.runtime.getManifest().host_permissions ?? [];
  const permitted = await Promise.all(hosts.map((host) => chrome.permissions.contains({ origins: [host] })));
  return hosts.filter((_, index) => !permitted[index]);
}

/**
 * Hears that a permission was given or withdrawn.
 * @param {() => void} listener
 */
export function onPermissionsChanged(listener) {
  chrome.permissions.onAdded.addListener(listener);
  chrome.permissions.onRemoved.addListener(listener);
}
