/** The lifecycle of everything that runs: receivers, exporters, correlation, channels. */

/** Time left for a shutdown. */
export interface Deadline {
  /** On the monotonic clock, ms. */
  readonly atMs: number;
}

/**
 * A running part. `start` returns fast or throws, and a part that threw needs no `shutdown`.
 * `shutdown` may be called early or twice; it stops taking new work, flushes what it has, and
 * returns when done or when the deadline has passed, whichever is first. After it nothing is produced.
 */
export interface Component {
  start(): Promise<void>;
  shutdown(deadline: Deadline): Promise<void>;
}
