import type { Static } from 'typebox'

/** The keys about hosts that fail: of `floodgate` in `backend/http/client`, and of `floodgate` at the root, for every backend. */
export const hostProperties = {
  failover: {
    type: 'boolean',
    default: true,
    description: 'Sends a request to another host of the backend, at once, if no connection to the chosen one could be opened.'
  }
} as const

export type HostOptions = Static<{ type: 'object', properties: typeof hostProperties }>
