import type { Backend, Endpoint } from '@floodgate/core'

type Narrowing = Pick<Backend, 'inputHeaders'>

/** Tells whether a backend gets every header of the client. */
export function passesAll (endpoint: Pick<Endpoint, 'inputHeaders'>, backend: Narrowing): boolean {
  return endpoint.inputHeaders.includes('*') && backend.inputHeaders.length === 0
}

/** Tells whether a backend may get a header of the client; its name in lower case. */
export function passesHeader (endpoint: Pick<Endpoint, 'inputHeaders'>, backend: Narrowing, name: string): boolean {
  const letIn = endpoint.inputHeaders.includes('*') || endpoint.inputHeaders.includes(name)
  return letIn && (backend.inputHeaders.length === 0 || backend.inputHeaders.includes(name))
}
