import type { Server as NetServer } from 'node:net'
import type { Server as TlsServer, TlsOptions } from 'node:tls'
import type { ServerTls } from '@floodgate/settings'
import type { CertificateFiles } from '@floodgate/settings'
import { listTlsFiles, readOnce, type ReadFile } from '../files/tls-files.ts'
import { Rotation, type RotationStatistics } from '../files/rotation.ts'
import { watchFiles, type FileWatch } from '../files/watch-files.ts'
import { listenerFiles, readListenerTls } from './listener-tls.ts'

export interface ListenerCertificatesOptions {
  /** Where `SSL_CERT_FILE` and `SSL_CERT_DIR` come from. Default: `process.env`. */
  readonly env?: NodeJS.ProcessEnv
  /** Called after each renewal: null, or why what the files hold now is not in use. Default: nobody is told. */
  readonly onRenewal?: (error: Error | null) => void
}

/**
 * What a listener shows and trusts: read from the files of its `tls`, and read anew when they change, while a server
 * listens with it. The next connections get what the files hold then, those that are open stay. What cannot be used is
 * told once, what was in use stays, and the next change is tried again.
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

  /** @throws {FG_ERR_CONFIG_SERVER_TLS} the files cannot be used */
  constructor (settings: ServerTls, { env = process.env, onRenewal = () => {} }: ListenerCertificatesOptions = {}) {
    const read = readOnce()
    this.#settings = settings
    this.#files = listenerFiles(settings)
    this.#env = env
    this.#onRenewal = onRenewal
    this.#options = readListenerTls(settings, read, env)
    this.#rotation = new Rotation(this.#files, read)
  }

  /** Options for a server, which `follow` keeps up to date then. */
  get options (): TlsOptions {
    if (this.#settings.keys.length < 2) return this.#options
    return {
      ...this.#options,
      // By name, too, what is in use now is shown; undefined = what is shown without a name.
      SNICallback: (name, done) => { this.#options.SNICallback === undefined ? done(null) : this.#options.SNICallback(name, done) }
    }
  }

  /** Keeps a server up to date from its listening to its close. */
  follow (server: NetServer): void {
    let given = this.#options
    server.on('listening', () => {
      this.#listening.add(server)
      this.#watch ??= this.#startWatch()
      // What changed since they were read, or while it did not listen.
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

  /** Reads the files anew, whether they changed or not (SIGHUP). */
  renew (): void {
    this.#renew(readOnce())
  }

  /** How renewals went. */
  stats (): RotationStatistics {
    return this.#rotation.stats()
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
      })
    } catch (error) {
      this.#onRenewal(error as Error)
      return
    }
    this.#onRenewal(null)
  }
}
