import type { Feature } from '@floodgate/core'
import * as martian from './martian/settings.ts'

/** The feature `modifier/martian`: modifies a backend's raw request and response. */
export const martianFeature: Feature = {
  namespace: martian.namespace,
  schemas: { backend: martian.MartianSettings },
  load: async () => (await import('./martian/feature.ts')).feature
}

/** The namespaces that this package implements. */
export const features: readonly Feature[] = [martianFeature]
