import { Fault } from '@floodgate/core'

/** Codes of every fault this package raises. */
export const codes = {
  FG_ERR_TRAFFIC_RATE: 'a backend would get more requests than its `qos/ratelimit/proxy` allows',
  FG_ERR_TRAFFIC_BREAKER_OPEN: 'a circuit breaker is open: the backend failed too often in a row and is not called until `timeout` has passed',
  FG_ERR_TRAFFIC_BREAKER_TRIAL: 'a circuit breaker waits for the one trial request that decides whether it closes again'
} as const

// The public texts are the reference's own, spelling included (krakend-ratelimit, sony/gobreaker).
export const overRate = () => new Fault('refused', 'FG_ERR_TRAFFIC_RATE', 'rate limit exceded')
export const breakerOpen = (name: string) =>
  new Fault('refused', 'FG_ERR_TRAFFIC_BREAKER_OPEN', 'circuit breaker is open', { detail: `circuit breaker is open: ${name}` })
export const breakerBusy = (name: string) =>
  new Fault('refused', 'FG_ERR_TRAFFIC_BREAKER_TRIAL', 'too many requests', { detail: `circuit breaker is half open and its trial is running: ${name}` })
