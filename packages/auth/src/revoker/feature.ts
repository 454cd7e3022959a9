import { monotonicNow, type Claims, type Feature, type FeatureContext } from '@floodgate/core'
import { followPrimary } from './follow-primary.ts'
import { openPort, type OpenPort } from './ports.ts'
import { setRevocation } from './revocation.ts'
import { createRevocations, type Ends, type SharedRevocations } from './revocations.ts'
import { namespace, type RevokerSettings } from './settings.ts'

/** Revoked values by port: a reloaded configuration keeps them, before the configuration that it replaces is closed. */
// eslint-disable-next-line no-restricted-syntax -- revoked values belong to the process, by port: a gateway and its replacement share them
const kept = new Map<number, { readonly ends: Ends, uses: number }>()

/** The points where this feature attaches. */
export const feature: Partial<Feature> = {
  async setup (context) {
    const settings = context.model.extra[namespace] as RevokerSettings | undefined
    if (settings !== undefined) serve(settings, await openList(settings, context), context)
  }
}

async function openList ({ port, TTL, N }: RevokerSettings, context: FeatureContext): Promise<SharedRevocations> {
  if (context.workers === null) return createRevocations(TTL * 1000, N, keep(port, context))
  const { workers } = context
  return context.keep(`${namespace} list`, null, () => followPrimary(workers), async (followed) => { (await followed).stop() })
}

function serve (settings: RevokerSettings, revocations: SharedRevocations, context: FeatureContext): void {
  const { token_keys: names, port, revoke_server_api_key: apiKey = '', revoke_server_ping_url: pingUrl = '' } = settings
  if (pingUrl !== '') {
    context.problem(
      ['extra_config', namespace, 'revoke_server_ping_url'],
      'this gateway does not register with a revoke server: remove it, and revoke tokens over HTTP on "port"'
    )
  }
  if (names.length === 0) {
    context.warning(
      ['extra_config', namespace, 'token_keys'],
      'no token can be revoked: list the claims whose values can be revoked, such as "jti"'
    )
  }
  setRevocation(context, createRevocationCheck(names, revocations))
  // The same one for the configurations that replace each other here.
  const owner = context.keep(`${namespace} port`, null, () => ({}))
  let open: Promise<OpenPort | null> | null = null
  // Opened when the gateway serves: `check` must not open a port.
  context.onServe(async function openRevokerPort () {
    open = openPort({ port, apiKey, revocations, owner, log: context.log }).catch((error: unknown) => {
      context.log.error({ err: error }, 'auth/revoker: the port cannot be opened, so no token can be revoked')
      return null
    })
    const opened = await open
    if (opened !== null) {
      context.log.info({ port: opened.port }, `auth/revoker: tokens can be revoked on ${apiKey === '' ? '127.0.0.1' : 'all addresses'}`)
    }
  })
  context.onClose(async () => { await (await open)?.close() })
}

function keep (port: number, context: FeatureContext): Ends {
  if (port === 0) return new Map()
  const shared = kept.get(port) ?? { ends: new Map<string, number>(), uses: 0 }
  kept.set(port, shared)
  shared.uses++
  context.onClose(() => { if (--shared.uses === 0) kept.delete(port) })
  return shared.ends
}

function createRevocationCheck (names: readonly string[], revocations: SharedRevocations): (claims: Claims) => boolean {
  return function isRevoked (claims) {
    if (revocations.size === 0) return false
    const now = monotonicNow()
    return names.some((name) => {
      const value = Object.hasOwn(claims, name) ? claims[name] : undefined
      return typeof value === 'string' && revocations.has(`${name}-${value}`, now)
    })
  }
}
