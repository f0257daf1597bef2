/** What the body of a request tries: a user's login, filled in or not, or something that is none. */
import { isObject, ownValue } from '../body/own-value.ts';
import type { Place } from './auth-route.ts';
import { fieldNamed } from './field-role.ts';
import { loginName, loginNameInField } from './login-name.ts';

/**
 * - `complete`: names a user and carries a password or the like.
 * - `incomplete`: a login form with a field empty or missing; nobody tried a password.
 * - `refresh`: asks for a new token in exchange for an older one (RFC 6749 §6).
 * - `client`: asks for a token in the name of a client or of a login that happened elsewhere.
 * - `account`: makes or changes an account, with a password for it.
 * - `password_change`: chooses a new password, with the old one or without.
 *
 * Absent where the body was not seen, or its fields have names of their own.
 */
export type LoginForm =
  'complete' | 'incomplete' | 'refresh' | 'client' | 'account' | 'password_change';

/** What a body tries, and with whose name. */
export interface FormAttempt {
  readonly form: LoginForm | undefined;
  /** Canonical; absent where the form names nobody. */
  readonly loginName: string | undefined;
}

const fieldsMax = 64;
const depthMax = 3;
const formsMax = 16;
// Objects by whose names forms are nested: JSON:API, Rails, tRPC, GraphQL's inputs and the like.
const HOLDER =
  /^(?:user|data|attributes|credentials?|session|input|login|log_?in_?input|auth|account|payload|body|params|form|json|request|values)$/iu;
const NOBODY: FormAttempt = { form: undefined, loginName: undefined };

/** Reads a parsed body: names of fields and whether they are empty, never what a secret is. */
export function loginFormIn(body: unknown, place: Place = 'other'): LoginForm | undefined {
  return formAttempt(body, place).form;
}

/** The same, and who is named. */
export function formAttempt(body: unknown, place: Place = 'other'): FormAttempt {
  if (!isObject(body)) return NOBODY;
  const forms = formsIn(body, place).map((form) => readForm(form, place));
  const tried = forms.find(({ form }) => form === 'complete' || form === 'password_change');
  const found = tried ?? forms.find(({ form }) => form !== undefined) ?? forms[0] ?? NOBODY;
  const named = found.loginName ?? forms.find((each) => each.loginName !== undefined)?.loginName;
  const granted = grantForm(body);
  return { form: granted ?? found.form, loginName: named };
}

/** The login name in a parsed request body: in the given field, else where forms have it. */
export function loginNameInBody(body: unknown, field?: string): string | undefined {
  return field === undefined ? formAttempt(body).loginName : loginNameInField(body, field);
}

/** Whether the body asks a token endpoint for a token, in whoever's name (RFC 6749). */
export function isTokenRequest(body: unknown): boolean {
  return isObject(body) && typeof ownValue(body, 'grant_type') === 'string';
}

function grantForm(body: object): LoginForm | undefined {
  const grant = ownValue(body, 'grant_type');
  if (grant === 'refresh_token') return 'refresh';
  return typeof grant === 'string' && grant !== 'password' ? 'client' : undefined;
}

/** The body and the objects in it that may be a form, the outermost first; where people log in, any may. */
function formsIn(body: object, place: Place): object[] {
  if (Array.isArray(body)) return [];
  const forms = [body];
  let from = 0;
  for (let depth = 0; depth < depthMax; depth++) {
    const until = forms.length;
    for (const form of forms.slice(from, until)) {
      for (const name of Object.keys(form).slice(0, fieldsMax)) {
        const isHolder = place === 'login' || HOLDER.test(name);
        const value = isHolder ? ownValue(form, name) : undefined;
        if (isObject(value) && !Array.isArray(value) && forms.length < formsMax) forms.push(value);
      }
    }
    from = until;
  }
  return forms;
}

/** What stands in a form, counted by what its fields are for. */
interface Fields {
  name: string | undefined;
  weakName: string | undefined;
  contact: string | undefined;
  hasPassword: boolean;
  hasCode: boolean;
  /** A field for a secret is there and empty. */
  lacksSecret: boolean;
  lacksName: boolean;
  choosesPassword: boolean;
  repeatsPassword: boolean;
  refreshes: boolean;
  tellsProfile: boolean;
  /** A filled field that nobody knows, and that may be the secret. */
  mayHoldSecret: boolean;
}

function readForm(form: object, place: Place): FormAttempt {
  const fields = fieldsOf(form);
  const hasSecret = fields.hasPassword || fields.hasCode;
  const name =
    fields.name ??
    (hasSecret ? fields.contact : undefined) ??
    (fields.hasPassword ? fields.weakName : undefined);
  return { form: formOf(fields, { name, place }), loginName: name };
}

function formOf(
  fields: Fields,
  { name, place }: { name: string | undefined; place: Place },
): LoginForm | undefined {
  const hasSecret = fields.hasPassword || fields.hasCode;
  if (fields.choosesPassword) return 'password_change';
  if (fields.repeatsPassword) return 'account';
  if (fields.refreshes && !hasSecret) return 'refresh';
  if (name !== undefined && hasSecret) {
    // Who is asked for more than a login needs makes or edits an account, unless it is the login's own place.
    const isAccount = place === 'account' || (place === 'other' && fields.tellsProfile);
    return isAccount ? 'account' : 'complete';
  }
  if (place === 'account') return hasSecret || fields.lacksSecret ? 'account' : undefined;
  if (fields.lacksSecret && !hasSecret) return 'incomplete';
  if (hasSecret) return fields.lacksName ? 'incomplete' : undefined;
  // A name, and nothing beside it that could be a password under a name of its own.
  if ((name !== undefined || fields.lacksName) && !fields.mayHoldSecret) return 'incomplete';
  return undefined;
}

function fieldsOf(form: object): Fields {
  const fields: Fields = {
    name: undefined,
    weakName: undefined,
    contact: undefined,
    hasPassword: false,
    hasCode: false,
    lacksSecret: false,
    lacksName: false,
    choosesPassword: false,
    repeatsPassword: false,
    refreshes: false,
    tellsProfile: false,
    mayHoldSecret: false,
  };
  const names = Object.keys(form).slice(0, fieldsMax);
  for (const name of names.toSorted((a, b) => rankOf(a) - rankOf(b))) {
    note(fields, form, name);
  }
  return fields;
}

function rankOf(name: string): number {
  // No difference of two infinities.
  return Math.min(fieldNamed(name).rank, fieldsMax * fieldsMax);
}

function note(fields: Fields, form: object, name: string): void {
  const property = Object.getOwnPropertyDescriptor(form, name);
  if (property?.get !== undefined) {
    // What a getter of the application gives nobody looks at: it may be anything.
    fields.mayHoldSecret = true;
    return;
  }
  const value: unknown = property?.value;
  const isEmpty = value === undefined || value === null || value === '';
  const { role } = fieldNamed(name);
  switch (role) {
    case 'name':
    case 'weak_name':
    case 'contact':
      noteName(fields, role, value);
      return;
    case 'password':
    case 'code':
      if (isEmpty) fields.lacksSecret = true;
      else if (role === 'password') fields.hasPassword = true;
      else fields.hasCode = true;
      return;
    case 'old_password':
    case 'new_password':
      fields.choosesPassword = true;
      return;
    case 'repeated_password':
      fields.repeatsPassword = true;
      return;
    case 'refresh_token':
      fields.refreshes ||= !isEmpty;
      return;
    case 'profile':
      fields.tellsProfile = true;
      return;
    case 'beside':
      return;
    case 'other':
      fields.mayHoldSecret ||= !isEmpty;
  }
}

function noteName(fields: Fields, role: 'name' | 'weak_name' | 'contact', value: unknown): void {
  const named = loginName(value);
  if (role === 'name') {
    if (value === undefined || value === null || value === '') fields.lacksName = true;
    // Both a user name and an address are asked for where accounts are made; a login asks for one.
    if (named !== undefined && fields.name !== undefined) fields.tellsProfile = true;
    fields.name ??= named;
    return;
  }
  if (role === 'contact') fields.contact ??= named;
  else fields.weakName ??= named;
  if (named === undefined) return;
  if (fields.name !== undefined) fields.tellsProfile = true;
  // A telephone number or a name may be all a form asks for; what is beside it is not known then.
  fields.mayHoldSecret = true;
}
