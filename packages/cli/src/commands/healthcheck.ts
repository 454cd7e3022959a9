import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import { connect, isIPv6, type Socket } from 'node:net'
import tls, { type TLSSocket } from 'node:tls'
import type { LoadedConfig } from '@floodgate/config-loader'
import { exitCodes, healthcheckCodes } from '../exit-codes.ts'
import type { ConfigOptions } from '../load.ts'
import type { Terminal } from '../terminal.ts'

export interface HealthcheckOptions extends Partial<ConfigOptions> {
  /** Asks whether it is ready, not whether it is alive. */
  ready?: boolean
  url?: string
  port?: number
  /** In ms. */
  timeout: number
}

/** Longest answer that is read, in bytes. */
const LONGEST = 65_536

/**
 * Asks a running gateway on this machine whether it is alive, or ready. Resolves to the exit status: 0 or 1, as a
 * HEALTHCHECK of a container has it.
 *
 * A listener with TLS is trusted if its certificate is one of those that the configuration names, whatever name and
 * authority it has; without a configuration, as the system says.
 */
export async function healthcheck (options: HealthcheckOptions, terminal: Terminal): Promise<number> {
  const { config, url: given, port, ready = false, timeout } = options
  if (config === undefined && given === undefined) {
    terminal.err('floodgate: name the configuration of the gateway with -c, or its address with --url\n')
    return exitCodes.usage
  }
  // Without a configuration nothing of the gateway is loaded.
  const loaded = config === undefined ? null : await (await import('../load.ts')).loadToLookAt({ debug: 0, ...options, config }, terminal)
  if (config !== undefined && loaded === null) return healthcheckCodes.failed
  const url = given !== undefined
    ? new URL(given)
    : (await import('@floodgate/gateway/load')).probeUrl(loaded!.model, ready ? 'ready' : 'live', port)
  if (url === null) {
    terminal.err('floodgate: the configuration serves no health endpoint: add "health": {} to "floodgate" in its extra_config, or name one with --url\n')
    return healthcheckCodes.failed
  }
  try {
    const { status, body } = await ask(url, certificatesOf(loaded), timeout)
    const isOk = status >= 200 && status <= 299
    const text = `${url.pathname}: ${status}${body === '' ? '' : ` ${body}`}\n`
    if (isOk) terminal.out(text)
    else terminal.err(`floodgate: ${text}`)
    return isOk ? exitCodes.ok : healthcheckCodes.failed
  } catch (error) {
    terminal.err(`floodgate: ${url.href}: ${(error as Error).message}\n`)
    return healthcheckCodes.failed
  }
}

/** Fingerprints of the listener's certificates; null = its configuration is not known. */
function certificatesOf (loaded: LoadedConfig | null): ReadonlySet<string> | null {
  const { tls } = loaded?.model ?? {}
  return tls === undefined || tls === null
    ? null
    : new Set(tls.keys.map(({ publicKey }) => new X509Certificate(readFileSync(publicKey)).fingerprint256))
}

async function ask (url: URL, trusted: ReadonlySet<string> | null, timeout: number): Promise<{ status: number, body: string }> {
  const socket = open(url, trusted)
  let late: Error | null = null
  const timer = setTimeout(() => {
    late = new Error(`no answer within ${timeout} ms`)
    socket.destroy(late)
  }, timeout)
  try {
    await once(socket, url.protocol === 'https:' ? 'secureConnect' : 'connect')
    if (trusted !== null && 'encrypted' in socket) check(socket as TLSSocket, trusted)
    const request = http.request({
      createConnection: () => socket,
      path: `${url.pathname}${url.search}`,
      headers: { host: url.host, connection: 'close', 'user-agent': 'floodgate-healthcheck' }
    }).end()
    // Node closes a connection that is to speak another protocol, without an error. The listener also takes errors of the body.
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      request.on('response', resolve).on('error', reject).on('close', () => { reject(new Error('it answered something that is not HTTP')) })
    })
    let body = ''
    for await (const part of response.setEncoding('utf8')) {
      body += part
      if (body.length > LONGEST) break
    }
    return { status: response.statusCode!, body: body.slice(0, LONGEST).trim() }
  } catch (error) {
    throw late ?? error
  } finally {
    clearTimeout(timer)
    socket.destroy()
  }
}

function open ({ hostname, port, protocol }: URL, trusted: ReadonlySet<string> | null): Socket {
  const host = hostname.replace(/^\[|\]$/g, '')
  if (protocol !== 'https:') return connect({ host, port: Number(port || 80) })
  const isName = !isIPv6(host) && !/^[\d.]+$/.test(host)
  // The certificate is compared with those of the configuration instead.
  return tls.connect({
    host,
    port: Number(port || 443),
    rejectUnauthorized: trusted === null,
    ...isName && { servername: host }
  })
}

/** @throws {Error} it is another one */
function check (socket: TLSSocket, trusted: ReadonlySet<string>): void {
  const { fingerprint256 } = socket.getPeerX509Certificate() ?? {}
  if (fingerprint256 === undefined || !trusted.has(fingerprint256)) {
    throw new Error('the certificate of the listener is not one of those in the configuration (tls.keys): it is another server, or has not read the new file')
  }
}
