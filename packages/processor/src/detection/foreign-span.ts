/**
 * What a server span tells that our instrumentation did not make: signs of attack in its target and user
 * agent, and how a login ended.
 */
import {
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_ROUTE,
  ATTR_SECURITY_CLIENT_ADDRESS_SOURCE,
  ATTR_USER_ID,
} from '@spanguard/conventions';
import { compileAuthRoutes, factsOfSpan, type FusedOutcome, fuseOutcome } from '@spanguard/verdict';
import { ByteSpan } from './byte-span.ts';
import { attributeNumber } from './columns.ts';
import type { Lexicon } from './lexicon.ts';
import type { AllPlaces } from './places.ts';
import type { RecordCells } from './record-cells.ts';
import type { RequestTarget } from './request-target.ts';

const SOURCE = attributeNumber(ATTR_SECURITY_CLIENT_ADDRESS_SOURCE);
const METHOD = attributeNumber(ATTR_HTTP_REQUEST_METHOD);
const ROUTE = attributeNumber(ATTR_HTTP_ROUTE);
const USER = attributeNumber(ATTR_USER_ID);
const POST = Buffer.from('POST');
/** Takes the bit away that small letters of ASCII have. */
const UPPER_CASE = 0xdf;

/** Judges spans one by one: no span changes what is said of another. */
export class ForeignSpanJudge {
  readonly #lexicon: Lexicon;
  readonly #places: AllPlaces;
  readonly #isAuthRoute = compileAuthRoutes([]);
  readonly #span = new ByteSpan();

  constructor(lexicon: Lexicon, places: AllPlaces) {
    this.#lexicon = lexicon;
    this.#places = places;
  }

  /** Whether a span is of another SDK: ours says where it took the client's address from. */
  isForeign(cells: RecordCells): boolean {
    return !cells.isOwn(SOURCE);
  }

  /** What the application's fusion says of the same request, as far as a span shows it. */
  loginOutcome(
    cells: RecordCells,
    target: RequestTarget,
    statusCode: number,
  ): FusedOutcome | undefined {
    if (!this.#isPost(cells) || !this.#isAuthRequest(cells, target)) return undefined;
    const view = {
      method: 'POST',
      route: cells.has(ROUTE) ? AUTH_ROUTE : undefined,
      path: AUTH_ROUTE,
      statusCode: Number.isNaN(statusCode) ? undefined : statusCode,
    };
    // A login page shown again is answered like a login; only a user that is known has logged in.
    const facts = { ...factsOfSpan(view, () => true), grants: cells.has(USER) };
    const fused = fuseOutcome([], facts);
    return fused?.event === undefined ? undefined : fused;
  }

  #isPost(cells: RecordCells): boolean {
    const span = this.#span;
    if (!cells.point(span, METHOD)) return false;
    if (!span.isText) return false;
    if (span.length !== POST.length) return false;
    for (let at = 0; at < POST.length; at++)
      if (((span.bytes[span.start + at] ?? 0) & UPPER_CASE) !== POST[at]) return false;
    return true;
  }

  /** By route or path; the names are matched once for each. */
  #isAuthRequest(cells: RecordCells, { path, pathColumn }: RequestTarget): boolean {
    const { judged, judgedPaths } = this.#places;
    if (cells.point(this.#span, ROUTE)) {
      const place = judged[cells.columnOf(ROUTE)];
      const isAuth = place && this.#lexicon.judge(place, this.#span, this.#isAuthRoute);
      if (isAuth === true) return true;
    }
    const ofPath = judgedPaths[pathColumn];
    return (
      path.length > 0 &&
      ofPath !== undefined &&
      this.#lexicon.judge(ofPath, path, this.#isAuthRoute)
    );
  }
}

/** Stands for a route or path that was matched already. */
const AUTH_ROUTE = '/login';
