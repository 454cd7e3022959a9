import type { FeatureContext } from '@floodgate/core'
import { createPathMatch } from './match-path.ts'
import type { ServerFilesSettings } from './settings.ts'

/** Warns of endpoints that are never reached, because files are served at their path. */
export function tellHidden (settings: ServerFilesSettings, { model, warning }: Pick<FeatureContext, 'model' | 'warning'>): void {
  const match = createPathMatch(settings)
  for (const { path, place } of model.endpoints) {
    const fixed = path.replace(/\{.*|\*$/s, '')
    if (match(path) === null || match(fixed) === null) continue
    warning(
      [...place, 'endpoint'],
      `the endpoint is never reached, because files are served below ${JSON.stringify(settings.prefix)}: add ${JSON.stringify(fixed)} to "skip" of "server/static-filesystem"`
    )
  }
}
