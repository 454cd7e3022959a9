/** What the command's exit status means; `--help` lists the same. */
export const exitCodes = { ok: 0, configuration: 1, usage: 2, start: 3 } as const

export const exitCodesHelp = `
Exit codes:
  0  ok
  1  the configuration is not valid
  2  wrong usage
  3  the gateway could not start (port in use, …)`
