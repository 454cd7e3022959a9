import type { FastifyInstance } from 'fastify'
import type { LoadedConfig } from '@floodgate/config-loader'
import { asError } from '@floodgate/core'
import type { FloodgateEntry } from '@floodgate/engine'
import { createRewriteUrl } from '@floodgate/router'
import { mount, type MountOptions } from '../build/mount.ts'
import { createLifetime, type Lifetime } from '../reload/lifetime.ts'
import { drainTime } from '../serve/drain.ts'
import { recordScope, type Recording } from './recorded-scope.ts'
import { sendAgain, type Serving } from './serve-current.ts'
import type { Wildcard } from './wildcard.ts'

/** One configuration that a host's scope serves, or has served while requests of it still run. */
export interface EmbeddedGeneration extends Serving, Lifetime {
  readonly loaded: LoadedConfig
  readonly entry: FloodgateEntry
  /** Its routes as they were added. */
  readonly added: Recording['added']
  /** Runs what its features do when it begins to serve. */
  begin (): Promise<void>
}

export interface BuildOptions extends MountOptions {
  readonly wildcard: Wildcard
  onClosed (generation: EmbeddedGeneration): void
}

/**
 * Builds a configuration behind a host's scope, without a change to the host's app. What a build that fails had opened is
 * closed.
 *
 * @throws {FG_ERR_CONFIG_INVALID} and whatever else `mount` throws
 */
export async function buildGeneration (
  host: FastifyInstance,
  loaded: LoadedConfig,
  { wildcard, onClosed, ...options }: BuildOptions
): Promise<EmbeddedGeneration> {
  const { model } = loaded
  const recording = recordScope(host, {
    maxParamLength: model.maxHeaderBytes,
    routing: sendAgain(host, () => generation),
    wildcard
  })
  let generation: EmbeddedGeneration
  try {
    const { entry, serve, ended } = await mount(recording.scope, loaded, options)
    generation = {
      loaded,
      entry,
      added: recording.added,
      routes: recording.finish(),
      rewrite: createRewriteUrl(model, host.prefix.replace(/\/$/, '')),
      async begin () {
        await serve()
        await recording.run('onListen').catch((thrown: unknown) => {
          host.log.error({ err: asError(thrown) }, 'a hook onListen of a feature failed')
        })
      },
      ...createLifetime({
        log: host.log,
        wait: drainTime(model),
        ended,
        close: () => recording.run('onClose'),
        onClosed: () => { onClosed(generation) }
      })
    }
    await recording.run('onReady')
    return generation
  } catch (error) {
    await recording.run('onClose').catch((err: unknown) => { host.log.error({ err }, 'resources of a failed start could not be closed') })
    throw error
  }
}
