import type { Duplex } from 'node:stream'
import type { Dispatcher } from 'undici'
import { createClients, defaultTransport, type Client, type Clients, type ClientDispatchOptions, type ClientError, type ClientsOptions } from '@floodgate/http-client'
import type { ClientSettings, TlsSettings, TransportSettings } from '@floodgate/settings'
import type { Teardown } from '@floodgate/testing'

/** What a test changes of the default settings. */
export interface ChangedSettings extends Partial<Omit<ClientSettings, 'tls' | 'transport'>> {
  tls?: Partial<TlsSettings> | null
  transport?: Partial<TransportSettings>
}

const defaultTls: TlsSettings = {
  allowInsecureConnections: false,
  caCerts: [],
  disableSystemCaPool: false,
  clientCerts: [],
  minVersion: 'TLS12',
  maxVersion: 'TLS13',
  cipherSuites: [],
  curvePreferences: []
}

export function makeSettings ({ tls = null, transport, ...changed }: ChangedSettings = {}): ClientSettings {
  return {
    followRedirects: true,
    sendBodyOnRedirect: false,
    proxy: null,
    ...changed,
    tls: tls && { ...defaultTls, ...tls },
    transport: { ...defaultTransport, ...transport }
  }
}

/** Makes a registry that ends with the test, and knows nothing of this machine's environment. */
export function startClients (t: Teardown, options: ClientsOptions = {}): Clients {
  const clients = createClients({ env: {}, ...options })
  t.teardown(() => clients.close({ timeout: 1 }))
  return clients
}

/** Makes one client that ends with the test. */
export function startClient (t: Teardown, settings?: ChangedSettings, options?: ClientsOptions): Client {
  return startClients(t, options).acquire(makeSettings(settings))
}

/** What a call came to: either an answer, whole or not, or an error, or both. */
export interface Outcome {
  status: number
  headers: Record<string, string>
  body: string
  bytes: number
  error: ClientError | null
  upgraded: Duplex | null
}

export interface Call {
  /** Resolves at the end of the call, good or bad. */
  readonly ended: Promise<Outcome>
  abort (reason?: Error): void
  /** Resolves when the headers are there. */
  readonly answered: Promise<void>
  /** How often each method of the handler was called. */
  readonly calls: Record<string, number>
}

/** Dispatches with a handler of undici's older kind. */
export function startCall (dispatcher: Dispatcher, options: Omit<ClientDispatchOptions, 'method' | 'headers'> & { method?: string, headers?: unknown }): Call {
  const outcome: Outcome = { status: 0, headers: {}, body: '', bytes: 0, error: null, upgraded: null }
  const calls: Record<string, number> = {}
  const count = (name: string): void => { calls[name] = (calls[name] ?? 0) + 1 }
  const chunks: Buffer[] = []
  let end: (outcome: Outcome) => void = () => {}
  let answer: () => void = () => {}
  let abort: (reason?: Error) => void = () => {}
  const ended = new Promise<Outcome>((resolve) => { end = resolve })
  const answered = new Promise<void>((resolve) => { answer = resolve })
  const finish = (): void => {
    outcome.body = Buffer.concat(chunks).toString()
    outcome.bytes = Buffer.concat(chunks).length
    end(outcome)
  }
  const handler = {
    onConnect (given: (reason?: Error) => void) { count('onConnect'); abort = given },
    onHeaders (status: number, raw: Buffer[]) {
      count('onHeaders')
      outcome.status = status
      for (let i = 0; i < raw.length; i += 2) outcome.headers[raw[i]!.toString().toLowerCase()] = raw[i + 1]!.toString('latin1')
      answer()
      return true
    },
    onData (chunk: Buffer) { count('onData'); chunks.push(Buffer.from(chunk)); return true },
    onComplete () { count('onComplete'); finish() },
    onError (error: ClientError) { count('onError'); outcome.error = error; finish() },
    onUpgrade (status: number, _raw: unknown, socket: Duplex) { outcome.status = status; outcome.upgraded = socket; finish() }
  }
  dispatcher.dispatch({ method: 'GET', ...options } as ClientDispatchOptions, handler as unknown as Dispatcher.DispatchHandler)
  return { ended, answered, calls, abort: (reason) => { abort(reason) } }
}

/** Dispatches and waits for the end. */
export function call (dispatcher: Dispatcher, origin: string, path: string, options: Omit<Parameters<typeof startCall>[1], 'origin' | 'path'> = {}): Promise<Outcome> {
  return startCall(dispatcher, { origin, path, ...options }).ended
}
