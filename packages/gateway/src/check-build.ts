import Fastify from 'fastify'
import { ConfigError, isOnPath, problemAt, type LoadedConfig, type LostSettings, type Problem } from '@floodgate/config-loader'
import { serverOptions } from '@floodgate/router'
import { ListenerCertificates } from '@floodgate/tls'
import type { Feature, Place } from '@floodgate/core'
import { createServiceLogger } from './serve/logger.ts'
import { lazyCompilers } from './serve/lazy-compilers.ts'
import { mount, type DryRun } from './build/mount.ts'

export interface CheckBuildOptions {
  /** All features of the gateway, from the outermost to the innermost. */
  readonly features: readonly Feature[]
  /** Namespaces of those that are the host's own. Default: none. */
  readonly foreign?: ReadonlySet<string>
  /** Of a model with errors: what it lost by them. Default: the model has none. */
  readonly lost?: readonly LostSettings[]
}

/**
 * Builds a gateway without listening, connecting or writing anything, and gives what features, the logger and the
 * listener report as errors and warnings. An error of one does not prevent the others from being checked.
 *
 * A model with errors is built as far as possible: consequences of them are not reported, and code of host apps is not
 * called.
 */
export async function checkBuild (loaded: LoadedConfig, { features, foreign = new Set(), lost }: CheckBuildOptions): Promise<Problem[]> {
  const { model } = loaded
  const salvaged = lost !== undefined
  const found: Problem[] = []
  const attempt = async (run: () => unknown, place: Place): Promise<void> => {
    try {
      await run()
    } catch (error) {
      found.push(...describe(error, loaded, place, salvaged))
    }
  }
  await attempt(() => createServiceLogger(loaded, 0), ['extra_config', 'telemetry/logging'])
  if (model.tls !== null && !hasFault(loaded, ['tls'])) await attempt(() => new ListenerCertificates(model.tls!), ['tls'])

  // Settings with an error are replaced by a placeholder.
  const wrong = loaded.problems.flatMap(
    ({ severity, place, unsupported }) => severity === 'error' && unsupported === undefined && place.includes('extra_config') ? [place] : []
  )
  const needs = new Map(features.map(({ namespace, needs = [] }) => [namespace, [...needs, namespace]]))
  const dryRun: DryRun = {
    salvaged,
    found (problem) {
      if (!followsFrom(problem.place, lost ?? [], needs) && !wrong.some((place) => isOnPath(place, problem.place))) found.push(problem)
    },
    onFault (error, place) {
      for (const problem of describe(error, loaded, place, salvaged)) dryRun.found(problem)
    }
  }
  const own = salvaged ? features.filter(({ namespace }) => !foreign.has(namespace)) : features
  // The listener's certificates are checked above.
  const app = Fastify({ ...serverOptions({ ...model, tls: null }), schemaController: { compilersFactory: lazyCompilers } })
  try {
    await app.register(async function dryRunScope (scope) {
      await mount(scope, loaded, { name: model.name, features: own, foreign, unmatched: true, workers: null, dryRun })
    })
    await app.ready()
  } catch (error) {
    dryRun.onFault(error, [], '')
  } finally {
    await app.close()
  }
  return found
}

/** After errors of the model, what throws is more likely to follow from them than to be an error of its own. */
function describe (error: unknown, loaded: LoadedConfig, place: Place, salvaged: boolean): readonly Problem[] {
  if (error instanceof ConfigError) return error.problems
  const { code = '', message } = error as Error & { code?: string }
  if (salvaged && !code.startsWith('FG_ERR_')) return []
  return [problemAt(loaded, place, message)]
}

function hasFault ({ problems }: LoadedConfig, place: Place): boolean {
  return problems.some(({ severity, place: at }) => severity === 'error' && place.every((step, i) => at[i] === step))
}

/** Whether a problem of a feature follows from settings that were left out: its own of the service, or those it needs. */
function followsFrom (place: Place, lost: readonly LostSettings[], needs: ReadonlyMap<string, readonly string[]>): boolean {
  const namespace = place[place.lastIndexOf('extra_config') + 1]
  const needed = needs.get(String(namespace)) ?? []
  return lost.some(({ namespace, place: at }) => needed.includes(namespace) && at.slice(0, -1).every((step, i) => place[i] === step))
}
