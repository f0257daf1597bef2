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
  /** `token` is what the successful login gave; empty before. */
  readonly ask: (token: string) => Asked;
  readonly truth: Truth;
}

/** One application. */
export interface Application {
  /** In `applications`. */
  readonly file: string;
  readonly title: string;
  readonly steps: readonly Step[];
  /** A login with any name and password; absent where nobody logs in. */
  readonly login: ((name: string, password: string) => Asked) | undefined;
  /** The name of the user whose password is right. */
  readonly user: string;
}

/** What applications of one kind have in common. */
export interface Style {
  readonly file: string;
  readonly title: string;
  readonly health: string;
  readonly healthRoute?: string | undefined;
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
  const { domain = '', login, hasTokens = true, ordinary, forbidden, withToken } = style;
  const alice = `alice${domain}`;
  const truths = new Map(Object.entries(style.truths ?? {}));
  const asIs = (asked: Asked) => (): Asked => asked;
  const authorised = (asked: Asked) => (token: string) => ({ ...asked, headers: withToken(token) });
  const denied =
    style.deniedRoute === undefined ? ordinary.route : (style.deniedRoute ?? undefined);
  const failed = (user: string): Truth => ({
    event: 'authn_login_fail',
    user,
    route: style.loginRoute,
  });
  const refused: Truth = { event: 'input_validation_fail', route: style.loginRoute };
  const invalid: Truth = { event: hasTokens ? 'authn_token_invalid' : '-', route: denied };
  const steps: (Step | undefined)[] = [
    {
      name: 'health check',
      ask: asIs({ path: style.health }),
      truth: { event: '-', route: style.healthRoute ?? style.health },
    },
    {
      name: 'success',
      ask: asIs(login(alice, RIGHT_PASSWORD)),
      truth: { event: 'authn_login_success', user: alice, route: style.loginRoute },
    },
    {
      name: 'ordinary',
      ask: authorised(ordinary),
      truth: { event: '-', user: style.knownAs, route: ordinary.route },
    },
    forbidden && {
      name: 'forbidden',
      ask: authorised(forbidden),
      truth: { event: 'authz_fail', user: style.knownAs, route: forbidden.route },
    },
    { name: 'wrong password', ask: asIs(login(alice, 'battery staple')), truth: failed(alice) },
    {
      name: 'unknown user',
      ask: asIs(login(`nobody${domain}`, 'battery staple')),
      truth: failed(`nobody${domain}`),
    },
    style.hasLocked === false
      ? undefined
      : {
          name: 'locked',
          ask: asIs(login(`mallory${domain}`, RIGHT_PASSWORD)),
          truth: failed(`mallory${domain}`),
        },
    { name: 'missing field', ask: asIs(style.missing), truth: refused },
    style.malformed && { name: 'malformed field', ask: asIs(style.malformed), truth: refused },
    { name: 'missing token', ask: asIs(ordinary), truth: { event: '-', route: denied } },
    {
      name: 'tampered token',
      ask: (token) => ({ ...ordinary, headers: withToken(tampered(token)) }),
      truth: invalid,
    },
    style.expired === undefined
      ? undefined
      : {
          name: 'expired token',
          ask: asIs({ ...ordinary, headers: withToken(style.expired) }),
          truth: invalid,
        },
  ];
  return {
    file: style.file,
    title: style.title,
    login,
    user: alice,
    steps: steps
      .filter((step) => step !== undefined)
      .map((step) => ({ ...step, truth: { ...step.truth, ...truths.get(step.name) } }))
      .concat(style.more ?? []),
  };
}

/** The same token but for its end, where signatures stand. */
function tampered(token: string): string {
  return `${token.slice(0, -4)}${token.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`;
}
