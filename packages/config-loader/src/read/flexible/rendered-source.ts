import type { Location, Rendering } from '@floodgate/go-template'
import type { Position } from '../../locate/problem.ts'
import { lineAndColumn, lineStarts, type Source } from '../source.ts'
import type { Partial } from './partials.ts'

/** Files of templates by the name that templates call them by. */
export type TemplateFiles = Map<string, { readonly file: string, readonly text: string }>

/** What a text was rendered from. */
export interface RenderedFiles {
  readonly templates: ReadonlyMap<string, { readonly file: string }>
  readonly partials: ReadonlyMap<string, Partial>
}

interface Found extends Position {
  /** Says that the line shown is the rendered one, and who called the template. */
  readonly note: string
}

/** Finds what made the character at a line and column of the rendered text; null when nothing was rendered. */
export type FindInTemplates = (where: { readonly line: number, readonly column: number }) => Found | null

/** Gives the source of a rendered text the positions of the templates that made it. */
export function createRenderedSource (source: Source, find: FindInTemplates): Source {
  return {
    ...source,
    locate (place, at) {
      const where = source.locate(place, at)
      const found = where && find(where)
      return found && { file: found.file, line: found.line, column: found.column }
    },
    excerpt (place, at) {
      const where = source.locate(place, at)
      const excerpt = source.excerpt(place, at)
      return where && excerpt && `${excerpt}\n${find(where)?.note ?? '(as rendered)'}`
    }
  }
}

/** Prepares the search for what made a text. */
export function createFinder (rendering: Rendering, files: RenderedFiles): FindInTemplates {
  const { text } = rendering
  let starts: readonly number[] | undefined
  return function findInTemplates ({ line, column }) {
    if (text === '') return null
    starts ??= lineStarts(text)
    return find(rendering, files, Math.min((starts[line - 1] ?? text.length) + column - 1, text.length - 1))
  }
}

function find (rendering: Rendering, files: RenderedFiles, offset: number): Found {
  const location = rendering.locate(offset)!
  const called = location.via[0]
  const via = called === undefined ? '' : `; the template was called at ${fileOf(files, called.file)}:${called.line}:${called.column}`
  const included = findInPartials(rendering, files.partials, location, offset)
  return {
    ...included ?? { file: fileOf(files, location.file), line: location.line, column: location.column },
    note: `(as rendered${included === null ? '' : `; included at ${fileOf(files, location.file)}:${location.line}:${location.column}`}${via})`
  }
}

function fileOf ({ templates }: RenderedFiles, name: string): string {
  return templates.get(name)?.file ?? name
}

/** What an action printed is a partial when the text of one stands there, from the action's first character. */
function findInPartials ({ text, locate }: Rendering, partials: RenderedFiles['partials'], action: Location, offset: number): Position | null {
  if (action.kind !== 'value' || !action.lineText.includes('include')) return null
  for (const { file, text: partial } of partials.values()) {
    const start = partial === '' ? -1 : text.lastIndexOf(partial, offset)
    if (start === -1 || start + partial.length <= offset) continue
    const first = locate(start)
    if (first?.kind === 'value' && first.file === action.file && first.line === action.line && first.column === action.column) return { file, ...lineAndColumn(partial, offset - start) }
  }
  return null
}
