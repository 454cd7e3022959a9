import type { Feature } from '@floodgate/core'
import * as martian from './martian/settings.ts'

/** The feature `modifier/martian`: changes of a backend's raw request and answer, as fixed by the configuration. */
export const martianFeature: Feature = {
  namespace: martian.namespace,
  schemas: { backend: martian.MartianSettings },
  load: async () => (await import('./martian/feature.ts')).feature
}

/** The namespaces this package gives a meaning. */
export const features: readonly Feature[] = [martianFeature]
