import type { Line, Observation, SeenCall } from './observation.ts'

/** Something that can never be equal in two gateways, or two runs of one, and is taken out before they are compared. */
export interface Normalisation {
  name: string
  reason: string
  answer?: (answer: Observation) => Observation
  call?: (call: SeenCall) => SeenCall
}

/** All there is. Ports are names already (see play.ts). */
export const normalisations: readonly Normalisation[] = [
  {
    name: 'Date of the answer',
    reason: 'it is the time',
    answer: without('date')
  },
  {
    name: 'X-Krakend of the answer',
    reason: 'it names KrakenD and its version; Floodgate sends none',
    answer: without('x-krakend')
  },
  {
    name: 'connection headers of the answer',
    reason: 'Connection and Keep-Alive belong to one connection, and the Node server writes them where Go writes none',
    answer: without('connection', 'keep-alive')
  },
  {
    name: 'framing of the answer',
    reason: 'Content-Length or chunks: net/http counts what is short and fits its buffer, Node what is whole; the bytes of the body are compared',
    answer: without('content-length', 'transfer-encoding')
  },
  {
    name: 'framing of calls',
    reason: 'as for the answer; what counts is the body that the upstream read',
    call: ({ lines, ...call }) => ({ ...call, lines: dropLines(lines, ['content-length', 'transfer-encoding', 'connection', 'keep-alive']) })
  },
  {
    name: 'the gateway\'s own name in calls',
    reason: 'User-Agent and X-Forwarded-Via name the program and its version, or Go\'s client where a backend lets no User-Agent in',
    call: ({ lines, ...call }) => ({ ...call, lines: lines.map(([name, value]) => [name, /^(?:user-agent|x-forwarded-via)$/i.test(name) ? value.replace(/^(?:KrakenD|Floodgate|Go-http-client)\b.*/i, 'GATEWAY') : value]) })
  },
  {
    name: 'names in lower case, sorted',
    reason: 'names of headers have no case (RFC 9110, 5.1), and only lines of one name have an order (5.3); a recording keeps both',
    answer: ({ lines, ...answer }) => ({ ...answer, lines: sortLines(lines) }),
    call: ({ lines, ...call }) => ({ ...call, lines: sortLines(lines) })
  },
  {
    name: 'Vary as one list',
    reason: 'lines of a list are one list (RFC 9110, 5.3), in any order (12.5.5)',
    answer: ({ lines, ...answer }) => ({ ...answer, lines: joinVary(lines) })
  },
  {
    name: 'calls sorted',
    reason: 'backends of a merge are called at the same time',
    answer: ({ seen, ...answer }) => ({ ...answer, seen: [...seen].sort((a, b) => compareTexts(JSON.stringify(a), JSON.stringify(b))) })
  },
  {
    name: 'the clock of /__health and CEL\'s texts',
    reason: 'it is the time since the start',
    answer: ({ body, ...answer }) => ({ ...answer, body: body.replace(/"now":"[^"]*"/, '"now":"NOW"') })
  },
  {
    name: 'why no answer came',
    reason: 'the words are those of the client\'s system',
    answer: ({ error, ...answer }) => ({ ...answer, ...error !== undefined && { error: 'no answer' } })
  }
]

export function normalise (observation: Observation): Observation {
  return normalisations.reduce((result, { answer, call }) => {
    const seen = call ? result.seen.map(call) : result.seen
    return answer ? answer({ ...result, seen }) : { ...result, seen }
  }, observation)
}

function without (...names: string[]): (answer: Observation) => Observation {
  return ({ lines, ...answer }) => ({ ...answer, lines: dropLines(lines, names) })
}

function dropLines (lines: Line[], names: string[]): Line[] {
  return lines.filter(([name]) => !names.includes(name.toLowerCase()))
}

function sortLines (lines: Line[]): Line[] {
  return lines.map(([name, value]): Line => [name.toLowerCase(), value]).sort(([a], [b]) => compareTexts(a, b))
}

function joinVary (lines: Line[]): Line[] {
  const isVary = ([name]: Line): boolean => name.toLowerCase() === 'vary'
  const names = lines.filter(isVary).flatMap(([, value]) => value.split(',').map((name) => name.trim().toLowerCase()))
  return [...lines.filter((line) => !isVary(line)), ...names.length > 0 ? [['vary', [...new Set(names)].sort().join(', ')] as Line] : []]
}

function compareTexts (a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
