// Messages by their type: one function for each.

/**
 * @template {{type: string}} Message
 * @template {unknown[]} [Args=[]] What a handler gets besides.
 * @template [Result=void]
 * @typedef {{[Type in Message["type"]]?: (message: Extract<Message, {type: Type}>, ...args: Args) => Result}} Handlers
 */

/**
 * Has a message handled. Returns undefined if its type has no handler.
 * @template {{type: string}} Message
 * @template {unknown[]} Args
 * @template Result
 * @param {Handlers<Message, Args, Result>} handlers
 * @param {Message} message
 * @param {Args} args
 * @returns {Result | undefined}
 */
export function handle(handlers, message, ...args) {
  if (!Object.hasOwn(handlers, message.type)) return undefined;
  const byType = /** @type {Record<string, ((message: Message, ...args: Args) => Result) | undefined>} */ (handlers);
  return byType[message.type]?.(message, ...args);
}
