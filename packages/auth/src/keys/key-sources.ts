import { resolve } from 'node:path'
import type { FeatureClient, FeatureContext, Place } from '@floodgate/core'
import { readRegularFile } from '@floodgate/tls'
import { FG_ERR_AUTH_KEY_SET } from '../errors.ts'
import { describeFileError } from '../file-error.ts'
import { fetchDocument, showAddress } from '../fetch-document.ts'
import { aggregatorOf, createAggregateFetch, readMaxAge, type Fetched } from '../jwk-aggregator/aggregated-keys.ts'
import { deriveKeyClient, ignoredSuites, checkKeySettings } from './key-client.ts'
import { readKeyRing, type KeyRing } from './key-ring.ts'
import { reportKeySet } from './key-set-metrics.ts'
import { createFileSource, type KeySource } from './key-source.ts'
import { createRemoteSource, type RemoteSource } from './remote-source.ts'
import type { KeySettings } from './settings.ts'

/** The key sources of one gateway; equal settings share a source. */
export interface KeySources {
  /** Prepares the source of some settings and reports their errors at `place`. */
  prepare (settings: KeySettings, place: Place): Promise<void>
  /** Returns the source of prepared settings; null if they are invalid. */
  get (settings: KeySettings): KeySource | null
  /** Returns the keys of the file that the settings name, if it could be read. */
  ring (settings: KeySettings): KeyRing | null
  /** Fetches the keys of some settings before the first token arrives. */
  prefetch (settings: KeySettings): void
}

/** Timeout of one fetch of a key set, in ms. */
const fetchTimeout = 10_000
const types = ['application/json', 'application/jwk-set+json']

// eslint-disable-next-line no-restricted-syntax -- by gateway, filled at boot
const byGateway = new WeakMap<FeatureContext, KeySources>()

/** Returns the sources that the features of one gateway share. */
export function keySourcesOf (context: FeatureContext): KeySources {
  let sources = byGateway.get(context)
  if (sources === undefined) byGateway.set(context, sources = createKeySources(context))
  return sources
}

function createKeySources (context: FeatureContext): KeySources {
  const files = new Map<string, Promise<KeyRing>>()
  const rings = new Map<string, KeyRing>()
  const remotes = new Map<string, RemoteSource>()

  /** Reads a file at start and when the gateway reloads files. If the file is invalid then, the previous keys stay in use. */
  function readRing (path: string): Promise<KeyRing> {
    const read = async () => readKeyRing(readRegularFile(path).toString(), path)
    let ring = files.get(path)
    if (ring === undefined) {
      context.reads(path)
      files.set(path, ring = read())
      context.onRenew(async () => { rings.set(path, await read()) })
    }
    return ring
  }

  function createRemote (url: string, client: FeatureClient): RemoteSource {
    const warn = (address: string, error: unknown): void => {
      context.log.warn(
        { url: showAddress(address), code: (error as NodeJS.ErrnoException).code, detail: (error as Error).message },
        'the key set could not be fetched: the keys fetched before stay in use'
      )
    }
    const aggregator = aggregatorOf(context.model, url)
    return createRemoteSource({
      fetch: aggregator === null
        ? async () => (await fetchRing(client, url)).ring
        : createAggregateFetch({
          origins: aggregator.origins,
          cache: aggregator.cache === true,
          fetch: (origin) => fetchRing(client, origin),
          onError: warn
        }),
      onError (error) { warn(url, error) }
    })
  }

  return {
    async prepare (settings, place) {
      const problems = checkKeySettings(settings)
      for (const { key, message } of problems) context.problem([...place, key], message)
      if (problems.length > 0) return
      const { jwk_local_path: path = '', jwk_url: url = '' } = settings
      if (path !== '') {
        const file = resolve(path)
        try {
          rings.set(file, await readRing(file))
        } catch (error) {
          context.problem([...place, 'jwk_local_path'], describe(error as NodeJS.ErrnoException))
        }
        return
      }
      const key = remoteKey(context, settings)
      if (remotes.has(key)) return
      const ignored = ignoredSuites(settings)
      if (ignored !== null) context.warning([...place, 'cipher_suites'], ignored)
      const client = context.serviceClient(deriveKeyClient(context.model, settings) ?? undefined)
      // Fetched keys stay in use over reloads; the client is the same one then.
      const remote = context.keep(`key set ${client.key}`, key, () => createRemote(url, client))
      remotes.set(key, remote)
      context.checkReady('jwks', () => remote.hasKeys() ? null : `no keys were fetched from ${showAddress(url)}`)
      if (context.metrics != null) reportKeySet(context.metrics, remote, { url: showAddress(url) })
      context.onRenew(() => { remote.prefetch() })
    },
    get (settings) {
      const { jwk_local_path: path = '' } = settings
      if (path === '') return remotes.get(remoteKey(context, settings)) ?? null
      const file = resolve(path)
      return rings.has(file) ? createFileSource(() => rings.get(file)!) : null
    },
    ring: ({ jwk_local_path: path = '' }) => path === '' ? null : rings.get(resolve(path)) ?? null,
    prefetch (settings) {
      if ((settings.jwk_local_path ?? '') === '') remotes.get(remoteKey(context, settings))?.prefetch()
    }
  }
}

async function fetchRing (client: FeatureClient, url: string): Promise<Fetched> {
  const address = showAddress(url)
  const { status, contentType, cacheControl, body } = await fetchDocument(client, url, { timeout: fetchTimeout })
  if (status < 200 || status > 299) throw new FG_ERR_AUTH_KEY_SET(address, `its server answered ${status}`)
  if (!types.includes(contentType)) {
    throw new FG_ERR_AUTH_KEY_SET(
      address,
      `its type is ${contentType === '' ? 'not given' : JSON.stringify(contentType)} instead of ${types.join(' or ')}`
    )
  }
  return { ring: await readKeyRing(body.toString(), address), maxAge: readMaxAge(cacheControl) }
}

function describe (error: NodeJS.ErrnoException): string {
  return error.code === 'FG_ERR_AUTH_KEY_SET' ? error.message : `the file cannot be read: ${describeFileError(error)}`
}

function remoteKey ({ model }: FeatureContext, settings: KeySettings): string {
  return JSON.stringify([settings.jwk_url, deriveKeyClient(model, settings)?.tls ?? null])
}
