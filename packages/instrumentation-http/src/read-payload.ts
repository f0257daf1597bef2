/** What passes between a server and an application that has no framework: collected in passing, read at the end. */
import { isObject } from '@spanguard/verdict';

/** Bytes of a body that are kept; of a longer one nothing is. */
export const bytesMax = 65_536;
const fieldsMax = 256;

/** The body of one request as it arrives. Holds what others hold anyway, and copies nothing. */
export class ArrivingBody {
  private chunks: Uint8Array[] | undefined = [];
  private bytes = 0;

  add(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    if (this.bytes > bytesMax) this.chunks = undefined;
    this.chunks?.push(chunk);
  }

  /** Parsed by its type; `undefined` where that is unknown, or it was too long or wrong. */
  parsed(contentType: unknown): unknown {
    const { chunks } = this;
    if (chunks === undefined || chunks.length === 0 || typeof contentType !== 'string')
      return undefined;
    if (/^\s*application\/x-www-form-urlencoded\b/iu.test(contentType))
      return formOf(textOf(chunks));
    if (
      !/^\s*(?:application|text)\/(?:[\w.-]+\+)?(?:json|graphql-response\+json)\b/iu.test(
        contentType,
      )
    )
      return undefined;
    try {
      const parsed: unknown = JSON.parse(textOf(chunks));
      return isObject(parsed) ? parsed : undefined;
    } catch {
      return undefined;
    }
  }
}

/** The text of an answer that was given whole; `undefined` where it is none, or long. */
export function answerText(chunk: unknown): string | undefined {
  if (typeof chunk === 'string') return chunk.length > bytesMax ? undefined : chunk;
  if (!(chunk instanceof Uint8Array) || chunk.length > bytesMax) return undefined;
  return textOf([chunk]);
}

function textOf(chunks: readonly Uint8Array[]): string {
  return Buffer.concat(chunks).toString('utf8');
}

function formOf(text: string): object {
  const form = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (form.size >= fieldsMax) break;
    if (!form.has(name)) form.set(name, value);
  }
  return Object.fromEntries(form);
}
