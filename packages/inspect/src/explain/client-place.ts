import type { Place } from '@floodgate/core'

/** Where the client settings of a backend stand. */
export function clientPlace (backend: Place): Place {
  return [...backend, 'extra_config', 'backend/http/client']
}
