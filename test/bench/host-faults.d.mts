export interface Hosts {
  readonly way: string
  /** Address of the forward proxy; null = none. */
  readonly proxy: string | null
  readonly ca: string
  readonly urls: string[]
  readonly seen: number[]
  fail (fault: string): Promise<void>
  mend (): Promise<void>
  close (): Promise<unknown>
}
export interface FaultTimes { rate: number, warm?: number, first?: number, later?: number, back?: number }
export interface FaultResult { fault: string, sent: number, first: number, later: number, back: number, extra: number, share: number }

export const faults: readonly string[]
export const ways: readonly string[]
export const settings: {
  readonly without: object
  readonly defaults: object
  readonly health: object
  readonly with: { readonly eject: object, readonly retry: { readonly budget: number }, readonly response_header_timeout: string }
}
export function startHosts (way?: string): Promise<Hosts>
export function configure (hosts: Pick<Hosts, 'urls' | 'way' | 'proxy'>, ca: string, floodgate: object, timeout?: string): object
export function runFault (hosts: Hosts, url: string, fault: string, times: FaultTimes): Promise<FaultResult>
