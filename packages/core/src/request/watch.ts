import type { Fault } from '../faults/errors.ts'
import type { Backend, Endpoint } from '../model/model.ts'
import type { CoreRequest } from './request.ts'
import type { Step } from './step.ts'

/** Watches one raw HTTP call. Its methods must not throw, and the objects that they receive must not be kept. */
export interface CallObserver {
  /** Header lines that the call sends beside its own: name, value, name, value…; null = none. */
  readonly headers: readonly string[] | null
  /**
   * A connection was opened for the request, or could not be: what the look-up of the name and the handshake took, in ms, 0
   * where there was none. Not called where another connection was free.
   */
  onDialled? (dns: number, tls: number): void
  /** The request has a connection and its headers were sent. */
  onSent (): void
  /** @param fields the response's header lines: name, value, name, value… */
  onHeaders (status: number, fields: readonly string[]): void
  /** A part of the body arrived, `length` bytes as they came over the wire. */
  onData (length: number): void
  /** The whole response arrived. */
  onEnd (): void
  /** The call failed, or ended early. */
  onFailure (fault: Fault): void
}

/** Begins to watch one raw call, before its request is sent. */
export type ObserveCall = (request: CoreRequest) => CallObserver

/**
 * What a feature watches without changing anything: the gateway may use its fast ways beside it. Each function is
 * called at boot.
 */
export interface Watch {
  /** Around the whole answer of an endpoint. A response must be passed on as it is. */
  endpoint? (next: Step, endpoint: Endpoint): Step
  /** Around the answer of one backend, its features included. A response must be passed on as it is. */
  backend? (next: Step, backend: Backend, endpoint: Endpoint): Step
  /** The raw calls of one backend; undefined = they are not watched. */
  call? (backend: Backend, endpoint: Endpoint): ObserveCall | undefined
}
