import type { FastifyInstance } from 'fastify'
import type { LoadedConfig } from '@floodgate/config-loader'
import type { Place } from '@floodgate/core'
import type { FloodgateEntry } from '@floodgate/engine'
import { parseDuration } from '@floodgate/go/duration'
import type { Clients } from '@floodgate/http-client'
import type { HealthDetail } from '@floodgate/router'
import type { ListenerCertificates } from '@floodgate/tls'
import type { SharedResources } from '../reload/shared-resources.ts'
import { createCertificatesCheck } from './certificates-check.ts'
import { chooseChecks } from './choose-checks.ts'
import { createHostsCheck } from './hosts-check.ts'
import { addProbes } from './probes.ts'
import { createReadyReport, type NamedCheck } from './ready-report.ts'
import type { HealthSettings } from './settings.ts'

export interface HealthContext {
  readonly loaded: LoadedConfig
  readonly entry: Pick<FloodgateEntry, 'hostsFor'>
  /** Of a process whose configurations replace each other. Default: the app stops when it closes. */
  readonly shared: SharedResources | undefined
  /** The certificates of its listener; null = it has none, or is another's. */
  readonly listener: Pick<ListenerCertificates, 'expiries'> | null
  /** Those of features. */
  readonly checks: readonly NamedCheck[]
  readonly clients: Pick<Clients, 'stats'>
  report (place: Place, message: string): void
}

/**
 * Adds the probes that `floodgate.health` configures to the scope of a gateway.
 *
 * @returns further members for the answer of KrakenD's health endpoint; null = none
 */
export function addHealth (
  scope: FastifyInstance,
  settings: HealthSettings,
  { loaded: { model, revision }, entry, shared, listener, checks: ofFeatures, clients, report }: HealthContext
): HealthDetail | null {
  const readiness = shared?.readiness ?? { isReady: true }
  if (shared === undefined) scope.addHook('preClose', async () => { readiness.isReady = false })
  const { checks: wanted = [], expires_within: within = '0s' } = settings
  const certificates = () => [
    ...listener?.expiries.filter(({ use }) => use === 'server') ?? [],
    ...clients.stats().flatMap(({ certificates }) => certificates).filter(({ use }) => use === 'client')
  ]
  const checks = chooseChecks(wanted, [
    { name: 'hosts', check: createHostsCheck(model, entry) },
    { name: 'certificates', check: createCertificatesCheck(certificates, parseDuration(within)!) },
    ...ofFeatures
  ], ['extra_config', 'floodgate', 'health', 'checks'], report)
  addProbes(scope, { model, settings, ready: createReadyReport({ readiness, checks, log: scope.log }), report })
  return settings.detail === true ? { revision, isStopping: () => !readiness.isReady } : null
}
