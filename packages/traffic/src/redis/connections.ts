import type { Cluster, Redis } from 'iovalkey'
import type { FeatureContext, Place } from '@floodgate/core'
import { bucketScript } from './bucket-script.ts'
import { clusterOptions, DECISION_TIMEOUT, judgeConnection, poolOptions, readAddress } from './options.ts'
import { createRefusals } from './refusals.ts'
import type { RedisSettings } from './settings.ts'

/** How long the start waits for Redis, in ms; it goes on without. */
const START_PATIENCE = 1500
/** A connection that has answered nothing for this long, in ms, is given up for a new one. */
const SILENCE = 1000
/** What the library says of a command without an answer. */
const TIMED_OUT = 'Command timed out'
/** A server that is the wrong one is left for a new connection at most this often, in ms. */
const RENEWAL_PAUSE = 1000

/** Connection to one Redis or one cluster. */
export interface Connection {
  /** Takes a token. Rejects at once while Redis is away, and after 300 ms without an answer. */
  takeToken (key: string, interval: number, capacity: number, life: number): Promise<boolean>
  /** Reads, writes with a life in ms, and removes a value. They reject as `takeToken` does. */
  get (key: string): Promise<Buffer | null>
  set (key: string, value: Buffer, life: number): Promise<void>
  delete (key: string): Promise<void>
}

type Client = (Redis | Cluster) & {
  floodgateTakeToken (key: string, interval: number, capacity: number, life: number, hiccup: number): Promise<number>
}

// eslint-disable-next-line no-restricted-syntax -- by gateway, filled at boot
const gateways = new WeakMap<object, Map<string, Connection>>()

/**
 * Connects to everything the service's `redis` names, once per gateway, and waits a moment until it is there. Redis
 * being away is no reason not to start. The library is loaded only here. Closed with the gateway.
 */
export async function prepareConnections (context: FeatureContext): Promise<void> {
  const settings = context.model.extra['redis'] as RedisSettings | undefined
  if (settings === undefined || gateways.has(context.scope)) return
  const connections = new Map<string, Connection>()
  gateways.set(context.scope, connections)
  const { Cluster, Redis } = await import('iovalkey')
  const opened: { name: string, place: Place, wrong: () => { path: Place, message: string }[], open: () => Redis | Cluster }[] = [
    ...(settings.connection_pools ?? []).map((pool, i) => ({
      name: pool.name,
      place: ['extra_config', 'redis', 'connection_pools', i],
      wrong: () => judgeConnection([[['address'], pool.address]], pool.tls),
      open: () => new Redis({ ...poolOptions(pool), lazyConnect: true })
    })),
    ...(settings.clusters ?? []).map((cluster, i) => ({
      name: cluster.name,
      place: ['extra_config', 'redis', 'clusters', i],
      wrong: () => judgeConnection(cluster.addresses.map((address, i) => [['addresses', i], address]), cluster.tls),
      open: () => new Cluster(cluster.addresses.map(readAddress), { ...clusterOptions(cluster), lazyConnect: true })
    }))
  ]
  await Promise.all(opened.map(async ({ name, place, wrong, open }) => {
    if (connections.has(name)) return context.problem([...place, 'name'], `there is a Redis connection ${JSON.stringify(name)} already: name each differently`)
    const problems = wrong()
    for (const { path, message } of problems) context.problem([...place, ...path], message)
    if (problems.length > 0) {
      // The name is there: what it is used for is not wrong.
      connections.set(name, absent)
      return
    }
    try {
      const client = open() as Client
      connections.set(name, watch(client, name, context))
      if (!context.judging) await ready(client)
    } catch (error) {
      context.problem(place, (error as Error).message)
    }
  }))
}

/** What is judged in the place of a connection that cannot be made. */
const gone = () => Promise.reject(new Error('no connection'))
const absent: Connection = { takeToken: gone, get: gone, set: gone, delete: gone }

/** The connection of a name; null, and a problem at this place, when there is none. */
export function connectionNamed (name: string, place: Place, context: FeatureContext): Connection | null {
  const found = gateways.get(context.scope)?.get(name)
  if (found !== undefined) return found
  const known = [...gateways.get(context.scope)?.keys() ?? []].map((name) => JSON.stringify(name)).join(', ')
  context.problem(place, `${name === '' ? 'names no Redis connection' : `there is no Redis connection ${JSON.stringify(name)}`}: ${known === '' ? 'add one under connection_pools of the service\'s "redis"' : `use ${known}`}`)
  return null
}

function watch (client: Client, name: string, context: FeatureContext): Connection {
  const { log, onClose } = context
  const refusals = createRefusals(name, context)
  let away = false
  /** The connection was ended here for a new one, which is told by what it was ended for. */
  let renewing = false
  let lastRenewal = -Infinity
  let answered = performance.now()
  client.defineCommand('floodgateTakeToken', { numberOfKeys: 1, lua: bucketScript })
  client.on('error', (error: Error) => { lost(error) })
  client.on('close', () => { if (!renewing) lost(null) })
  client.on('ready', () => {
    answered = performance.now()
    if (away) log.info(`redis: ${name} is back`)
    away = false
    renewing = false
  })
  onClose(() => {
    away = true
    client.disconnect()
  })

  /** The library's errors carry the command they belong to, AUTH with its password too: only the text is told. */
  function lost (error: Error | null): void {
    if (away) return
    away = true
    log.warn(`redis: ${name} is away${error === null ? '' : `: ${(error as NodeJS.ErrnoException).code ?? error.message}`}; limits that need it refuse or allow, as on_failure_allow says, and caches ask their backends`)
  }

  return {
    takeToken: async (key, interval, capacity, life) => await heard('limits', client.floodgateTakeToken(key, interval, capacity, life, DECISION_TIMEOUT * 1000)) === 1,
    get: (key) => heard('GET', client.getBuffer(key)),
    async set (key, value, life) { await heard('SET', client.set(key, value, 'PX', life)) },
    async delete (key) { await heard('DEL', client.del(key)) }
  }

  /** @param what the command, as the log calls it */
  async function heard<T> (what: string, answer: Promise<T>): Promise<T> {
    try {
      const value = await answer
      answered = performance.now()
      refusals.answered(what)
      return value
    } catch (error) {
      if ((error as Error).name === 'ReplyError') {
        answered = performance.now()
        if (refusals.refused(what, error as Error).isReadOnly) renew()
      } else {
        // A connection that is gone is told of by itself.
        if ((error as Error).message === TIMED_OUT) refusals.refused(what, error as Error)
        giveUpSilent()
      }
      throw error
    }
  }

  /** The name may lead to another server by now: after a failover this one only reads. */
  function renew (): void {
    const now = performance.now()
    if (client.status !== 'ready' || now - lastRenewal < RENEWAL_PAUSE) return
    lastRenewal = now
    renewing = true
    client.disconnect(true)
  }

  /** A server that vanished without a word leaves a connection that looks alive for minutes. */
  function giveUpSilent (): void {
    if (client.status !== 'ready' || performance.now() - answered < SILENCE) return
    answered = performance.now()
    client.disconnect(true)
  }
}

/** Resolves when the connection is ready, or when waiting on is not worth it. */
function ready (client: Client): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, START_PATIENCE)
    const done = () => { clearTimeout(timer); resolve() }
    client.once('ready', done)
    client.connect().then(done, done)
  })
}
