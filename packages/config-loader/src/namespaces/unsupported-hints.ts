import type { Unsupported } from './outcome.ts'

/** The audience of a message: users of the command, or programs that embed the gateway. */
export type Audience = 'command' | 'program'

/** Describes how to start without an unsupported setting, or where it is allowed: one line each. */
export function writeUnsupportedHints ({ name, outcome, by, skippable }: Unsupported, audience: Audience): string[] {
  const texts = audience === 'command' ? command : program
  if (outcome === 'allowed') {
    return [
      `allowed by ${by === 'environment' ? 'FLOODGATE_ALLOW_UNSUPPORTED' : by === 'configuration' ? 'floodgate.allow_unsupported of the configuration' : texts.allowOption}`
    ]
  }
  if (outcome === 'skipped') return [`the endpoint answers 501: ${texts.skip}`]
  return [
    `to start without it: ${texts.allow(name)}`,
    ...skippable ? [`to answer 501 at such endpoints and serve the others: ${texts.skip}`] : []
  ]
}

const command = {
  allowOption: '--allow-unsupported',
  allow: (name: string) => `--allow-unsupported ${/^[\w./:@%+-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`}`,
  skip: '--skip-unsupported'
} as const

const program = {
  allowOption: 'allowUnsupported',
  allow: (name: string) => `allowUnsupported: [${JSON.stringify(name)}]`,
  skip: "unsupported: 'skip'"
} as const
