import type { AddressInfo } from 'node:net'
import { createRawServer, listenApart, type OpenedPort, type Service } from '@floodgate/core'
import { writeAddress } from '@floodgate/http-client'
import { statusNotListening, statusWithoutToken } from '../errors.ts'
import { createKeptPort } from '../metrics/kept-port.ts'
import { describeCause, type MetricsLog } from '../metrics/listener.ts'
import type { PortChange } from '../metrics/prepared-port.ts'
import { ownSettings } from '../own-settings.ts'
import { createAccess, type Access } from './access.ts'
import { describeFacts, type Facts } from './tables/facts.ts'
import { createFeed } from './feed.ts'
import { buildPage } from './page/page.ts'
import { answerStatus } from './routes.ts'
import { addressOf, type StatusSettings } from './settings.ts'
import type { StatusSource } from './source.ts'
import { readToken } from './token.ts'

/** The port of the status page of a gateway. */
export interface StatusPort {
  /** `http://127.0.0.1:9091/`; null = no port is open. */
  readonly url: string | null
  /**
   * Returns the steps to what another configuration wants; `open` throws FG_ERR_GATEWAY_STATUS_LISTEN.
   *
   * @throws {FG_ERR_GATEWAY_STATUS_TOKEN}
   */
  change (model: Service | null): Promise<PortChange>
  close (): Promise<void>
}

export interface StatusPortOptions {
  readonly log: MetricsLog
  readonly source: StatusSource
  readonly env: NodeJS.ProcessEnv
}

interface Opened extends OpenedPort {
  readonly url: string
  access: Access
  readonly port: () => number
}

/** Serves the status page on a port that stays open while its address stays the same. */
export function createStatusPort ({ log, source, env }: StatusPortOptions): StatusPort {
  let model: Service | null = null
  let facts: Facts | null = null
  const feed = createFeed(source, () => { facts ??= describeFacts(model!); return facts })
  const page = buildPage()
  const kept = createKeptPort<StatusSettings, Opened>({
    name: 'status page',
    log,
    isSame: (one, other) => one.port === other.port && addressOf(one) === addressOf(other),
    open
  })

  async function open (settings: StatusSettings): Promise<Opened> {
    const host = addressOf(settings)
    const server = createRawServer('status page', (request, response) => answerStatus(request, response, { access: opened.access, feed, page }), log)
    const port = () => (server.address() as AddressInfo).port
    // What is open already has an access before it is asked.
    const access = accessOf(settings, port)
    let listening: OpenedPort
    try {
      listening = await listenApart(server, { port: settings.port, host })
    } catch (error) {
      throw statusNotListening(writeAddress(host, settings.port), describeCause(error as Error), error as Error)
    }
    const opened: Opened = { ...listening, url: `http://${writeAddress(host, port())}/`, access, port }
    return opened
  }

  function accessOf (settings: StatusSettings, port: () => number): Access {
    const read = readToken(settings, env)
    if ('problem' in read) throw statusWithoutToken(read.key, read.problem)
    return createAccess(read.token, addressOf(settings), port)
  }

  return {
    get url () { return kept.current?.url ?? null },
    async change (next) {
      const settings = next === null ? undefined : ownSettings(next).status
      const { current } = kept
      const access = settings !== undefined && current !== null ? accessOf(settings, current.port) : null
      const change = kept.change(settings)
      return {
        ...change,
        async take () {
          model = next
          facts = null
          if (settings === undefined) feed.close()
          else feed.restart()
          if (current !== null && access !== null) current.access = access
          await change.take()
          if (settings !== undefined) feed.start()
        }
      }
    },
    async close () {
      feed.close()
      await kept.close()
    }
  }
}
