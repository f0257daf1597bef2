/** Where a value is: some bytes, from where to where, and what it holds. Reused; nobody keeps one. */
import { readNumber, readNumberText, readTexts, VALUE } from '@spanguard/otlp';

/** Texts read of a list or map; no sender of ours has more headers or parameters. */
const TEXTS_MAX = 4096;
const DECIMAL = /^-?\d{1,300}(?:\.\d{1,300})?$/;
const NO_BYTES = Buffer.alloc(0);

/** A value within bytes. */
export class ByteSpan {
  bytes: Buffer = NO_BYTES;
  /** `VALUE` of OTLP. */
  type: number = VALUE.absent;
  start = 0;
  end = 0;

  /** Points at a value of any type. */
  set(bytes: Buffer, type: number, start: number, end: number): this {
    this.bytes = bytes;
    this.type = type;
    this.start = start;
    this.end = end;
    return this;
  }

  /** Points at a text. */
  setText(bytes: Buffer, start: number, end: number): this {
    return this.set(bytes, VALUE.string, start, end);
  }

  get length(): number {
    return this.end - this.start;
  }

  /** Whether it is text as it stands. */
  get isText(): boolean {
    return this.type === VALUE.string || this.type === VALUE.bytes;
  }

  /** As text, whole, however long: whoever shows it masks it first and cuts afterwards. */
  text(): string {
    switch (this.type) {
      case VALUE.absent:
        return '';
      case VALUE.bool:
      case VALUE.int:
      case VALUE.double:
        return readNumberText(this.bytes, this);
      case VALUE.array:
        return this.texts().join(', ');
      case VALUE.map:
        return this.texts().join('&');
      default:
        return this.bytes.toString('utf8', this.start, this.end);
    }
  }

  /** The texts of a list, `key=text` of a map; a text alone is one. */
  texts(): string[] {
    const isMany = this.type === VALUE.array || this.type === VALUE.map;
    return isMany ? readTexts(this.bytes, this, TEXTS_MAX) : [this.text()];
  }

  /**
   * As number, NaN where it is none: of a list the first item, of a text what it says in decimal digits.
   */
  number(): number {
    if (this.type === VALUE.int || this.type === VALUE.double) return readNumber(this.bytes, this);
    if (this.type === VALUE.bool || this.type === VALUE.absent) return Number.NaN;
    const [text = ''] = this.texts();
    return DECIMAL.test(text) ? Number(text) : Number.NaN;
  }

  /** As flag; undefined where it is none. */
  flag(): boolean | undefined {
    if (this.type === VALUE.bool) return readNumber(this.bytes, this) !== 0;
    const text = this.text();
    return text === 'true' || text === 'false' ? text === 'true' : undefined;
  }
}
