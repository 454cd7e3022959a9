/** What the command's exit status means; `--help` lists the same. 70 and 74 are those of sysexits.h. */
export const exitCodes = { ok: 0, configuration: 1, usage: 2, start: 3, fault: 70, output: 74 } as const

/** What `audit` adds: the worst severity that it found. */
export const auditCodes = { LOW: 4, MEDIUM: 5, HIGH: 6, CRITICAL: 7 } as const

/** What `probe` adds: a backend that cannot be reached. */
export const probeCodes = { failed: 1 } as const

/** What `migrate` adds: a configuration that starts, and in which something has no effect. */
export const migrateCodes = { loses: 8 } as const

const invalid = '  1  the configuration is not valid'
const usage = '  2  wrong usage'
const start = '  3  the gateway could not start (port in use, …)'
const fault = '  70  a fault in the program, shown with its stack'
const output = '  74  the output could not be written (full disk, closed pipe)'
const signals: readonly string[] = ['  130  ended at once by a second signal (SIGINT)', '  143  ended at once by a second signal (SIGTERM)']

/** Of all verbs. */
export const allCodesHelp = list('  0  ok', invalid, usage, `${start}: run`, '  4, 5, 6, 7  the worst that was found is LOW, MEDIUM, HIGH, CRITICAL: audit', '  8  it starts, and something in it is lost: migrate', fault, output, ...signals.map((line) => `${line}: run`))

export const exitCodesHelp = list('  0  ok', invalid, usage, fault, output)

export const runCodesHelp = list(
  '  0  ended by SIGTERM or SIGINT',
  invalid,
  usage,
  start,
  '  70  an exception that nobody caught, logged with its stack: running requests',
  '      could finish for at most 5 s; start the gateway again',
  ...signals
)

export const auditCodesHelp = list('  0  nothing found', invalid, usage, '  4  the worst that was found is LOW', '  5  … MEDIUM', '  6  … HIGH', '  7  … CRITICAL', fault, output)

export const migrateCodesHelp = list('  0  every endpoint works as it is', '  1  the gateway does not start with it, or it cannot be read', usage, '  8  it starts, and something in it is lost', fault, output)

export const probeCodesHelp = list('  0  every backend was reached', '  1  one was not, or the configuration is not valid', usage, fault, output)

function list (...lines: string[]): string {
  return ['Exit codes:', ...lines].join('\n')
}
