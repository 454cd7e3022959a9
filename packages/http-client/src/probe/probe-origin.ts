import { checkTlsFiles } from '@floodgate/tls'
import { diagnose } from '../call/diagnose.ts'
import { nameProxyVariable, readEnvironmentProxy } from '../dial/environment-proxy.ts'
import { describeProxy } from '../dial/proxy-address.ts'
import type { DialContext } from '../dial/dial.ts'
import { Generation } from '../connections/generation.ts'
import { Peers } from '@floodgate/tls'
import { Sessions } from '@floodgate/tls'
import type { ClientSettings, ProxySettings, TlsSettings } from '@floodgate/settings'
import { createTls, type ClientTls } from '@floodgate/tls'
import { readOrigin } from '../connections/upstream.ts'
import { attempt } from './attempt.ts'
import { DialTrace, type StepName } from './dial-trace.ts'
import { exploreTls, type Explored } from './explore-tls.ts'
import { unattempted, type Probe } from './probe.ts'
import { SettingDescriptions, type SettingPlaces } from './setting-descriptions.ts'
import { describePeer, type TlsFacts } from './tls-facts.ts'
import { explainFailure, isWorthExploring } from './verdict.ts'
import type { Evidence, Verdict } from './explanation.ts'

export interface ProbeOptions {
  /** ms for the way there, and as much again to find out what a server would take. Default 10,000. */
  readonly timeout?: number
  /** Where proxies and the system's authorities are looked up. Default `process.env`. */
  readonly env?: NodeJS.ProcessEnv
  /** IP address to connect to in place of what the origin's host leads to. */
  readonly address?: string | null
  /** Where the settings were configured, so that the verdict can say it. Default: not known. */
  readonly places?: SettingPlaces
  /** Ends the probe early, as one that failed. Default: nothing does. */
  readonly signal?: AbortSignal | undefined
  /** Called when a step begins. */
  readonly onStep?: (step: StepName) => void
}

const defaultTimeout = 10_000

/**
 * Reaches an origin as a client with these settings would, through its proxy and with its TLS, but sends it no request:
 * DNS, TCP, the proxy, TLS, and a moment of waiting where a client certificate may still be refused. Certificate files
 * are read as they are now, no session is resumed, and every connection is closed again. Never rejects.
 *
 * @throws {FG_ERR_HTTP_CLIENT_REQUEST} when the origin is not one of http or https
 */
export async function probeOrigin (
  settings: ClientSettings,
  origin: string,
  { timeout = defaultTimeout, env = process.env, address: ip = null, places, signal, onStep }: ProbeOptions = {}
): Promise<Probe> {
  const address = readOrigin(origin)
  const words = new SettingDescriptions(places ?? null, settings.tls)
  const trace = new DialTrace(onStep)
  const tls = openTls(settings.tls, env, settings.own?.pins)
  if (tls === null) {
    return unattempted(address.origin, settings.proxy && describeProxy(settings.proxy), explainFiles(settings.tls, words))
  }
  const generation = new Generation(settings, { tls, beyond: tls }, readEnvironmentProxy(env), new Peers(), () => {})
  const proxy = generation.findProxy(address)
  const { pool: { destination } } = generation.find(address.origin, null, ip)
  const { context } = generation
  const error = await attempt(destination, { context, timeout, trace, signal })
  const cause = diagnose(error)?.cause ?? null
  const facts = describeSides(trace, settings.tls)
  const steps = trace.steps(error === null)
  let verdict: Verdict | null = null
  if (error !== null) {
    const evidence = {
      error,
      cause,
      settings,
      origin: address.origin,
      destination,
      proxy,
      variable: settings.proxy === null && proxy !== null ? nameProxyVariable(env, address.protocol) : null,
      trace,
      words
    }
    const explored = isWorthExploring(evidence) ? await explore(evidence, { context, env, timeout, signal }) : null
    verdict = explainFailure({ ...evidence, facts: trace.step?.isProxy ? facts.proxyTls : facts.tls, explored })
  }
  return {
    origin: address.origin,
    proxy: proxy && describeProxy(proxy),
    ok: error === null,
    time: steps.reduce((sum, { time }) => sum + time, 0),
    steps,
    addresses: trace.addresses,
    address: trace.address,
    ...facts,
    unknown: error === null ? describeUnknown(destination.isProxy ? proxy : null, address.origin, destination.tls) : null,
    verdict
  }
}

function openTls (settings: TlsSettings | null, env: NodeJS.ProcessEnv, pins?: readonly string[]): ClientTls | null {
  try {
    const tls = createTls(settings, env, undefined, pins)
    tls.prepare()
    return tls
  } catch {
    return null
  }
}

/** Files that cannot be used are found when a gateway starts; here they have changed since, or were not checked. */
function explainFiles (tls: TlsSettings | null, words: SettingDescriptions): Verdict {
  const [problem] = checkTlsFiles(tls)
  const [key = ''] = problem?.path ?? []
  const place = words.at(key === 'ca_certs' || key === 'client_certs' ? `client_tls.${key}` : 'client_tls')
  const what = `${key === '' ? 'client_tls' : `client_tls.${problem!.path.join('.')}`}${place} cannot be used: ${problem?.message ?? 'OpenSSL refuses it'}`
  const cure = problem?.instead ?? 'check the files that it names'
  return {
    fault: 'configuration',
    stage: 'tls',
    code: null,
    cause: problem?.code ?? null,
    problem: what,
    cure,
    sentence: `${what}: ${cure}`,
    settings: [...words.named]
  }
}

function describeSides ({ peers }: DialTrace, tls: TlsSettings | null): { tls: TlsFacts | null, proxyTls: TlsFacts | null } {
  return { tls: peers.origin && describePeer(peers.origin, tls), proxyTls: peers.proxy && describePeer(peers.proxy, tls) }
}

/** Shakes hands with other settings, at the same place on the same way. */
async function explore (
  { destination, settings: { tls }, trace }: Pick<Evidence, 'destination' | 'settings' | 'trace'>,
  { context, env, timeout, signal }: Required<Pick<ProbeOptions, 'env' | 'timeout'>> & Pick<ProbeOptions, 'signal'> & { context: DialContext }
): Promise<Explored | null> {
  const deadline = performance.now() + timeout
  const side = trace.step?.isProxy ? 'proxy' : 'origin'
  return await exploreTls(tls, async (wider) => {
    const left = deadline - performance.now()
    const opened = openTls(wider, env)
    if (opened === null || left <= 0 || signal?.aborted === true) return null
    const seen = new DialTrace()
    await attempt(
      destination,
      {
        context: { ...context, tls: opened, sessions: new Sessions(), sockets: new Set() },
        timeout: left,
        trace: seen,
        signal,
        settle: false
      }
    )
    const peer = seen.peers[side]
    return peer?.version && peer.suite ? peer : null
  })
}

function describeUnknown (forwards: ProxySettings | null, origin: string, secure: boolean): string | null {
  if (forwards !== null) {
    return `whether the proxy forwards requests to ${origin}${forwards.username === null ? '' : ', and accepts the user and password'}: no request was sent`
  }
  return secure ? null : 'whether the server speaks HTTP: no request was sent'
}
