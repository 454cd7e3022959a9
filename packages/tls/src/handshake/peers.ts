import type { X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'

// Redirects can lead anywhere.
const maxPeers = 256

/** The certificates of servers and https proxies at their last handshake, by address. */
export class Peers {
  readonly #certificates = new Map<string, X509Certificate>()

  /** Records a handshake; a resumed one has no certificate. */
  see (address: string, socket: TLSSocket): void {
    const certificate = socket.isSessionReused() ? undefined : socket.getPeerX509Certificate()
    if (certificate === undefined) return
    this.#certificates.delete(address)
    this.#certificates.set(address, certificate)
    if (this.#certificates.size > maxPeers) this.#certificates.delete(this.#certificates.keys().next().value!)
  }

  /** By `host:port`. */
  list (): Iterable<[address: string, certificate: X509Certificate]> {
    return this.#certificates
  }
}
