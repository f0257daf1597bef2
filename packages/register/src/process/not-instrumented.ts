/** The one line a user reads when we could not start. */

const MESSAGE_CHARS_MAX = 500;

/** Says what failed and what follows from it, on one line. */
export function notInstrumented(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const oneLine = message.replaceAll(/\s+/g, ' ').slice(0, MESSAGE_CHARS_MAX);
  return `spanguard: could not start, your application is not instrumented: ${oneLine}\n`;
}
