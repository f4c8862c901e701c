// Messages by their type: one function for each.

/**
 * @template {{type: string}} Message
 * @typedef {{[Type in Message["type"]]?: (message: Extract<Message, {type: Type}>) => void}} Handlers
 */

/**
 * Has a message handled, if its type has a handler.
 * @template {{type: string}} Message
 * @param {Handlers<Message>} handlers
 * @param {Message} message
 */
export function handle(handlers, message) {
  if (!Object.hasOwn(handlers, message.type)) return;
  /** @type {Record<string, ((message: Message) => void) | undefined>} */ (handlers)[message.type]?.(message);
}
