import assert from "node:assert/strict";
import { before, test } from "node:test";
import { installChrome } from "../../testing/fake-chrome.js";
import { fromPlaybackError } from "./token-request-error.js";

before(() => void installChrome());

const LOGIN = { status: "LOGIN_REQUIRED", reason: "Sign in to confirm your age.", isPrivate: false, loggedIn: false };

test("a video that plays after a login asks for the login", () => {
  const { code, message } = fromPlaybackError("v1", LOGIN, false);
  assert.equal(code, "login-needed");
  assert.match(message, /v1 without a login \(“Sign in to confirm your age”\)/);
});

test("a login is not asked for if it does not help", () => {
  assert.equal(fromPlaybackError("v1", { ...LOGIN, isPrivate: true }, false).code, "not-playable");
  assert.equal(fromPlaybackError("v1", { ...LOGIN, loggedIn: true }, false).code, "not-playable");
  assert.equal(fromPlaybackError("v1", { ...LOGIN, status: "UNPLAYABLE" }, false).code, "not-playable");
});

test("the status stands for a reason that is missing", () => {
  const { message } = fromPlaybackError("v1", { ...LOGIN, status: "ERROR", reason: " " }, false);
  assert.match(message, /“ERROR”/);
});

test("a long reason is cut", () => {
  const { message } = fromPlaybackError("v1", { ...LOGIN, reason: "x".repeat(5000) }, false);
  assert.ok(message.length < 400, message);
});

test("who runs a server is told what helps there", () => {
  assert.match(fromPlaybackError("v1", LOGIN, false).hint ?? "", /Log in to YouTube in the browser/);
  assert.match(fromPlaybackError("v1", LOGIN, true).hint ?? "", /potbridge browser login/);
});
