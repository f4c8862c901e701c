#!/usr/bin/env node
// A typical native messaging host for Node. It answers each message with the same message.
import { endianness } from "node:os";

const little = endianness() === "LE";
let buffered = Buffer.alloc(0);

process.stdin.on("data", (chunk) => {
  buffered = Buffer.concat([buffered, chunk]);
  for (;;) {
    if (buffered.length < 4) return;
    const length = little ? buffered.readUInt32LE(0) : buffered.readUInt32BE(0);
    if (buffered.length < 4 + length) return;
    const message = JSON.parse(buffered.subarray(4, 4 + length).toString("utf8"));
    buffered = buffered.subarray(4 + length);
    send(message);
  }
});

/**
 * @param {unknown} message
 */
function send(message) {
  const body = Buffer.from(JSON.stringify(message), "utf8");
  const header = Buffer.alloc(4);
  if (little) header.writeUInt32LE(body.length, 0);
  else header.writeUInt32BE(body.length, 0);
  process.stdout.write(Buffer.concat([header, body]));
}
