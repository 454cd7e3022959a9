import { createHash } from 'node:crypto'
import type { Endpoint, Pause, Service } from '@floodgate/core'
import { nameOf, type ConfigChanges } from '@floodgate/engine'
import { hashSettings } from '@floodgate/http-client'
import { writeSorted } from './state-store.ts'

/** Keys of the root that only a restart applies, because the listener is opened with them, as they are written. */
const LISTENER_KEYS: Readonly<Partial<Record<keyof Service, string>>> = {
  port: 'port',
  listenIp: 'listen_ip',
  tls: 'tls',
  useH2c: 'use_h2c',
  readTimeout: 'read_timeout',
  readHeaderTimeout: 'read_header_timeout',
  writeTimeout: 'write_timeout',
  idleTimeout: 'idle_timeout',
  maxHeaderBytes: 'max_header_bytes'
}

/** Compares two configurations, with pauses. */
export async function describeChanges (before: Service, after: Service, pause: Pause): Promise<ConfigChanges> {
  const [old, now] = [await fingerprints(before, pause), await fingerprints(after, pause)]
  const [oldClients, nowClients] = [clientKeys(before), clientKeys(after)]
  return {
    added: [...now.keys()].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !now.has(name)),
    altered: [...now].flatMap(([name, print]) => old.has(name) && old.get(name) !== print ? [name] : []),
    service: [...new Set([...Object.keys(before.extra), ...Object.keys(after.extra)])]
      .filter((namespace) => writeSorted(before.extra[namespace]) !== writeSorted(after.extra[namespace])),
    clients: { added: countMissing(nowClients, oldClients), removed: countMissing(oldClients, nowClients) }
  }
}

/**
 * Lists keys with other values that stay without effect until a restart.
 *
 * @param first the configuration that the listener was opened with
 * @param ownPort whether the port is given by the command
 */
export function findRestartKeys (first: Service, after: Service, ownPort = false): string[] {
  return Object.entries(LISTENER_KEYS).flatMap(([key, written]) => {
    if (key === 'port' && ownPort) return []
    const name = key as keyof Service
    return writeSorted(first[name]) === writeSorted(after[name]) ? [] : [written]
  })
}

/** What each endpoint is, without where it stands. */
async function fingerprints ({ endpoints }: Service, pause: Pause): Promise<Map<string, string>> {
  const prints = new Map<string, string>()
  for (const endpoint of endpoints) {
    prints.set(nameOf(endpoint), fingerprint(endpoint))
    await pause()
  }
  return prints
}

function fingerprint ({ index: _index, place: _place, backends, ...settings }: Endpoint): string {
  const calls = backends.map(({ index: _index, place: _place, client, ...backend }) => ({ ...backend, client: hashSettings(client) }))
  return createHash('sha256').update(writeSorted({ ...settings, calls })).digest('base64')
}

function clientKeys ({ endpoints }: Service): Set<string> {
  return new Set(endpoints.flatMap(({ backends }) => backends.map(({ client }) => hashSettings(client))))
}

function countMissing (keys: ReadonlySet<string>, from: ReadonlySet<string>): number {
  return [...keys].filter((key) => !from.has(key)).length
}
