import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { missingProgram } from './missing-program.ts'
import type { Teardown } from './origin.ts'

/** What a service manager has received: sd_notify(3). */
export interface NotifySocket {
  /** Value of NOTIFY_SOCKET. */
  readonly path: string
  /** The messages so far, each as its assignments. */
  readonly messages: readonly Readonly<Record<string, string>>[]
  /** Resolves with the first message from `from` on that passes. */
  wait (passes: (message: Readonly<Record<string, string>>) => boolean, from?: number): Promise<Readonly<Record<string, string>>>
}

// Node has no datagram sockets of Unix. File descriptors that come along (BARRIER=1) are closed, as systemd does.
const receiver = `
import json, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print(flush=True)
while True:
    data = s.recv(65536)
    print(json.dumps(dict(line.split('=', 1) for line in data.decode().splitlines())), flush=True)
`

/** Why no messages of systemd-notify can be received here; null when they can. */
export function missingNotify (): string | null {
  return missingProgram('systemd-notify', 'get it with `apt-get install systemd`') ?? missingProgram('python3', 'get it with `apt-get install python3`')
}

/** Receives what processes tell their service manager; it goes down with the test. */
export async function openNotifySocket (t: Teardown): Promise<NotifySocket> {
  const folder = mkdtempSync(join(tmpdir(), 'floodgate-notify-'))
  const path = join(folder, 'notify')
  const child = spawn('python3', ['-c', receiver, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  })
  const messages: Record<string, string>[] = []
  const waiting = new Set<() => void>()
  let rest = ''
  await new Promise<void>((resolve, reject) => {
    child.on('error', reject)
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop()!
      for (const line of lines) {
        if (line === '') resolve()
        else messages.push(JSON.parse(line))
      }
      for (const look of waiting) look()
    })
  })
  return {
    path,
    messages,
    wait: (passes, from = 0) => new Promise((resolve) => {
      const look = (): void => {
        const found = messages.slice(from).find(passes)
        if (found === undefined) return
        waiting.delete(look)
        resolve(found)
      }
      waiting.add(look)
      look()
    })
  }
}
