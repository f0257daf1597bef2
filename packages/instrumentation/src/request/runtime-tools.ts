/** What a runtime's settings compile to, once per runtime: address resolver, login routes, agents. */
import { RecentAnswers } from '@spanguard/memory';
import { type AuthRouteTest, compileAuthRoutes } from '@spanguard/verdict';
import { ClientAddressResolver } from '../client-address/client-address-resolver.ts';
import { compileTrustedProxies } from '../client-address/trusted-proxies.ts';
import type { RecognisedIndicator, SecurityRuntime } from '../runtime/security-runtime.ts';

/** The compiled side of one runtime. */
export interface RuntimeTools {
  readonly resolver: ClientAddressResolver;
  readonly isAuthRoute: AuthRouteTest;
  /**
   * Targets that hold nothing to mask and no sign of attack. Most requests ask for what was just
   * asked for; a target with a secret in it is never kept.
   */
  readonly cleanTargets: RecentAnswers<true>;
  /** User-Agents as they are shown. */
  readonly shownAgents: RecentAnswers<string>;
  /** Clients repeat their User-Agent, so what was recognised in one is remembered. */
  readonly agents: RecentAnswers<readonly RecognisedIndicator[]>;
}

const targetsCachedMax = 1024;
const agentsCachedMax = 256;
const compiled = new WeakMap<SecurityRuntime, RuntimeTools>();

/** The tools of a runtime, compiled on first use. */
export function toolsOf(runtime: SecurityRuntime): RuntimeTools {
  const known = compiled.get(runtime);
  if (known !== undefined) return known;
  const created: RuntimeTools = {
    resolver: resolverFor(runtime),
    isAuthRoute: compileAuthRoutes(runtime.settings.authRoutes),
    cleanTargets: new RecentAnswers({ answersMax: targetsCachedMax }),
    shownAgents: new RecentAnswers({ answersMax: agentsCachedMax }),
    agents: new RecentAnswers({ answersMax: agentsCachedMax }),
  };
  compiled.set(runtime, created);
  return created;
}

function resolverFor(runtime: SecurityRuntime): ClientAddressResolver {
  try {
    return new ClientAddressResolver({
      trusted: compileTrustedProxies(runtime.settings.trustedProxies),
    });
  } catch (error) {
    // The SDK checks its settings at start; should it not, believing nobody is the safe reading.
    runtime.onInternalError('client_address.settings', error);
    return new ClientAddressResolver({ trusted: compileTrustedProxies([]) });
  }
}
