import type { Location, Rendering } from '@floodgate/go-template'
import type { Position } from '../../locate/problem.ts'
import { lineAndColumn, lineStarts, type Source } from '../source.ts'
import type { Partial } from './partials.ts'

/** Files of templates by their name in templates. */
export type TemplateFiles = Map<string, { readonly file: string, readonly text: string }>

/** The origin of a rendered text. */
export interface RenderedFiles {
  readonly templates: ReadonlyMap<string, { readonly file: string }>
  readonly partials: ReadonlyMap<string, Partial>
}

interface Found extends Position {
  /** Note that the line is a rendered one, and where the template was called. */
  readonly note: string
}

/** Finds the origin of the character at a line and column of the rendered text; null if nothing was rendered. */
export type FindInTemplates = (where: { readonly line: number, readonly column: number }) => Found | null

/** Replaces the positions of a rendered text by those in its templates. */
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

/** Prepares the search for the origin of a text. */
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

/** The output of an action is a partial if it equals the text of one, from the action's first character. */
function findInPartials (
  { text, locate }: Rendering,
  partials: RenderedFiles['partials'],
  action: Location,
  offset: number
): Position | null {
  if (action.kind !== 'value' || !action.lineText.includes('include')) return null
  for (const { file, text: partial } of partials.values()) {
    const start = partial === '' ? -1 : text.lastIndexOf(partial, offset)
    if (start === -1 || start + partial.length <= offset) continue
    const first = locate(start)
    if (first?.kind === 'value' && first.file === action.file && first.line === action.line && first.column === action.column) {
      return { file, ...lineAndColumn(partial, offset - start) }
    }
  }
  return null
}
