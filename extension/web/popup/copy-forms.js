// The forms in which a token is copied.

import { getMessage } from "../i18n.js";
import { popupChoices } from "../storage.js";
import { copyButton } from "./copy.js";
import { element } from "./element.js";

/** @typedef {import("./tokens.js").Shown} Shown */
/** @typedef {"token" | "web" | "env" | "args" | "command"} Form */

/** @type {Form[]} */
export const FORMS = ["token", "web", "env", "args", "command"];
/** The variable that the host writes if nothing else is configured. */
const VARIABLE = "YT_DLP_PO_TOKEN";
/** The clients that have media of their own, and yt-dlp's names of them. */
const OWN_MEDIA = new Map([
  ["WEB_REMIX", "web_music"],
  ["WEB_EMBEDDED_PLAYER", "web_embedded"],
  ["WEB_CREATOR", "web_creator"],
]);

/**
 * A token in one of its forms. Undefined if this browser does not have what it takes.
 * @param {Shown} shown
 * @param {Form} form
 */
export function inForm(shown, form) {
  const { video_id: video } = shown.info;
  if (form === "command") return video === null ? undefined : `potbridge get --video ${video}`;
  const token = shown.entry?.capture?.token;
  if (token === undefined) return undefined;
  switch (form) {
    case "web":
      return `web+${token}`;
    case "env":
      return `${VARIABLE}=${token}`;
    case "args":
      return extractorArgs(token, shown);
    default:
      return token;
  }
}

/**
 * What yt-dlp is given, as `potbridge` itself does it: for every client and kind of request that takes the token of a video.
 * One that is bound to a visitor would need that visitor too.
 * @param {string} token
 * @param {Shown} shown
 */
function extractorArgs(token, { info, entry }) {
  if (entry?.capture?.binding?.content_bound === false) return undefined;
  const own = OWN_MEDIA.get(info.client ?? "");
  const clients = own === undefined ? ["mweb", "web"] : [own, "mweb", "web"];
  const tokens = ["gvs", "subs"].flatMap((context) => clients.map((client) => `${client}.${context}+${token}`));
  const asked = own === undefined ? "default,mweb" : `default,mweb,${own}`;
  return `--extractor-args "youtube:player_client=${asked};po_token=${tokens.join(",")}"`;
}

/** Which form the user chose last. It is kept with what else the popup remembers. */
export class FormChoice {
  /** @type {Form} */
  #form = "token";
  #select;

  /**
   * @param {HTMLElement} select
   * @param {() => void} onChanged
   */
  constructor(select, onChanged) {
    this.#select = /** @type {HTMLSelectElement} */ (select);
    select.ariaLabel = getMessage("copy_form");
    select.title = getMessage("copy_form");
    select.append(...FORMS.map((form) => element("option", { value: form }, getMessage(`copy_form_${form}`))));
    select.onchange = () => {
      this.#take(this.#select.value);
      onChanged();
      void popupChoices.change({ form: this.#form }).catch(() => {
        // It is used all the same, and forgotten with the popup.
      });
    };
    popupChoices.get().then(
      ({ form }) => {
        this.#take(form);
        this.#select.value = this.#form;
        onChanged();
      },
      () => {},
    );
  }

  /**
   * @param {string | undefined} form
   */
  #take(form) {
    this.#form = FORMS.find((known) => known === form) ?? "token";
  }

  /**
   * Has a button copy a token in this form, or in the only one that is left.
   * @param {HTMLElement} button
   * @param {Shown} shown
   * @param {string} title Whose token it is.
   */
  drawButton(button, shown, title) {
    const chosen = inForm(shown, this.#form);
    const text = chosen ?? inForm(shown, "command");
    const label = getMessage(`copy_${chosen === undefined ? "command" : this.#form}`);
    button.hidden = text === undefined;
    copyButton(button, { text, label, name: getMessage("copy_of", label, title) });
  }

  /**
   * Whether there is something to choose.
   * @param {Shown} shown
   */
  drawSelect(shown) {
    this.#select.hidden = inForm(shown, "token") === undefined;
  }
}
