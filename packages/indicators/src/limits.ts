/** Bounds of the work done for one input. */

/** All are upper bounds; lengths are UTF-16 code units. */
export interface Limits {
  /** Length of the head and of the tail of a text that are read whatever stands in them. */
  readonly viewLengthMax: number;
  /** Windows around the marks of payloads that are read between head and tail. */
  readonly windowsMax: number;
  /** Length of such a window. */
  readonly windowLengthMax: number;
  /** Decoded views of one text, the raw one included. */
  readonly viewsMax: number;
  /** Decodings undone one after the other. */
  readonly decodingsMax: number;
  /** Characters read in one target or body, each view of a text counted; the last text may exceed it. */
  readonly readLengthMax: number;
  /** Characters looked through in one target or body to tell what is worth reading. */
  readonly scanLengthMax: number;
  /** Quotes, brackets and the like tried in one target or body for being the mark of a payload. */
  readonly signsMax: number;
  /** Entries visited in one body. */
  readonly entriesMax: number;
  /** Nesting of a body that is followed. */
  readonly depthMax: number;
  /** Values of headers read. */
  readonly headersMax: number;
  /** Cookies read of one header. */
  readonly cookiesMax: number;
  /** Parts of a multipart body read. */
  readonly partsMax: number;
}

export const DEFAULT_LIMITS: Limits = {
  viewLengthMax: 4096,
  windowsMax: 8,
  windowLengthMax: 1024,
  viewsMax: 8,
  decodingsMax: 4,
  // A target as long as Node takes one, in all its views.
  readLengthMax: 16_384 * 8,
  scanLengthMax: 2 * 1024 * 1024,
  signsMax: 256 * 1024,
  entriesMax: 65_536,
  depthMax: 64,
  headersMax: 128,
  cookiesMax: 256,
  partsMax: 1024,
};
