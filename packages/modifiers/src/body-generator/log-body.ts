import type { FastifyBaseLogger } from 'fastify'
import { isSecretPlace, maskUserInfo } from '@floodgate/settings'

/** A longer text is cut in the log. */
const SHOWN = 16 * 1024
const MASK = '…'

/** Logs what a template got and what it wrote, with level DEBUG; values whose names say that they are secret are masked in both. */
export function logBody (log: FastifyBaseLogger, namespace: string, data: Readonly<Record<string, unknown>>, text: string): void {
  if ((log as { isLevelEnabled? (level: string): boolean }).isLevelEnabled?.('debug') === false) return
  const secrets = new Set<string>()
  const input = shown(data, secrets)
  log.debug({ input: cut(input), output: cut(hide(maskDocument(text), secrets)) }, namespace)
}

function shown (value: unknown, secrets: Set<string>): string {
  return maskUserInfo(JSON.stringify(value, (key, item: unknown) => {
    if (key === '' || !isSecretPlace([key])) return typeof item === 'bigint' ? Number(item) : item
    collect(item, secrets)
    return MASK
  }) ?? '')
}

/** JSON has names; of other texts only values that came in under a secret name are known. */
function maskDocument (text: string): string {
  try {
    return shown(JSON.parse(text), new Set())
  } catch {
    return maskUserInfo(text)
  }
}

function collect (item: unknown, secrets: Set<string>): void {
  if (typeof item === 'string') {
    secrets.add(item)
    // A scheme and its credentials.
    for (const word of item.split(/[\s;=]+/)) if (word.length >= 8) secrets.add(word)
  } else if (typeof item === 'number') {
    secrets.add(String(item))
  } else if (typeof item === 'object' && item !== null) {
    for (const part of Object.values(item)) collect(part, secrets)
  }
}

function hide (text: string, secrets: ReadonlySet<string>): string {
  return [...secrets].filter((secret) => secret.length > 2).toSorted((a, b) => b.length - a.length).reduce(
    (hidden, secret) => hidden.replaceAll(secret, MASK),
    text
  )
}

function cut (text: string): string {
  return text.length > SHOWN ? text.slice(0, SHOWN) + MASK : text
}
