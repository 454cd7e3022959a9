import type { ReloadResult } from '@floodgate/engine'

/** Attempts that are remembered. */
const most = 20

/** An attempt to replace the configuration. */
export interface ReloadNote {
  /** ms since the epoch. */
  readonly at: number
  readonly revision: string
  readonly isApplied: boolean
  /** What has changed, or what prevented it. */
  readonly text: string
}

/** The last attempts to replace the configuration. */
export interface ReloadNotes {
  note (result: ReloadResult): void
  /** The last one first. */
  list (): readonly ReloadNote[]
}

export function createReloadNotes (): ReloadNotes {
  const notes: ReloadNote[] = []
  return {
    note (result) {
      notes.unshift({ at: Date.now(), revision: result.revision, isApplied: result.changed !== null, text: describe(result) })
      if (notes.length > most) notes.pop()
    },
    list: () => notes
  }
}

function describe ({ changed, restart, problems }: ReloadResult): string {
  if (changed === null) {
    const errors = problems.filter(({ severity }) => severity === 'error')
    const [first] = errors
    if (first === undefined) return 'not applied'
    const where = first.line === null ? '' : `${first.file}:${first.line}: `
    return `not applied: ${where}${first.message}${errors.length > 1 ? `, and ${errors.length - 1} more` : ''}`
  }
  const parts = [
    `endpoints: ${changed.added.length} added, ${changed.removed.length} removed, ${changed.altered.length} altered`,
    ...changed.service.length > 0 ? [`service: ${changed.service.join(', ')}`] : [],
    ...restart.length > 0 ? [`without effect until a restart: ${restart.join(', ')}`] : []
  ]
  return parts.join('; ')
}
