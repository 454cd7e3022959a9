import type { Place } from '@floodgate/core'

/** Returns the place of a backend's client settings. */
export function clientPlace (backend: Place): Place {
  return [...backend, 'extra_config', 'backend/http/client']
}
