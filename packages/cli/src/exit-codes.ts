/** Meaning of the command's exit status, as listed by `--help`. 70 and 74 are those of sysexits.h. */
export const exitCodes = { ok: 0, configuration: 1, usage: 2, start: 3, fault: 70, output: 74 } as const

/** Additional codes of `audit`: the worst severity found. */
export const auditCodes = { LOW: 4, MEDIUM: 5, HIGH: 6, CRITICAL: 7 } as const

/** Additional code of `probe`: a backend cannot be reached. */
export const probeCodes = { failed: 1 } as const

/** Additional code of `healthcheck`: the gateway does not answer, or not with 2xx. */
export const healthcheckCodes = { failed: 1 } as const

/** Additional code of `migrate`: the configuration starts, but some settings have no effect. */
export const migrateCodes = { loses: 8 } as const

const invalid = '  1  the configuration is not valid'
const usage = '  2  wrong usage'
const start = '  3  the gateway could not start (port in use, …)'
const fault = '  70  internal error, shown with its stack'
const output = '  74  the output could not be written (full disk, closed pipe)'
const signals: readonly string[] = [
  '  130  ended immediately by a second signal (SIGINT)',
  '  143  ended immediately by a second signal (SIGTERM)'
]

/** Of all verbs. */
export const allCodesHelp = list(
  '  0  ok',
  invalid,
  usage,
  `${start}: run`,
  '  4, 5, 6, 7  the worst severity found is LOW, MEDIUM, HIGH, CRITICAL: audit',
  '  8  the gateway starts, but some settings have no effect: migrate',
  fault,
  output,
  ...signals.map((line) => `${line}: run`)
)

export const exitCodesHelp = list('  0  ok', invalid, usage, fault, output)

export const runCodesHelp = list(
  '  0  ended by SIGTERM or SIGINT',
  invalid,
  usage,
  start,
  '  70  an uncaught exception, logged with its stack: running requests',
  '      could finish for at most 5 s; start the gateway again',
  ...signals
)

export const auditCodesHelp = list(
  '  0  nothing found',
  invalid,
  usage,
  '  4  the worst severity found is LOW',
  '  5  … MEDIUM',
  '  6  … HIGH',
  '  7  … CRITICAL',
  fault,
  output
)

export const migrateCodesHelp = list(
  '  0  every endpoint works without changes',
  '  1  the gateway does not start, or the configuration cannot be read',
  usage,
  '  8  the gateway starts, but some settings have no effect',
  fault,
  output
)

export const probeCodesHelp = list(
  '  0  every backend was reached',
  '  1  a backend was not reached, or the configuration is not valid',
  usage,
  fault,
  output
)

export const healthcheckCodesHelp = list(
  '  0  the gateway is alive; with --ready: it should get requests',
  '  1  it is not, it does not answer, or the configuration is not valid',
  usage,
  fault,
  output
)

export const reloadCodesHelp = list(
  '  0  the configuration is in use, or has not changed',
  '  1  the configuration was refused: the previous one stays in use',
  usage,
  '  3  no gateway answers on the socket in time',
  fault,
  output
)

export const statusCodesHelp = list('  0  the gateway serves', usage, '  3  no gateway answers on the socket in time, or no worker serves', fault, output)

function list (...lines: string[]): string {
  return ['Exit codes:', ...lines].join('\n')
}
