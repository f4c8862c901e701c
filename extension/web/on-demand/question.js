// The question whether programs may have videos opened, as it is stored.

/**
 * Whose request it was asked for first. `unanswered`: one has waited in vain. `declined`: the user has said "not now".
 * @typedef {{state: "asked" | "unanswered" | "declined", client: string, video_id: string}} Question
 */

/**
 * Whether the user should still answer.
 * @param {Question | undefined} question
 */
export function isOpen(question) {
  return question !== undefined && question.state !== "declined";
}
