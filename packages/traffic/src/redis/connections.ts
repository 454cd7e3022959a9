import type { Cluster, Redis } from 'iovalkey'
import type { FeatureContext, Place } from '@floodgate/core'
import { bucketScript } from './bucket-script.ts'
import { clusterOptions, DECISION_TIMEOUT, checkConnection, poolOptions, readAddress } from './options.ts'
import { codeOf, createOutages, isOtherServer, type OutageOf } from './outages.ts'
import { createPatience } from './patience.ts'
import type { RedisSettings } from './settings.ts'

/** How long the start waits for Redis, in ms; then the gateway starts without it. */
const START_PATIENCE = 1500
/** A connection without any answer for this long, in ms, is replaced. */
const SILENCE = 1000
/** The library's message for a command that timed out. */
const TIMED_OUT = 'Command timed out'
/** Shortest interval between reconnects because of a wrong server, in ms. */
const RENEWAL_PAUSE = 1000

/** Connection to one Redis or one cluster. */
export interface Connection {
  /** Takes a token. Rejects immediately while Redis is unavailable, and after 300 ms without an answer. */
  takeToken (key: string, interval: number, capacity: number, life: number): Promise<boolean>
  /** Read a value, write it with a lifetime in ms, and remove it. They reject as `takeToken` does. */
  get (key: string): Promise<Buffer | null>
  set (key: string, value: Buffer, life: number): Promise<void>
  delete (key: string): Promise<void>
  /** Rejects, as `takeToken` does, if the server does not answer. */
  ping (): Promise<void>
}

type Client = (Redis | Cluster) & {
  floodgateTakeToken (key: string, interval: number, capacity: number, life: number, hiccup: number): Promise<number>
}

// eslint-disable-next-line no-restricted-syntax -- by gateway, filled at boot
const gateways = new WeakMap<object, Map<string, Connection>>()

/**
 * Connects to all pools and clusters of the service's `redis`, once per gateway, and waits briefly until they are
 * ready. The gateway also starts if Redis is unavailable. The library is loaded only here. Closed with the gateway.
 */
export async function prepareConnections (context: FeatureContext): Promise<void> {
  const settings = context.model.extra['redis'] as RedisSettings | undefined
  if (settings === undefined || gateways.has(context.scope)) return
  const connections = new Map<string, Connection>()
  gateways.set(context.scope, connections)
  const { Cluster, Redis } = await import('iovalkey')
  const opened: Wanted[] = [
    ...(settings.connection_pools ?? []).map((pool, i) => ({
      name: pool.name,
      settings: pool,
      place: ['extra_config', 'redis', 'connection_pools', i],
      wrong: () => checkConnection([[['address'], pool.address]], pool.tls),
      open: () => new Redis({ ...poolOptions(pool), lazyConnect: true })
    })),
    ...(settings.clusters ?? []).map((cluster, i) => ({
      name: cluster.name,
      settings: cluster,
      place: ['extra_config', 'redis', 'clusters', i],
      wrong: () => checkConnection(cluster.addresses.map((address, i) => [['addresses', i], address]), cluster.tls),
      open: () => new Cluster(cluster.addresses.map(readAddress), { ...clusterOptions(cluster), lazyConnect: true })
    }))
  ]
  await Promise.all(opened.map(async ({ name, settings, place, wrong, open }) => {
    if (connections.has(name)) {
      return context.problem(
        [...place, 'name'],
        `the name ${JSON.stringify(name)} is used by another Redis connection: give each a name of its own`
      )
    }
    const problems = wrong()
    for (const { path, message } of problems) context.problem([...place, ...path], message)
    if (problems.length > 0) {
      // The name exists, so the settings that use it are not wrong.
      connections.set(name, absent)
      return
    }
    try {
      const { connection, ready } = context.keep(
        `redis ${name}`,
        settings,
        () => openConnection(open() as Client, name, context),
        ({ close }) => { close() }
      )
      connections.set(name, connection)
      context.checkReady('redis', async () => {
        try {
          await connection.ping()
          return null
        } catch (error) {
          return `${name}: ${(error as Error).name === 'ReplyError' ? 'it refuses commands' : 'no answer'}`
        }
      })
      await ready
    } catch (error) {
      context.problem(place, (error as Error).message)
    }
  }))
}

/** A connection that the configuration asks for. */
interface Wanted {
  readonly name: string
  readonly settings: object
  readonly place: Place
  readonly wrong: () => { path: Place, message: string }[]
  readonly open: () => Redis | Cluster
}

/** A connection that stays over reloads that do not change its settings. */
interface OpenConnection {
  readonly connection: Connection
  /** Resolves when it is ready, or will not be soon. */
  readonly ready: Promise<void> | undefined
  close (): void
}

/** Placeholder for a connection that cannot be created. */
const gone = () => Promise.reject(new Error('no connection'))
const absent: Connection = { takeToken: gone, get: gone, set: gone, delete: gone, ping: gone }

/** Returns the connection with a name; null, with a problem at this place, if there is none. */
export function connectionNamed (name: string, place: Place, context: FeatureContext): Connection | null {
  const found = gateways.get(context.scope)?.get(name)
  if (found !== undefined) return found
  const known = [...gateways.get(context.scope)?.keys() ?? []].map((name) => JSON.stringify(name)).join(', ')
  context.problem(
    place,
    `${name === '' ? 'does not name a Redis connection' : `there is no Redis connection ${JSON.stringify(name)}`}: ${known === '' ? 'add one under connection_pools of the service\'s "redis"' : `use ${known}`}`
  )
  return null
}

function openConnection (client: Client, name: string, { log, dryRun }: Pick<FeatureContext, 'log' | 'dryRun'>): OpenConnection {
  const outages = createOutages(name, { log })
  const inTime = createPatience(DECISION_TIMEOUT, () => new Error(TIMED_OUT))
  /** Why the connection is away: a network's reason, or the server's, is logged once in an outage. */
  let reason: string | null = null
  /** The connection was closed here, to be replaced or for good; the reason has been logged. */
  let leaving = false
  let lastRenewal = -Infinity
  let answered = performance.now()
  client.defineCommand('floodgateTakeToken', { numberOfKeys: 1, lua: bucketScript })
  client.on('error', (error: Error) => { lost(error) })
  client.on('close', () => { if (!leaving) lost(null) })
  client.on('ready', () => {
    answered = performance.now()
    leaving = false
    outages.worked('connection')
    reason = null
  })
  /** The library's errors contain their command, including AUTH with its password: only a code is logged. */
  function lost (error: Error | null): void {
    if (error?.message === TIMED_OUT) {
      leaving = true
      outages.failed('time', '')
      return
    }
    const isRefused = error?.name === 'ReplyError'
    if (reason !== null && !isRefused) return
    reason = error === null ? '' : isRefused ? codeOf(error) : (error as NodeJS.ErrnoException).code ?? error.message
    outages.failed('connection', reason)
  }

  const connection: Connection = {
    takeToken: async (key, interval, capacity, life) => await heard(
      'limits',
      client.floodgateTakeToken(key, interval, capacity, life, DECISION_TIMEOUT * 1000)
    ) === 1,
    get: (key) => heard('GET', client.getBuffer(key)),
    async set (key, value, life) { await heard('SET', client.set(key, value, 'PX', life)) },
    async delete (key) { await heard('DEL', client.del(key)) },
    async ping () { await heard('PING', client.ping()) }
  }
  return {
    connection,
    ready: dryRun ? undefined : begin(client),
    close () {
      reason = ''
      client.disconnect()
    }
  }

  async function heard<T> (what: OutageOf, answer: Promise<T>): Promise<T> {
    try {
      const value = await inTime(answer)
      answered = performance.now()
      outages.worked('time')
      outages.worked(what)
      return value
    } catch (error) {
      const { name, message } = error as Error
      if (name === 'ReplyError') {
        answered = performance.now()
        outages.worked('time')
        outages.failed(what, codeOf(error as Error))
        if (isOtherServer(error as Error)) renew()
      } else {
        // The loss of a connection is logged separately.
        if (message === TIMED_OUT) outages.failed('time', '')
        giveUpSilent()
      }
      throw error
    }
  }

  /** The name may lead to another server by now: after a failover this one is read-only. */
  function renew (): void {
    const now = performance.now()
    if (client.status !== 'ready' || now - lastRenewal < RENEWAL_PAUSE) return
    lastRenewal = now
    leaving = true
    client.disconnect(true)
  }

  /** A server that vanished without closing leaves a connection that looks open for minutes. */
  function giveUpSilent (): void {
    if (client.status !== 'ready' || performance.now() - answered < SILENCE) return
    answered = performance.now()
    leaving = true
    client.disconnect(true)
  }
}

/** Resolves when the connection is ready, or when it is clear that it will not be soon. */
function begin (client: Client): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, START_PATIENCE)
    const done = () => { clearTimeout(timer); resolve() }
    client.once('ready', done)
    client.connect().then(done, done)
  })
}
