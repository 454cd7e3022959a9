import type { Static } from 'typebox'

/** Settings of `floodgate.health`: probes for orchestrators, and what they look at. */
export const HealthSettings = {
  type: 'object',
  description: 'Serves `/livez`, which answers 200 while the process runs, and `/readyz`, which answers 503 when the gateway is about to stop, or a check fails',
  properties: {
    live_path: { type: 'string', pattern: '^/[^?#*{}:]*$', default: '/livez', description: 'Path of the probe that answers 200 while the process runs' },
    ready_path: {
      type: 'string',
      pattern: '^/[^?#*{}:]*$',
      default: '/readyz',
      description: 'Path of the probe that answers 200 while the gateway should get requests, and 503 otherwise'
    },
    checks: {
      type: 'array',
      items: { type: 'string', minLength: 1 },
      default: [],
      description: 'Checks that `/readyz` makes: `hosts` (no backend has all of its hosts out), `redis` (every Redis in use answers), `certificates` (of the listener, and client certificates: not expired), `jwks` (every key set was fetched), and those of features of your own'
    },
    expires_within: {
      type: 'string',
      format: 'go-duration',
      default: '0s',
      description: 'With the check `certificates`: fails this long before a certificate expires'
    },
    detail: {
      type: 'boolean',
      default: false,
      description: 'Adds to KrakenD\'s health endpoint the `revision` of the configuration, and answers 503 with the status `stopping` there while `/readyz` does so because the gateway is about to stop'
    },
    notice: {
      type: 'string',
      format: 'go-duration',
      default: '300ms',
      description: 'How long the gateway still accepts requests after SIGTERM, while `/readyz` answers 503 and other answers have `connection: close`: as long as load balancers take to notice, such as `5s`'
    }
  },
  additionalProperties: false
} as const
export type HealthSettings = Static<typeof HealthSettings>
