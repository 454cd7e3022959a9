// Records docs/probe.svg: runs `floodgate probe` in a real terminal (`script` of util-linux) while the client-settings example
// runs, once with its configuration and once with a copy that trusts the wrong authority.
//
//   pnpm build && node scripts/record-probe.mjs
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')
const bin = path.join(root, 'packages/cli/dist/bin.js')
const commands = ['probe -c krakend.json --warn-expiry 1d', 'probe -c untrusted.json /bar --warn-expiry 1d']

const example = spawn(
  process.execPath,
  ['start.mjs'],
  { cwd: path.join(root, 'examples/client-settings'), stdio: ['ignore', 'pipe', 'inherit'] }
)
for await (const chunk of example.stdout.iterator({ destroyOnReturn: false })) if (String(chunk).includes('Try:')) break
try {
  const world = findWorld(example.pid)
  const text = fs.readFileSync(path.join(world, 'krakend.json'), 'utf8')
  fs.writeFileSync(path.join(world, 'untrusted.json'), text.replace('custom.pem', 'other_cert.pem'))
  const screen = commands.flatMap((command) => [[{ text: `$ floodgate ${command}`, style: '1' }], ...play(record(command, world)), []])
  fs.writeFileSync(path.join(root, 'docs/probe.svg'), draw(screen.slice(0, -1)))
} finally {
  example.kill('SIGTERM')
  await once(example, 'exit')
}

/** The example's gateway works in the folder of its world. */
function findWorld (pid) {
  const [child] = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
  return fs.readlinkSync(`/proc/${child}/cwd`)
}

/** What a command writes to a terminal. */
function record (command, cwd) {
  try {
    return execFileSync(
      'script',
      ['-qfec', `${process.execPath} ${bin} ${command}`, '/dev/null'],
      { cwd, encoding: 'utf8', env: { ...process.env, TERM: 'xterm-256color' } }
    )
  } catch ({ stdout }) {
    // A backend that cannot be reached ends it with 1.
    return stdout
  }
}

/** What is left on the screen: lines of parts with a style. */
function play (output) {
  let lines = []
  let row = 0
  let style = ''
  // eslint-disable-next-line no-control-regex
  for (const [, control, end, text] of output.matchAll(/\u001b\[([\d;]*[A-Za-z])|(\r?\n)|([^\u001b\r\n]+)/g)) {
    lines[row] ??= []
    if (end !== undefined) row++
    else if (text !== undefined) lines[row].push({ text, style })
    else if (control.endsWith('m')) style = ['0', '22', '39'].includes(control.slice(0, -1)) ? '' : control.slice(0, -1)
    else if (control.endsWith('A')) row -= Number(control.slice(0, -1))
    else if (control.endsWith('J')) lines = lines.slice(0, row)
  }
  return lines.slice(0, row)
}

function draw (lines) {
  const styles = {
    '': 'fill="#d8dee9"',
    1: 'fill="#ffffff" font-weight="bold"',
    2: 'fill="#7b8594"',
    31: 'fill="#ff7b72"',
    32: 'fill="#7ee787"',
    33: 'fill="#e3b341"',
    36: 'fill="#76e3ea"'
  }
  const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  const wide = Math.max(...lines.map((parts) => parts.reduce((sum, { text }) => sum + [...text].length, 0)))
  const [width, height] = [Math.ceil(wide * 7.83) + 32, lines.length * 19 + 32]
  const rows = lines.map(
    (parts, i) => `<text x="16" y="${30 + i * 19}" xml:space="preserve">${parts.map(({ text, style }) => `<tspan ${styles[style] ?? styles['']}>${escape(text)}</tspan>`).join('')}</text>`
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="13">
<rect width="100%" height="100%" rx="8" fill="#1b1f27"/>
${rows.join('\n')}
</svg>
`
}
