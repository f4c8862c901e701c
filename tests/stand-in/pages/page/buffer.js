// What a video element has ahead of the moment that it plays: a media source that asks for more when it needs more.

/**
 * What comes before every segment, and a segment that begins at 0.
 * @typedef {{ head: Uint8Array<ArrayBuffer>, segment: Uint8Array<ArrayBuffer> }} Media
 */
/**
 * What one request brought: media that last this long. The segment repeats.
 * @typedef {{ media: Media, lastsMs: number }} Supply
 */
/** @typedef {() => Promise<Supply | null>} Ask sends a request; null: it brought nothing */

const TYPE = 'video/webm; codecs="vp8,opus"';

/** The length of a segment. */
const SEGMENT_MS = 500;

/** With this much ahead nothing is asked for. A player of YouTube's has ten times as much. */
const AHEAD_MS = 2000;

/** The time after which a request that brought nothing is sent again. */
const AGAIN_MS = 1000;

export class Buffer {
  #video;
  #lastsMs;
  #source = new MediaSource();
  /** @type {SourceBuffer | undefined} */
  #buffer;
  /** @type {Ask | undefined} */
  #ask;
  /** @type {Media | undefined} */
  #media;
  /** The length of what was asked for and is not yet in the buffer. */
  #stockMs = 0;
  #filledMs = 0;
  #filling = false;
  #closed = new AbortController();

  /**
   * Opens it as what the element plays. When the browser allows that is the browser's decision.
   * @param {HTMLVideoElement} video
   * @param {number} lastsMs
   * @param {() => void} opened
   */
  constructor(video, lastsMs, opened) {
    this.#video = video;
    this.#lastsMs = lastsMs;
    const { signal } = this.#closed;
    const address = URL.createObjectURL(this.#source);
    this.#source.addEventListener(
      "sourceopen",
      () => {
        URL.revokeObjectURL(address);
        this.#source.duration = lastsMs / 1000;
        this.#buffer = this.#source.addSourceBuffer(TYPE);
        this.#buffer.appendWindowEnd = lastsMs / 1000;
        opened();
      },
      { once: true, signal },
    );
    video.addEventListener("timeupdate", () => void this.#fill(), { signal });
    video.src = address;
  }

  /** The length of what was put into it, from the beginning. */
  get filledMs() {
    return this.#filledMs;
  }

  /** Whom to ask for media from now on. @param {Ask} ask */
  feed(ask) {
    this.#ask = ask;
    void this.#fill();
  }

  /** Takes no more. */
  close() {
    this.#closed.abort();
  }

  get #needsMore() {
    const aheadMs = this.#filledMs - this.#video.currentTime * 1000;
    return !this.#closed.signal.aborted && this.#filledMs < this.#lastsMs && aheadMs < AHEAD_MS;
  }

  async #fill() {
    if (this.#filling) return;
    this.#filling = true;
    while (this.#needsMore && this.#ask) {
      if (this.#stockMs > 0) await this.#addSegment();
      else await this.#request(this.#ask);
    }
    this.#filling = false;
  }

  /** @param {Ask} ask */
  async #request(ask) {
    const supply = await ask().catch(() => null);
    if (!supply) {
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      return;
    }
    if (!this.#media) await this.#append(supply.media.head);
    this.#media = supply.media;
    this.#stockMs = supply.lastsMs;
  }

  async #addSegment() {
    if (!this.#media || !this.#buffer || this.#closed.signal.aborted) return;
    this.#buffer.timestampOffset = this.#filledMs / 1000;
    await this.#append(this.#media.segment);
    this.#stockMs -= SEGMENT_MS;
    this.#filledMs = Math.min(this.#lastsMs, this.#filledMs + SEGMENT_MS);
    if (this.#filledMs === this.#lastsMs && this.#source.readyState === "open") this.#source.endOfStream();
  }

  /** @param {Uint8Array<ArrayBuffer>} bytes */
  async #append(bytes) {
    const buffer = this.#buffer;
    if (!buffer || this.#closed.signal.aborted) return;
    const done = new Promise((resolve) => buffer.addEventListener("updateend", resolve, { once: true }));
    buffer.appendBuffer(bytes);
    await done;
  }
}
