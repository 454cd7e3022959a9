import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

/** What takes the place of a public image where none can be fetched: this machine's Node on an otherwise empty root. */
export interface StandIn {
  readonly pattern: RegExp
  /** Writes the context of its build. */
  lay (context: string): void
}

export const standIns: readonly StandIn[] = [
  {
    // The image to build in: a shell, its programs, Node, npm.
    pattern: /^node:\d+-bookworm-slim$/,
    lay (context) {
      const root = path.join(context, 'root')
      fs.mkdirSync(path.join(root, 'tmp'), { recursive: true })
      copyProgram(root, process.execPath, '/usr/bin/node')
      for (const name of ['sh', 'env', 'find', 'uname', 'sed', 'dirname', 'ls', 'rm', 'mkdir', 'cp']) {
        copyProgram(root, execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim(), `/usr/bin/${name}`)
      }
      fs.symlinkSync('usr/bin', path.join(root, 'bin'))
      const npm = path.dirname(path.dirname(fs.realpathSync(execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim())))
      fs.cpSync(npm, path.join(root, 'usr/lib/node_modules/npm'), { recursive: true })
      fs.symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', path.join(root, 'usr/bin/npm'))
      write(root, { 'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\n', 'root/.keep': '' })
      fs.writeFileSync(path.join(context, 'Dockerfile'), 'FROM scratch\nCOPY root /\nENV PATH=/usr/local/bin:/usr/bin\n')
    }
  },
  {
    // The image to run in: Node, a user, and no shell.
    pattern: /^gcr\.io\/distroless\/nodejs\d+-debian12:nonroot$/,
    lay (context) {
      const root = path.join(context, 'root')
      copyProgram(root, process.execPath, '/nodejs/bin/node')
      fs.mkdirSync(path.join(root, 'tmp'), { mode: 0o1777 })
      write(root, {
        'etc/passwd': 'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n',
        'etc/group': 'root:x:0:\nnonroot:x:65532:\n'
      })
      fs.writeFileSync(path.join(context, 'Dockerfile'), 'FROM scratch\nCOPY root /\nUSER 65532\nWORKDIR /home/nonroot\nENTRYPOINT ["/nodejs/bin/node"]\n')
    }
  }
]

/** Copies a program with the libraries that it needs, and those that every image with a C library has. */
function copyProgram (root: string, from: string, to: string): void {
  const needed = execFileSync('ldd', [from], { encoding: 'utf8' }).match(/\/[^\s:)]+/g) ?? []
  const libc = needed.find((file) => path.basename(file) === 'libc.so.6')
  const usual = libc === undefined ? [] : ['librt.so.1', 'libdl.so.2', 'libm.so.6', 'libpthread.so.0', 'libgcc_s.so.1'].map((name) => path.join(path.dirname(libc), name)).filter((file) => fs.existsSync(file))
  const libraries = new Set([...needed, ...usual])
  for (const [source, target] of [[from, to], ...[...libraries].map((file) => [file, file])] as [string, string][]) {
    fs.mkdirSync(path.dirname(path.join(root, target)), { recursive: true })
    fs.copyFileSync(fs.realpathSync(source), path.join(root, target))
  }
}

function write (root: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true })
    fs.writeFileSync(path.join(root, name), text)
  }
}
