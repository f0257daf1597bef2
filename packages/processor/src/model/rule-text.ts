/** A file of rules, read: what is checked at the start is what runs, however the file changes since. */
export interface RuleText {
  /** What messages call it. */
  readonly file: string;
  readonly text: string;
}
