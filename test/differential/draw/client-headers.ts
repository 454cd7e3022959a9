import type { Random } from '../../attacks/random.mjs'
import type { Line } from '../observation.ts'

/** Names that clients send and that lists of `input_headers` name. */
export const headerNames = ['X-One', 'X-Two', 'Authorization', 'Cookie', 'Accept', 'Accept-Language', 'Content-Type', 'User-Agent', 'X-Forwarded-For', 'X-Real-Ip', 'If-None-Match', 'Range', 'Origin', 'Referer']

const values = ['1', 'two words', 'a, b', 'a;q=0.5,b', '', 'Ünï'.replace(/[^\x20-\x7e]/g, ''), 'W/"tag"', 'x=1; y=2', 'Bearer abc.def.ghi', '"quoted, comma"', '   padded']
const fitting: Record<string, string[]> = {
  accept: ['*/*', 'application/json', 'text/html,application/xhtml+xml;q=0.9'],
  'content-type': ['application/json', 'text/plain; charset=utf-8', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'],
  'user-agent': ['curl/8.0', 'Mozilla/5.0 (X11)', ''],
  'x-forwarded-for': ['9.9.9.9', '9.9.9.9, 8.8.8.8', '::1', 'nonsense', '10.0.0.1,  7.7.7.7'],
  'x-real-ip': ['8.8.4.4', 'bad'],
  range: ['bytes=0-3', 'bytes=-1'],
  origin: ['http://a.test']
}

/** Header lines of a client; names in any case, some of them twice. */
export function clientLines (random: Random, names: readonly string[] = headerNames): Line[] {
  const lines: Line[] = []
  for (let left = random.between(0, 5); left > 0; left--) {
    const name = random.of(names)
    lines.push([random.weighted([[3, name], [1, name.toLowerCase()], [1, name.toUpperCase()]]), random.of(fitting[name.toLowerCase()] ?? values)])
  }
  return lines.filter(([name], at) => !['content-type', 'user-agent', 'authorization'].includes(name.toLowerCase()) || lines.findIndex(([other]) => other.toLowerCase() === name.toLowerCase()) === at)
}
