/** Tests that rules have in common, so that each is decided once for a row whoever asks. */
import type { RowTest } from './row-test.ts';

/** See the head of this file. They are known by what was written. */
export class TestPool {
  readonly #known = new Map<string, RowTest>();

  /** The test that `written` stands for; one that does not compile is not kept. */
  of(
    written: string,
    compile: () => { readonly test: RowTest; readonly isSound: boolean },
  ): RowTest {
    const known = this.#known.get(written);
    if (known !== undefined) return known;
    const { test, isSound } = compile();
    if (isSound) this.#known.set(written, test);
    return test;
  }
}
