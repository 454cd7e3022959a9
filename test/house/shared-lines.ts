/** A line of code that counts: white space folded, without comments, imports, blank lines and lone punctuation. */
interface Line {
  readonly file: string
  /** From 1. */
  readonly number: number
  readonly text: string
}

/** Two places with the same lines. */
export interface SharedLines {
  /** `FILE:LINE`, the first of the shared lines. */
  readonly places: readonly [string, string]
  readonly files: readonly [string, string]
  readonly count: number
}

/**
 * Finds places that share more than `most` lines, in one file or in two.
 *
 * @param texts of TypeScript, by file
 */
export function findSharedLines (texts: ReadonlyMap<string, string>, most: number): SharedLines[] {
  const lines = [...texts].flatMap(([file, text]) => listLines(file, text))
  const starts = new Map<string, number[]>()
  for (let i = 0; i + most < lines.length; i++) {
    if (lines[i]!.file !== lines[i + most]!.file) continue
    const run = lines.slice(i, i + most + 1).map(({ text }) => text).join('\n')
    starts.set(run, [...starts.get(run) ?? [], i])
  }
  const found: SharedLines[] = []
  const reported = new Set<string>()
  for (const [first, ...others] of starts.values()) {
    for (const other of others) {
      // A longer place is found at each of its lines: only the first is reported.
      reported.add(`${first} ${other}`)
      if (reported.has(`${first! - 1} ${other - 1}`)) continue
      let count = most + 1
      while (isSame(lines, first! + count, other + count, first!, other)) count++
      const [one, two] = [lines[first!]!, lines[other]!]
      found.push({ places: [`${one.file}:${one.number}`, `${two.file}:${two.number}`], files: [one.file, two.file], count })
    }
  }
  return found
}

function isSame (lines: readonly Line[], one: number, two: number, first: number, other: number): boolean {
  const [a, b] = [lines[one], lines[two]]
  return a !== undefined && b !== undefined && a.text === b.text && a.file === lines[first]!.file && b.file === lines[other]!.file
}

function listLines (file: string, source: string): Line[] {
  const found: Line[] = []
  let skipUntil: RegExp | null = null
  for (const [i, line] of source.split('\n').entries()) {
    const text = line.trim().replace(/\s+/g, ' ')
    if (skipUntil !== null) {
      if (skipUntil.test(text)) skipUntil = null
      continue
    }
    if (text.startsWith('/*')) {
      if (!text.includes('*/')) skipUntil = /\*\//
    } else if (/^(?:import|export) (?:type )?\{[^}]*$/.test(text)) {
      skipUntil = /\} from /
    } else if (/\w/.test(text) && !/^(?:\/\/|import\b)|^export .* from /.test(text)) {
      found.push({ file, number: i + 1, text })
    }
  }
  return found
}
