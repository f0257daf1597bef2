/** An application of the matrix: how it is asked, and what is true of each request. Knows nothing of what was told. */

/** One request. */
export interface Asked {
  /** Default `GET`. */
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** Sent as a form, name and value. */
  readonly form?: Readonly<Record<string, string>>;
}

/** What is asked of every application that can be asked it. */
export const STEPS = [
  'health check',
  'success',
  'ordinary',
  'forbidden',
  'wrong password',
  'unknown user',
  'locked',
  'missing field',
  'malformed field',
  'missing token',
  'tampered token',
  'expired token',
] as const;

/** One of {@link STEPS}. */
export type StepName = (typeof STEPS)[number];

/** What is true of a request. */
export interface Truth {
  /** The event without `security.`; `-` where nothing happened that is worth one. */
  readonly event: string;
  /** Who it was, where somebody is known. */
  readonly user?: string | undefined;
  /** The route as the application wrote it; absent where none took the request. */
  readonly route?: string | undefined;
}

/** A request and the truth of it. */
export interface Step {
  /** One of {@link STEPS}, or what else this application does. */
  readonly name: string;
  /** `token` is what the successful login gave; empty before. Some first fetch from `url` what is sent back. */
  readonly ask: (token: string, url: string) => Asked | Promise<Asked>;
  readonly truth: Truth;
}

/** One application. */
export interface Application {
  /** In `applications`. */
  readonly file: string;
  readonly title: string;
  readonly steps: readonly Step[];
  /** A login with any name and password; absent where nobody logs in. */
  readonly login:
    ((name: string, password: string, url: string) => Asked | Promise<Asked>) | undefined;
  /** The name of the user whose password is right. */
  readonly user: string;
}

/** What applications of one kind have in common. */
export interface Style {
  readonly file: string;
  readonly title: string;
  readonly health: string;
  readonly login: (name: string, password: string) => Asked;
  readonly loginRoute: string | undefined;
  /** `@example.com` where people log in by address. */
  readonly domain?: string;
  readonly missing: Asked;
  readonly malformed?: Asked;
  /** Sends the token. */
  readonly withToken: (token: string) => Readonly<Record<string, string>>;
  readonly ordinary: Asked & { readonly route: string | undefined };
  readonly forbidden?: Asked & { readonly route: string | undefined };
  /** Route of a request that is refused before a handler takes it; as `ordinary` where absent. */
  readonly deniedRoute?: string | undefined | null;
  /** As the application knows its user once they are in. */
  readonly knownAs: string;
  /** A token that was right once. */
  readonly expired?: string;
  /** Whether a token that is none is told as such; sessions are not, and a request is sent to the login. */
  readonly hasTokens?: boolean;
  /** Whether somebody is locked. */
  readonly hasLocked?: boolean;
  /** What else it does. */
  readonly more?: readonly Step[];
  readonly truths?: Readonly<Partial<Record<StepName, Partial<Truth>>>>;
}

export const RIGHT_PASSWORD = 'correct horse';

/** All steps of a style. */
export function applicationOf(style: Style): Application {
  const { domain = '', file, login, title } = style;
  const truths = new Map(Object.entries(style.truths ?? {}));
  const steps = [...loginSteps(style), ...tokenSteps(style)]
    .toSorted((a, b) => STEPS.indexOf(a.name) - STEPS.indexOf(b.name))
    .map((step) => ({ ...step, truth: { ...step.truth, ...truths.get(step.name) } }));
  return { file, title, login, user: `alice${domain}`, steps: [...steps, ...(style.more ?? [])] };
}

type StandardStep = Step & { readonly name: StepName };

function loginSteps(style: Style): StandardStep[] {
  const { domain = '', login, loginRoute: route, malformed, missing } = style;
  const alice = `alice${domain}`;
  const asked = (name: StepName, ask: Asked, event: string, user?: string): StandardStep => ({
    name,
    ask: () => ask,
    truth: { event, user, route },
  });
  const tried = (name: StepName, user: string, password: string): StandardStep =>
    asked(name, login(user, password), 'authn_login_fail', user);
  return [
    asked('success', login(alice, RIGHT_PASSWORD), 'authn_login_success', alice),
    tried('wrong password', alice, 'battery staple'),
    tried('unknown user', `nobody${domain}`, 'battery staple'),
    ...(style.hasLocked === false ? [] : [tried('locked', `mallory${domain}`, RIGHT_PASSWORD)]),
    asked('missing field', missing, 'input_validation_fail'),
    ...(malformed === undefined
      ? []
      : [asked('malformed field', malformed, 'input_validation_fail')]),
  ];
}

function tokenSteps(style: Style): StandardStep[] {
  const { expired, forbidden, hasTokens = true, health, knownAs, ordinary, withToken } = style;
  const denied =
    style.deniedRoute === undefined ? ordinary.route : (style.deniedRoute ?? undefined);
  const invalid: Truth = { event: hasTokens ? 'authn_token_invalid' : '-', route: denied };
  const asked = (
    name: StepName,
    request: Asked,
    headersOf: (token: string) => Readonly<Record<string, string>>,
    truth: Truth,
  ): StandardStep => ({
    name,
    ask: (token) => ({ ...request, headers: headersOf(token) }),
    truth,
  });
  const nothing = (): Record<string, string> => ({});
  const known = (event: string, route: string | undefined): Truth => ({
    event,
    user: knownAs,
    route,
  });
  return [
    asked('health check', { path: health }, nothing, { event: '-', route: health }),
    asked('ordinary', ordinary, withToken, known('-', ordinary.route)),
    ...(forbidden === undefined
      ? []
      : [asked('forbidden', forbidden, withToken, known('authz_fail', forbidden.route))]),
    asked('missing token', ordinary, nothing, { event: '-', route: denied }),
    asked('tampered token', ordinary, (token) => withToken(tampered(token)), invalid),
    ...(expired === undefined
      ? []
      : [asked('expired token', ordinary, () => withToken(expired), invalid)]),
  ];
}

/** The same token but for its end, where signatures stand. */
function tampered(token: string): string {
  return `${token.slice(0, -4)}${token.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`;
}
