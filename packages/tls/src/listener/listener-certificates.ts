import type { Server as NetServer } from 'node:net'
import type { Server as TlsServer, TlsOptions } from 'node:tls'
import type { ServerTls } from '@floodgate/settings'
import type { CertificateFiles } from '@floodgate/settings'
import { readFacts } from '../certificates/certificates.ts'
import { firstToExpire } from '../certificates/expiries.ts'
import { listTlsFiles, readOnce, type ReadFile } from '../files/tls-files.ts'
import { Rotation, type RotationStatistics } from '../files/rotation.ts'
import { watchFiles, type FileWatch } from '../files/watch-files.ts'
import { listenerFiles, readListenerTls } from './listener-tls.ts'

export interface ListenerCertificatesOptions {
  /** Source of `SSL_CERT_FILE` and `SSL_CERT_DIR`. Default: `process.env`. */
  readonly env?: NodeJS.ProcessEnv
  /** Called after each renewal with null, or with the reason why the current files are not in use. Default: not called. */
  readonly onRenewal?: (error: Error | null) => void
}

/** When a certificate of a listener expires. */
export interface ListenerExpiry {
  /** `server` is sent to clients; `authority` is the first to expire of those in a file that signed clients' certificates. */
  readonly use: 'server' | 'authority'
  /** Its file. */
  readonly from: string
  readonly subject: string
  /** ISO 8601. */
  readonly validTo: string
}

/**
 * The certificates that a listener sends and trusts: read from the files of its `tls`, and again when they change,
 * while a server listens with it. New connections use the new certificates; open connections are kept. Invalid files
 * are reported once, the previous certificates stay in use, and the next change is tried again.
 */
export class ListenerCertificates {
  readonly #settings: ServerTls
  readonly #files: CertificateFiles
  readonly #env: NodeJS.ProcessEnv
  readonly #onRenewal: (error: Error | null) => void
  readonly #rotation: Rotation
  readonly #listening = new Set<NetServer>()
  #watch: FileWatch | null = null
  #options: TlsOptions
  #expiries: readonly ListenerExpiry[]

  /** @throws {FG_ERR_CONFIG_SERVER_TLS} the files cannot be used */
  constructor (settings: ServerTls, { env = process.env, onRenewal = () => {} }: ListenerCertificatesOptions = {}) {
    const read = readOnce()
    this.#settings = settings
    this.#files = listenerFiles(settings)
    this.#env = env
    this.#onRenewal = onRenewal
    this.#options = readListenerTls(settings, read, env)
    this.#rotation = new Rotation(this.#files, read)
    this.#expiries = readExpiries(settings, read)
  }

  /** Options for a server, which `follow` keeps up to date then. */
  get options (): TlsOptions {
    if (this.#settings.keys.length < 2) return this.#options
    return {
      ...this.#options,
      // The current certificates are also used for names (SNI); undefined = the certificate without a name.
      SNICallback: (name, done) => { this.#options.SNICallback === undefined ? done(null) : this.#options.SNICallback(name, done) }
    }
  }

  /** Keeps a server up to date while it listens. */
  follow (server: NetServer): void {
    let given = this.#options
    server.on('listening', () => {
      this.#listening.add(server)
      this.#watch ??= this.#startWatch()
      // Files may have changed since they were read, or while the server did not listen.
      this.#look()
      if (given !== this.#options) (server as TlsServer).setSecureContext(this.#options)
    })
    server.on('close', () => {
      given = this.#options
      if (!this.#listening.delete(server) || this.#listening.size > 0) return
      this.#watch?.close()
      this.#watch = null
    })
  }

  /** Reads the files again, even if they have not changed (SIGHUP). */
  renew (): void {
    this.#renew(readOnce())
  }

  /** Statistics of renewals. */
  stats (): RotationStatistics {
    return this.#rotation.stats()
  }

  /** When the certificates in use expire. */
  get expiries (): readonly ListenerExpiry[] {
    return this.#expiries
  }

  #startWatch (): FileWatch {
    const watch = watchFiles(() => { this.#look() })
    for (const file of listTlsFiles(this.#files)) watch.add(file)
    return watch
  }

  #look (): void {
    const read = readOnce()
    if (this.#rotation.isDue(read)) this.#renew(read)
  }

  #renew (read: ReadFile): void {
    try {
      this.#rotation.renew(read, () => {
        const options = readListenerTls(this.#settings, read, this.#env)
        for (const server of this.#listening) (server as TlsServer).setSecureContext(options)
        this.#options = options
        this.#expiries = readExpiries(this.#settings, read)
      })
    } catch (error) {
      this.#onRenewal(error as Error)
      return
    }
    this.#onRenewal(null)
  }
}

function readExpiries ({ keys, enableMtls, caCerts }: ServerTls, read: ReadFile): ListenerExpiry[] {
  const own = keys.flatMap(({ publicKey }) => {
    const facts = readFacts(read(publicKey))
    return facts === null ? [] : [{ use: 'server' as const, from: publicKey, subject: facts.subject, validTo: facts.validTo }]
  })
  const authorities = (enableMtls ? caCerts : []).flatMap((file) => {
    const first = firstToExpire(read(file))
    return first === null ? [] : [{ use: 'authority' as const, from: file, subject: first.subject, validTo: first.validTo }]
  })
  return [...own, ...authorities]
}
