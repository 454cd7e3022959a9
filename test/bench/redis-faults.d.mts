import type { RedisServer } from '@floodgate/testing'

export type FaultName = 'killed' | 'hanging' | 'slow' | 'password' | 'full'
export interface Answer {
  /** The endpoint. */
  readonly name: string
  /** By `performance.now()`. */
  readonly asked: number
  /** 0: no answer. */
  readonly status: number
  /** Ms. */
  readonly took: number
}
export interface Gateway { readonly url: string, readonly lines: readonly string[], close (): Promise<void> }
export interface Backend { readonly url: string, readonly calls: number, close (): void }
export interface FaultRun {
  readonly redis: RedisServer
  readonly gateway: Gateway
  readonly fault: FaultName
  readonly rate: number
  /** Seconds. */
  readonly warm?: number
  readonly during?: number
  readonly back?: number
}
export interface FaultResult {
  readonly answers: readonly Answer[]
  /** When it failed, when it began to come back, and when it was back, by `performance.now()`. */
  readonly failed: number
  readonly mending: number
  readonly mended: number
  readonly lines: readonly string[]
}

export const endpoints: readonly string[]
export const faults: Readonly<Record<FaultName, (redis: RedisServer) => Promise<() => Promise<void>>>>
export function startBackend (): Promise<Backend>
export function configure (backendUrl: string, redisPort: number): object
export function startGateway (file: string): Promise<Gateway>
export function startLoad (url: string, rate: number): { readonly answers: readonly Answer[], stop (): Promise<void> }
export function runFault (run: FaultRun): Promise<FaultResult>
