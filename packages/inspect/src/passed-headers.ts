import type { Backend, Endpoint } from '@floodgate/core'

type Narrowing = Pick<Backend, 'inputHeaders'>

/** Returns whether a backend gets every header of the client. */
export function passesAll (endpoint: Pick<Endpoint, 'inputHeaders'>, backend: Narrowing): boolean {
  return endpoint.inputHeaders.includes('*') && backend.inputHeaders.length === 0
}

/** Returns whether a backend may receive a client's header; its name is in lower case. */
export function passesHeader (endpoint: Pick<Endpoint, 'inputHeaders'>, backend: Narrowing, name: string): boolean {
  const letIn = endpoint.inputHeaders.includes('*') || endpoint.inputHeaders.includes(name)
  return letIn && (backend.inputHeaders.length === 0 || backend.inputHeaders.includes(name))
}
