/** What a GraphQL server answered that tells every error with status 200: the status that another server had sent. */
import { isObject, ownValue } from '@spanguard/verdict';
import type { RequestSecurity } from './request-security.ts';
import { responseObject } from './response-answer.ts';

/** The meaning of a GraphQL answer. */
export interface GraphqlAnswer {
  /** 400, 401 or 403 where its errors say so. */
  readonly statusCode: number | undefined;
  /** The document or its variables were refused before anything ran. */
  readonly refusedInput: boolean;
}

const errorsMax = 8;
const sentenceCharsMax = 256;
const STATUS_OF: ReadonlyMap<string, number> = new Map([
  ['UNAUTHENTICATED', 401],
  ['UNAUTHORIZED', 401],
  ['UNAUTHORISED', 401],
  ['FORBIDDEN', 403],
  ['BAD_USER_INPUT', 400],
  ['BAD_REQUEST', 400],
  ['GRAPHQL_VALIDATION_FAILED', 400],
  ['GRAPHQL_PARSE_FAILED', 400],
]);
const NOT_RUN = new Set(['GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_PARSE_FAILED']);
const WHO =
  /un-?authenticated|not (?:authenticated|logged in|signed in)|must (?:be logged|log|sign) in|login required|authentication required/iu;
const RIGHT = /forbidden|not (?:authori[sz]ed|allowed|permitted)|permission|access denied/iu;
// The words of graphql-js for a variable that lacks or is of another type.
const VARIABLE = /^Variable "\$/u;

/** Reads the errors of an answer; `undefined` where there are none. */
export function graphqlAnswer(record: RequestSecurity): GraphqlAnswer | undefined {
  const { responseBody, responseText } = record;
  // Most answers hold no errors, and these come first: nothing else is parsed.
  if (!isObject(responseBody) && responseText?.slice(0, 512).includes('"errors"') !== true) {
    return undefined;
  }
  const body = responseObject(record);
  const first: unknown = Array.isArray(body) ? body[0] : body;
  const errors = isObject(first) ? ownValue(first, 'errors') : undefined;
  if (!Array.isArray(errors) || errors.length === 0) return undefined;
  const answers = errors.slice(0, errorsMax).filter(isObject).map(answerOfError);
  return (
    answers.find(({ statusCode }) => statusCode !== undefined) ?? {
      statusCode: undefined,
      refusedInput: false,
    }
  );
}

function answerOfError(error: object): GraphqlAnswer {
  const extensions = ownValue(error, 'extensions');
  const code = isObject(extensions) ? ownValue(extensions, 'code') : undefined;
  const message = ownValue(error, 'message');
  const text = typeof message === 'string' ? message.slice(0, sentenceCharsMax) : '';
  const named = typeof code === 'string' ? STATUS_OF.get(code.toUpperCase()) : undefined;
  const isNotRun = (typeof code === 'string' && NOT_RUN.has(code)) || VARIABLE.test(text);
  const isUnnamed = named === undefined;
  const worded = WHO.test(text) ? 401 : RIGHT.test(text) ? 403 : undefined;
  return { statusCode: isNotRun ? 400 : isUnnamed ? worded : named, refusedInput: isNotRun };
}
