import type { Socket } from 'node:net'
import { ClientError } from '../call/client-error.ts'
import { writeAddress } from '../dial/connect-tcp.ts'
import { Dial, type Destination, type DialContext } from '../dial/dial.ts'
import type { DialTrace } from './dial-trace.ts'

// A server refuses a client certificate one round trip after the handshake, of which the handshake had at least one.
const leastWait = 500
const handshakesToWait = 3

export interface AttemptOptions {
  /** Not shared: its sockets are closed. */
  readonly context: DialContext
  /** ms for all of it. */
  readonly timeout: number
  readonly trace: DialTrace
  /** Ends it early. Default: nothing does. */
  readonly signal?: AbortSignal | undefined
  /** Waits for a refusal after the handshake. Default true. */
  readonly settle?: boolean
}

/**
 * Opens one connection as a request would, sends nothing over it and closes it. Where a server asked for a client
 * certificate it waits a moment for its refusal, which comes after the handshake (always with TLS 1.3).
 *
 * @returns why it failed; null = it did not
 */
export async function attempt (
  destination: Destination,
  { context, timeout, trace, signal, settle = true }: AttemptOptions
): Promise<ClientError | null> {
  const dial = new Dial(destination, context, trace)
  const deadline = performance.now() + timeout
  const timer = setTimeout(() => {
    dial.destroy(new ClientError('FG_ERR_HTTP_CLIENT_DEADLINE', `no answer within ${Math.round(timeout)} ms`, { stage: dial.stage }))
  }, timeout)
  const stop = (): void => {
    dial.destroy(new ClientError('FG_ERR_HTTP_CLIENT_ABORTED', 'the probe was ended'))
    for (const socket of context.sockets) socket.destroy()
  }
  signal?.addEventListener('abort', stop, { once: true })
  try {
    if (signal?.aborted) stop()
    const began = performance.now()
    const socket = await dial.open()
    clearTimeout(timer)
    trace.end()
    const { isProxy, host, port } = destination
    const peer = isProxy ? trace.peers.proxy : trace.peers.origin
    if (!settle || !peer?.request) return null
    const wait = Math.max(leastWait, handshakesToWait * (performance.now() - began))
    return await waitForRefusal(
      socket,
      Math.min(wait, deadline - performance.now()),
      `${isProxy ? 'the proxy ' : ''}${writeAddress(host, port)}`,
      isProxy
    )
  } catch (error) {
    trace.end()
    return error instanceof ClientError ? error : new ClientError('FG_ERR_HTTP_CLIENT_TLS', (error as Error).message, { cause: error })
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
    for (const socket of context.sockets) socket.destroy()
  }
}

function waitForRefusal (socket: Socket, wait: number, where: string, isProxy: boolean): Promise<ClientError | null> {
  return new Promise((resolve) => {
    const settle = (cause?: Error): void => {
      clearTimeout(timer)
      const message = `${where} ended TLS after the handshake${cause ? `: ${cause.message}` : ''}`
      resolve(new ClientError(isProxy ? 'FG_ERR_HTTP_CLIENT_PROXY_TLS' : 'FG_ERR_HTTP_CLIENT_TLS', message, { cause }))
    }
    const timer = setTimeout(() => { resolve(null) }, Math.max(wait, 0))
    socket.once('error', settle).once('end', () => { settle() }).once('close', () => { settle() })
    // No request was sent: data from the server is ignored.
    socket.resume()
  })
}
