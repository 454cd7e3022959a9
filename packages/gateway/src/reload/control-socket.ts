import { once } from 'node:events'
import { chmodSync, statSync, unlinkSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { connect } from 'node:net'
import type { FastifyBaseLogger } from 'fastify'
import { createRawServer } from '@floodgate/core'
import type { ReloadResult } from '@floodgate/engine'
import { controlSocketTaken } from '../errors.ts'
import type { HostOut } from './hosts-out.ts'

/** Longest path of a local socket in bytes: systems cut longer ones. */
const LONGEST_PATH = 103

/** What a running gateway says about itself. */
export interface GatewayStatus {
  readonly pid: number
  readonly address: string
  /** Of the configuration in use. */
  readonly revision: string
  readonly endpoints: number
  /** Attempts to replace the configuration. */
  readonly reloads: { readonly success: number, readonly failure: number }
  /** Null: this process serves alone. */
  readonly workers: readonly { readonly id: number, readonly pid: number | null, readonly serves: boolean }[] | null
  /** Hosts that get no requests; each worker has its own view. */
  readonly hostsOut: readonly HostOut[]
}

/** The answer to a request for a reload; `renewed`: there was no other configuration, and files were read again. */
export type ControlAnswer = ReloadResult | { readonly renewed: true, readonly revision: string }

export interface ControlOptions {
  /** Path of the socket. Only the user of this process may use it. */
  readonly path: string
  readonly log: Pick<FastifyBaseLogger, 'error'>
  reload (): Promise<ControlAnswer>
  status (): GatewayStatus | Promise<GatewayStatus>
}

/**
 * Listens on a local socket for `floodgate reload` and `floodgate status`: `POST /reload` and `GET /status`, answered with
 * JSON. A socket that a gateway has left behind is replaced.
 *
 * @returns a function that closes it
 * @throws {FG_ERR_GATEWAY_CONTROL_SOCKET} another gateway listens there, or the path cannot be used
 */
export async function openControlSocket ({ path, log, reload, status }: ControlOptions): Promise<() => Promise<void>> {
  if (Buffer.byteLength(path) > LONGEST_PATH) throw controlSocketTaken(path, `its path is longer than ${LONGEST_PATH} bytes: choose a shorter one`)
  await removeLeftOver(path)
  const server = createRawServer('control socket', async ({ method, url }: IncomingMessage, response: ServerResponse) => {
    if (method === 'GET' && url === '/status') answer(response, 200, await status())
    else if (method === 'POST' && url === '/reload') answer(response, 200, await reload())
    else answer(response, 404, { error: 'there are GET /status and POST /reload' })
  }, log, 0).unref()
  const before = process.umask(0o177)
  try {
    server.listen({ path, exclusive: true })
  } finally {
    process.umask(before)
  }
  try {
    await once(server, 'listening')
    chmodSync(path, 0o600)
  } catch (error) {
    throw controlSocketTaken(path, (error as Error).message, error as Error)
  }
  return async () => {
    const closed = new Promise((resolve) => { server.close(resolve) })
    server.closeAllConnections()
    await closed
  }
}

function answer (response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** A process that was killed leaves its socket behind, and no process answers there. */
async function removeLeftOver (path: string): Promise<void> {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
  if (stats === undefined) return
  if (!stats.isSocket()) throw controlSocketTaken(path, 'it is not a socket')
  const socket = connect(path)
  const code = await once(socket, 'connect').then(() => null, (error: NodeJS.ErrnoException) => error.code)
  socket.destroy()
  if (code === null) throw controlSocketTaken(path, 'another gateway listens there')
  // Other errors say nothing of the kind: a gateway that hangs has no room for connections, that of another user refuses this one.
  if (code !== 'ECONNREFUSED') throw controlSocketTaken(path, `another gateway may listen there: connecting to it fails with ${code}`)
  unlinkSync(path)
}
