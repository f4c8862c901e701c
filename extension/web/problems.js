// What is wrong with the extension itself. It is kept in memory too, since the browser's storage may be what is wrong.

import { getMessage } from "./i18n.js";
import { problems } from "./storage.js";

/**
 * `not-loaded`: the wasm cannot be loaded. `storage-failed`: the browser did not store or give something.
 * @typedef {"not-loaded" | "storage-failed"} ProblemCode
 * @typedef {{code: ProblemCode, message: string, hint: string}} ExtensionProblem
 */

/** @type {Map<ProblemCode, ExtensionProblem>} */
const known = new Map();

/** @type {((codes: ProblemCode[]) => void)[]} */
const listeners = [];

/**
 * Hears of each new problem.
 * @param {(codes: ProblemCode[]) => void} listener Gets all that are known.
 */
export function onReported(listener) {
  listeners.push(listener);
}

/** Those that were reported since this script started. */
export function knownProblems() {
  return [...known.values()];
}

/**
 * Logs a problem, and shows it in the popup. The first of its kind is shown until this script starts anew.
 * @param {ProblemCode} code
 * @param {unknown} error
 */
export function report(code, error) {
  console.error(`potbridge: ${code}:`, error);
  if (known.has(code)) return;
  const reason = error instanceof Error ? error.message : String(error);
  const key = code.replaceAll("-", "_");
  known.set(code, { code, message: getMessage(`problem_${key}`, reason), hint: getMessage(`problem_${key}_hint`) });
  for (const listener of listeners) listener([...known.keys()]);
  problems.set(knownProblems()).catch((failed) => console.error("potbridge: the problem is not stored:", failed));
}

/**
 * What a call of the browser's storage gives. If it fails, that is reported, and the caller goes on with `otherwise`: the
 * capture does not depend on the storage.
 * @template Value
 * @param {Promise<Value>} call
 * @param {Value} otherwise
 * @returns {Promise<Value>}
 */
export async function orElse(call, otherwise) {
  try {
    return await call;
  } catch (error) {
    report("storage-failed", error);
    return otherwise;
  }
}

/**
 * Goes on without waiting for the storage. A failure is reported.
 * @param {Promise<void>} call
 */
export function unwaited(call) {
  void orElse(call, undefined);
}
