import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { writeAddress } from '../dial/connect-tcp.ts'
import type { DialObserver, DialStep } from '../dial/dial.ts'
import type { CertificateRequest } from '@floodgate/tls'
import { readChain } from '@floodgate/tls'

/** A step of a probe; those with `proxy` are the way to and through the proxy. */
export type StepName = 'dns' | 'tcp' | 'tls' | 'proxy dns' | 'proxy tcp' | 'proxy tls' | 'proxy handshake'

/** One step of the way to a backend. */
export interface ProbeStep {
  readonly name: StepName
  readonly ok: boolean
  /** ms, of a step that failed until it did. */
  readonly time: number
}

/** What one side of a handshake has shown. */
export interface Peer {
  /** As Node writes it: `TLSv1.3`; null = no version was agreed on. */
  version: string | null
  /** Names of the suite as OpenSSL and as IANA have them. */
  suite: { readonly openssl: string, readonly iana: string } | null
  /** As OpenSSL names it. */
  curve: string | null
  /** Its certificates (DER), its own first, and what they end in where that is known. */
  chain: readonly Buffer[]
  /** What it asked of a client certificate; null = nothing, undefined = it did not come so far. */
  request: CertificateRequest | null | undefined
  /** Index of the pair it was shown; -1 = none. */
  shown: number
  /** The first bytes it sent, whatever they are. */
  firstBytes: Buffer
}

const keptBytes = 64

/** Notes what a dial reaches: the last attempt counts, where it takes more than one. */
export class DialTrace implements DialObserver {
  /** Addresses that the name of the first host leads to. */
  addresses: string[] = []
  /** Address and port that were connected to; null = none. */
  address: string | null = null
  /** Of the proxy and of the origin, as far as TLS was begun with them. */
  readonly peers: { proxy: Peer | null, origin: Peer | null } = { proxy: null, origin: null }
  #steps: ({ step: DialStep, began: number, ended: number | null })[] = []
  readonly #onStep: (name: StepName) => void

  constructor (onStep: (name: StepName) => void = () => {}) {
    this.#onStep = onStep
  }

  /** The step it stands at; null = it has not begun. */
  get step (): DialStep | null {
    return this.#steps.at(-1)?.step ?? null
  }

  /** The steps so far; `ok` says whether the last of them went well. */
  steps (ok: boolean): ProbeStep[] {
    const now = performance.now()
    return this.#steps.map(
      ({ step, began, ended }, i) => ({ name: nameStep(step), ok: ok || i < this.#steps.length - 1, time: (ended ?? now) - began })
    )
  }

  /** The last step has ended. */
  end (): void {
    const last = this.#steps.at(-1)
    if (last) last.ended ??= performance.now()
  }

  enter (step: DialStep): void {
    this.end()
    if (step.kind === 'dns' || (step.kind === 'tcp' && this.step?.kind !== 'dns')) this.#begin()
    this.#steps.push({ step, began: performance.now(), ended: null })
    if (step.kind === 'tls') this.#peer(step)
    this.#onStep(nameStep(step))
  }

  onAddresses (addresses: readonly string[]): void {
    this.addresses.push(...addresses)
  }

  onConnected (socket: Socket): void {
    this.address = writeAddress(socket.remoteAddress ?? '', socket.remotePort ?? 0)
  }

  watch (socket: Socket, below: Socket): void {
    const peer = this.#peer(this.step!)
    const read = (): void => { readPeer(socket as TLSSocket, peer) }
    // A server that refuses in the middle is known by then; after the last one come its certificates.
    socket.on('keylog', read).prependListener('secure', read)
    below.on('data', (chunk: Buffer) => {
      if (peer.firstBytes.length < keptBytes) peer.firstBytes = Buffer.concat([peer.firstBytes, chunk]).subarray(0, keptBytes)
    })
  }

  onRequest (request: CertificateRequest | null, shown: number): void {
    Object.assign(this.#peer(this.step!), { request, shown })
  }

  #begin (): void {
    this.#steps = []
    this.addresses = []
    this.address = null
  }

  #peer ({ isProxy }: DialStep): Peer {
    const side = isProxy ? 'proxy' : 'origin'
    const peer = this.peers[side] ?? {
      version: null,
      suite: null,
      curve: null,
      chain: [],
      request: undefined,
      shown: -1,
      firstBytes: Buffer.alloc(0)
    }
    this.peers[side] = peer
    return peer
  }
}

function nameStep ({ kind, isProxy }: DialStep): StepName {
  if (kind === 'tunnel') return 'proxy handshake'
  return isProxy ? `proxy ${kind}` : kind
}

function readPeer (socket: TLSSocket, peer: Peer): void {
  const cipher = socket.getCipher() as { name: string, standardName: string } | undefined
  const key = socket.getEphemeralKeyInfo() as { name?: string } | null
  const chain = readChain(socket)
  peer.version = socket.getProtocol() ?? peer.version
  if (cipher?.name) peer.suite = { openssl: cipher.name, iana: cipher.standardName }
  if (key?.name) peer.curve = key.name
  if (chain.length > 0) peer.chain = chain
}
