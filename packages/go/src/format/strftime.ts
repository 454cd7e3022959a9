type Piece = (date: Date) => string

/** A layout's fraction of a second: where its digits end, and whether zeros at the end go. */
interface Fraction { separator: string, digits: number, trim: boolean }

const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

/** Go's named layouts, as patterns may name them: `%{time:kitchen}`. */
const named: Readonly<Record<string, string>> = {
  ansic: 'Mon Jan _2 15:04:05 2006',
  unixdate: 'Mon Jan _2 15:04:05 MST 2006',
  rubydate: 'Mon Jan 02 15:04:05 -0700 2006',
  rfc822: '02 Jan 06 15:04 MST',
  rfc822z: '02 Jan 06 15:04 -0700',
  rfc850: 'Monday, 02-Jan-06 15:04:05 MST',
  rfc1123: 'Mon, 02 Jan 2006 15:04:05 MST',
  rfc1123z: 'Mon, 02 Jan 2006 15:04:05 -0700',
  rfc3339: '2006-01-02T15:04:05Z07:00',
  rfc3339nano: '2006-01-02T15:04:05.999999999Z07:00',
  kitchen: '3:04PM',
  stamp: 'Jan _2 15:04:05',
  stampmilli: 'Jan _2 15:04:05.000',
  stampmicro: 'Jan _2 15:04:05.000000',
  stampnano: 'Jan _2 15:04:05.000000000',
  datetime: '2006-01-02 15:04:05',
  dateonly: '2006-01-02',
  timeonly: '15:04:05'
}

/** Words of a layout, longest first where one begins another; in Go's own order of recognition. */
const words: readonly (readonly [RegExp, Piece])[] = [
  [/^January/, (date) => months[date.getMonth()]!],
  [/^Jan(?![a-z])/, (date) => months[date.getMonth()]!.slice(0, 3)],
  [/^Monday/, (date) => days[date.getDay()]!],
  [/^Mon(?![a-z])/, (date) => days[date.getDay()]!.slice(0, 3)],
  [/^MST/, zoneName],
  [/^002/, (date) => pad(dayOfYear(date), 3)],
  [/^01/, (date) => pad(date.getMonth() + 1)],
  [/^02/, (date) => pad(date.getDate())],
  [/^03/, (date) => pad(hour12(date))],
  [/^04/, (date) => pad(date.getMinutes())],
  [/^05/, (date) => pad(date.getSeconds())],
  [/^06/, (date) => pad(date.getFullYear() % 100)],
  [/^15/, (date) => pad(date.getHours())],
  [/^1/, (date) => String(date.getMonth() + 1)],
  [/^2006/, (date) => pad(date.getFullYear(), 4)],
  [/^2/, (date) => String(date.getDate())],
  [/^_2006/, (date) => `_${pad(date.getFullYear(), 4)}`],
  [/^__2/, (date) => String(dayOfYear(date)).padStart(3)],
  [/^_2/, (date) => String(date.getDate()).padStart(2)],
  [/^3/, (date) => String(hour12(date))],
  [/^4/, (date) => String(date.getMinutes())],
  [/^5/, (date) => String(date.getSeconds())],
  [/^PM/, (date) => date.getHours() < 12 ? 'AM' : 'PM'],
  [/^pm/, (date) => date.getHours() < 12 ? 'am' : 'pm'],
  [/^-07:00:00/, (date) => `${offset(date, ':')}:00`],
  [/^-070000/, (date) => `${offset(date, '')}00`],
  [/^-07:00/, (date) => offset(date, ':')],
  [/^-0700/, (date) => offset(date, '')],
  [/^-07/, (date) => offset(date, '').slice(0, 3)],
  [/^Z07:00:00/, (date) => date.getTimezoneOffset() === 0 ? 'Z' : `${offset(date, ':')}:00`],
  [/^Z070000/, (date) => date.getTimezoneOffset() === 0 ? 'Z' : `${offset(date, '')}00`],
  [/^Z07:00/, (date) => date.getTimezoneOffset() === 0 ? 'Z' : offset(date, ':')],
  [/^Z0700/, (date) => date.getTimezoneOffset() === 0 ? 'Z' : offset(date, '')],
  [/^Z07/, (date) => date.getTimezoneOffset() === 0 ? 'Z' : offset(date, '').slice(0, 3)]
]

/**
 * Prepares a layout of Go's `time.Format` (or the name of one, such as `kitchen`) for local time. A date is taken
 * apart once a second; within it only the fraction is written anew.
 *
 * @returns a function of milliseconds since the epoch
 */
export function compileGoTime (layout: string): (ms: number) => string {
  const { groups, fractions } = parse(named[layout.toLowerCase()] ?? layout)
  let second = NaN
  let texts: string[] = []
  return function formatTime (ms) {
    const now = Math.floor(ms / 1000)
    if (now !== second) {
      const date = new Date(ms)
      texts = groups.map((pieces) => pieces.map((piece) => typeof piece === 'string' ? piece : piece(date)).join(''))
      second = now
    }
    let text = texts[0]!
    for (let i = 0; i < fractions.length; i++) text += writeFraction(fractions[i]!, ms - now * 1000) + texts[i + 1]!
    return text
  }
}

/** Cuts a layout at its fractions of a second: what is between them changes once a second. */
function parse (layout: string): { groups: (string | Piece)[][], fractions: Fraction[] } {
  const groups: (string | Piece)[][] = [[]]
  const fractions: Fraction[] = []
  let rest = layout
  while (rest !== '') {
    const fraction = /^([.,])(0+|9+)(?!\d)/.exec(rest)
    if (fraction !== null) {
      fractions.push({ separator: fraction[1]!, digits: fraction[2]!.length, trim: fraction[2]!.startsWith('9') })
      groups.push([])
      rest = rest.slice(fraction[0].length)
      continue
    }
    const word = words.find(([pattern]) => pattern.test(rest))
    groups.at(-1)!.push(word === undefined ? rest[0]! : word[1])
    rest = rest.slice(word === undefined ? 1 : word[0].exec(rest)![0].length)
  }
  return { groups, fractions }
}

function writeFraction ({ separator, digits, trim }: Fraction, ms: number): string {
  const text = pad(Math.floor(ms), 3).padEnd(digits, '0').slice(0, digits)
  if (!trim) return separator + text
  const kept = text.replace(/0+$/, '')
  return kept === '' ? '' : separator + kept
}

function pad (n: number, width = 2): string {
  return String(n).padStart(width, '0')
}

function hour12 (date: Date): number {
  return date.getHours() % 12 || 12
}

function dayOfYear (date: Date): number {
  return Math.round((Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) - Date.UTC(date.getFullYear(), 0, 0)) / 864e5)
}

function offset (date: Date, separator: string): string {
  const minutes = -date.getTimezoneOffset()
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}${separator}${pad(size % 60)}`
}

/** Go writes the zone's abbreviation, or its offset where it has none. */
function zoneName (date: Date): string {
  const name = new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' }).formatToParts(date).find(({ type }) => type === 'timeZoneName')!.value
  return name.startsWith('GMT') && name !== 'GMT' ? offset(date, '').replace(/00$/, '') : name
}
