import { basename } from 'node:path'
import { about } from '../about-setting.ts'
import { FG_ERR_TELEMETRY_LAYOUT, FG_ERR_TELEMETRY_NO_PATTERN, FG_ERR_TELEMETRY_VARIABLE } from '../errors.ts'
import { compileGoVerb } from '@floodgate/go/format'
import { compileGoTime } from '@floodgate/go/time'
import type { LevelName } from './levels.ts'
import { module } from './record.ts'

/** What a pattern of the application log can show. */
export interface PatternRecord {
  time: number
  level: LevelName
  message: string
}

type Part = (record: PatternRecord) => string

/** The variables that KrakenD documents under `custom_format`. */
const documented = ['id', 'pid', 'time', 'level', 'program', 'message', 'module', 'color']

/** Source positions, which the reference's logger supports; this is what it writes if the position is unknown. */
const unknowable = ['longfile', 'shortfile', 'longpkg', 'shortpkg', 'longfunc', 'shortfunc', 'callpath']

const colors: Readonly<Record<LevelName, string>> = { CRITICAL: '35', ERROR: '31', WARNING: '33', INFO: '', DEBUG: '36' }

/** A variable with its layout, which ends at the first brace without a backslash (go-logging's own grammar). */
const variable = /%\{([a-z]+)(?::(.*?[^\\]))?\}/g

/**
 * Prepares a `custom_format`: a text with variables in braces and, after a colon, a layout for each: a layout of Go's
 * time package for `%{time}`, a verb of fmt for the others (`%{level:.4s}`, `%{id:03x}`).
 *
 * @throws {FG_ERR_TELEMETRY_NO_PATTERN} it has no variable
 * @throws {FG_ERR_TELEMETRY_VARIABLE} it has one that does not exist
 * @throws {FG_ERR_TELEMETRY_LAYOUT} a layout does not fit its variable
 */
export function compileMessagePattern (pattern: string): (record: PatternRecord) => string {
  const parts: (string | Part)[] = []
  let end = 0
  for (const match of pattern.matchAll(variable)) {
    parts.push(pattern.slice(end, match.index), createPart(match[1]!, match[2]))
    end = match.index + match[0].length
  }
  if (parts.length === 0) throw about('format', new FG_ERR_TELEMETRY_NO_PATTERN('format', 'custom_format', '%{time} %{level} %{message}'))
  parts.push(pattern.slice(end))
  return function formatMessage (record) {
    let text = ''
    for (const part of parts) text += typeof part === 'string' ? part : part(record)
    return text
  }
}

function createPart (name: string, layout: string | undefined): string | Part {
  switch (name) {
    case 'time': {
      const write = compileGoTime(layout ?? '2006-01-02T15:04:05.999Z07:00')
      return ({ time }) => write(time)
    }
    case 'color':
      return createColor(layout)
    case 'level': {
      const write = verb(name, layout, 'text')
      return ({ level }) => write(level)
    }
    case 'message': {
      const write = verb(name, layout, 'text')
      return ({ message }) => write(message)
    }
    case 'id': {
      const write = verb(name, layout, 'number')
      let id = 0
      return () => write(++id)
    }
    case 'pid': return verb(name, layout, 'number')(process.pid)
    case 'program': return verb(name, layout, 'text')(basename(process.argv[1] ?? process.execPath))
    case 'module': return verb(name, layout, 'text')(module)
    default:
      if (unknowable.includes(name)) return '???'
      throw about(
        'custom_format',
        new FG_ERR_TELEMETRY_VARIABLE('custom_format', name, documented.map((known) => `%{${known}}`).join(', '))
      )
  }
}

function verb (name: string, layout: string | undefined, kind: 'text' | 'number'): (value: string | number) => string {
  const write = compileGoVerb(layout ?? 'v', kind)
  if (write === null) {
    throw about('custom_format', new FG_ERR_TELEMETRY_LAYOUT(layout, name, kind === 'text' ? `%{${name}:.4s}` : `%{${name}:04d}`))
  }
  return write
}

function createColor (layout: string | undefined): string | Part {
  // https://no-color.org
  if (process.env['NO_COLOR']) return ''
  if (layout === 'reset') return '\u001b[0m'
  const bold = layout === 'bold' ? ';1' : ''
  return ({ level }) => colors[level] === '' ? '' : `\u001b[${colors[level]}${bold}m`
}
