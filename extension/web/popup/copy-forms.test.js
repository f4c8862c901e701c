import assert from "node:assert/strict";
import { test } from "node:test";
import { FORMS, inForm } from "./copy-forms.js";

/**
 * @param {Record<string, unknown>} [info]
 * @param {Record<string, unknown>} [capture]
 * @returns {any}
 */
function shown(info, capture) {
  return {
    info: { video_id: "dQw4w9WgXcQ", client: "MWEB", ...info },
    entry: { capture: { token: "T", binding: { content_bound: true }, ...capture } },
  };
}

test("a token is copied in five forms", () => {
  assert.deepEqual(
    FORMS.map((form) => inForm(shown(), form)),
    [
      "T",
      "web+T",
      "YT_DLP_PO_TOKEN=T",
      '--extractor-args "youtube:player_client=default,mweb;po_token=mweb.gvs+T,web.gvs+T,mweb.subs+T,web.subs+T"',
      "potbridge get --video dQw4w9WgXcQ",
    ],
  );
});

test("a client with media of its own is asked too", () => {
  const args = inForm(shown({ client: "WEB_REMIX" }), "args");
  assert.match(args ?? "", /player_client=default,mweb,web_music;po_token=web_music\.gvs\+T,mweb\.gvs\+T,web\.gvs\+T,web_music\.subs/);
});

test("what this browser does not have has no such form", () => {
  assert.equal(inForm(shown({ video_id: null }), "command"), undefined);
  const elsewhere = { ...shown(), entry: undefined };
  assert.deepEqual(
    FORMS.filter((form) => inForm(elsewhere, form) !== undefined),
    ["command"],
  );
  const ofSession = shown({}, { binding: { content_bound: false } });
  assert.equal(inForm(ofSession, "args"), undefined);
});
