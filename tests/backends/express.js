// A backend like yt-dl-backend. It reads its token from the environment at each request, so it needs a restart to get
// another one. It prints when it listens and when it is asked to end.

import { createRequire } from "node:module";
import process from "node:process";

const express = createRequire(import.meta.url)("express");

const say = (/** @type {string} */ what) => process.stdout.write(`${what} ${Date.now()}\n`);

const app = express();
app.get("/token", (/** @type {unknown} */ _, /** @type {{json(value: unknown): void}} */ response) => {
  response.json({ token: process.env.YT_DLP_PO_TOKEN ?? null });
});
const server = app.listen(Number(process.env.PORT), "127.0.0.1", (/** @type {Error | undefined} */ error) => {
  if (error) throw error;
  say("listening");
});
process.on("SIGTERM", () => {
  say("ending");
  server.close();
  server.closeAllConnections();
});
