import type { CallObserver, ObserveCall } from '@floodgate/core'

/** Makes one of several watchers of raw calls; undefined if there is none. */
export function observeAll (watchers: readonly ObserveCall[]): ObserveCall | undefined {
  if (watchers.length <= 1) return watchers[0]
  return (request) => new SeveralObservers(watchers.map((observe) => observe(request)))
}

class SeveralObservers implements CallObserver {
  readonly headers: readonly string[] | null
  readonly #observers: readonly CallObserver[]

  constructor (observers: readonly CallObserver[]) {
    this.#observers = observers
    const headers = observers.flatMap(({ headers }) => headers ?? [])
    this.headers = headers.length === 0 ? null : headers
  }

  onDialled (dns: number, tls: number): void {
    for (const observer of this.#observers) observer.onDialled?.(dns, tls)
  }

  onSent (): void {
    for (const observer of this.#observers) observer.onSent()
  }

  onHeaders (status: number, fields: readonly string[]): void {
    for (const observer of this.#observers) observer.onHeaders(status, fields)
  }

  onData (length: number): void {
    for (const observer of this.#observers) observer.onData(length)
  }

  onEnd (): void {
    for (const observer of this.#observers) observer.onEnd()
  }

  onFailure (...fault: Parameters<CallObserver['onFailure']>): void {
    for (const observer of this.#observers) observer.onFailure(...fault)
  }
}
