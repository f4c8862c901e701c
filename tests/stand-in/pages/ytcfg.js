// A page's configuration. `ytcfg.set({…})` adds to it, `ytcfg.get(name)` reads it.
(() => {
  /** @type {Record<string, unknown>} */
  const data = {};
  Reflect.set(window, "ytcfg", {
    data_: data,
    /** @param {Record<string, unknown>} values */
    set: (values) => Object.assign(data, values),
    /** @param {string} name */
    get: (name) => data[name],
  });
})();
