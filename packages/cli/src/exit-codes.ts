/** What the command's exit status means; `--help` lists the same. */
export const exitCodes = { ok: 0, configuration: 1, usage: 2, start: 3 } as const

/** What `audit` adds: the worst severity that it found. */
export const auditCodes = { LOW: 4, MEDIUM: 5, HIGH: 6, CRITICAL: 7 } as const

/** What `probe` adds: a backend that cannot be reached. */
export const probeCodes = { failed: 1 } as const

export const exitCodesHelp = `Exit codes:
  0  ok
  1  the configuration is not valid
  2  wrong usage
  3  the gateway could not start (port in use, …)`

export const auditCodesHelp = `Exit codes:
  0  nothing found
  1  the configuration is not valid
  2  wrong usage
  4  the worst that was found is LOW
  5  … MEDIUM
  6  … HIGH
  7  … CRITICAL`

export const probeCodesHelp = `Exit codes:
  0  every backend was reached
  1  one was not, or the configuration is not valid
  2  wrong usage`
