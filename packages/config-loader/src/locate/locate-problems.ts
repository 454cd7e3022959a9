import type { Place } from '@floodgate/core'
import { foldKey, holdsSecrets, maskUserInfo, shownPlace, showValue, suggest } from '@floodgate/settings'
import type { Override } from '../model/environment.ts'
import { originalPlace, type Move } from '../plugins/moves.ts'
import type { Problem, ProblemDraft } from './problem.ts'
import type { Source } from '../read/source.ts'
import { formatOf, writeSettings } from './write-settings.ts'

/** The sources of a configuration's values. */
export interface Origins {
  /** The file; null for an object passed by a program. */
  readonly source: Source | null
  readonly overrides: readonly Override[]
  /** The configuration of the file or the program, before the environment is applied. */
  readonly given: unknown
  /** Settings of plugins that are read as those of a namespace. */
  readonly moves: readonly Move[]
}

/** Placeholder for the file's name if there is no file. */
export const noFile = 'configuration'

/** Converts reported drafts to problems: with position, excerpt and suggestion. */
export function locateProblems (drafts: readonly ProblemDraft[], origins: Origins): Problem[] {
  return drafts.map((draft) => locate(draft, origins))
}

function locate (draft: ProblemDraft, { source, overrides, moves }: Origins): Problem {
  const { severity, code, at = 'value', message, related = [] } = draft
  const place = originalPlace(draft.place, moves)
  const override = overrides.find(({ path }) => startsWith(place, path))
  const position = override === undefined ? source?.locate(place, at) : null
  const instead = draft.instead ?? suggest(draft.nearest) ?? (override === undefined ? null : adviseVariable(override, draft.value))
  return {
    severity,
    code,
    file: override?.variable ?? position?.file ?? source?.file ?? noFile,
    line: position?.line ?? null,
    column: position?.column ?? null,
    place: shownPlace(place),
    value: showValue(place, draft.value),
    message: maskUserInfo(message),
    instead: draft.write === undefined
      ? instead
      : [
          instead ?? 'write:',
          ...writeSettings(draft.write, formatOf(position?.file ?? source?.file ?? noFile)).map((line) => `  ${line}`)
        ].join('\n'),
    excerpt: override === undefined && !holdsSecrets(place.slice(0, -1)) ? source?.excerpt(place, at) ?? null : null,
    related: related.map((place) => {
      const position = source?.locate(place)
      return {
        place: shownPlace(place),
        file: position?.file ?? source?.file ?? noFile,
        line: position?.line ?? null,
        column: position?.column ?? null
      }
    }),
    ...draft.unsupported && { unsupported: draft.unsupported },
    ...draft.strict === true && { strict: true }
  }
}

/** Returns whether a place equals a path or is below it; keys are case-insensitive. */
export function startsWith (place: Place, path: readonly string[]): boolean {
  return path.every((key, i) => typeof place[i] === 'string' && foldKey(place[i]) === foldKey(key))
}

function adviseVariable ({ variable }: Override, value: unknown): string {
  return typeof value === 'string' && value.startsWith('tcp://')
    ? `Kubernetes sets ${variable} for a service with that name: set enableServiceLinks: false in the pod, or name the service differently`
    : `set or unset the environment variable ${variable}`
}
