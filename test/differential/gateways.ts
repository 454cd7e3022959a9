import { bin, startCommand, startProgram, type StartGateway } from '../conformance/gateway-process.ts'
import { mount } from '../conformance/mount.ts'

/** Floodgate as it can be run: each has to answer as the others do. */
export const floodgates = {
  /** The built command. */
  run: startCommand,
  /** The same once more. */
  again: startCommand,
  /** Two processes that share the port. */
  workers: (configFile, port, env) => startProgram(process.execPath, [bin, 'run', '-c', configFile, '--workers', '2'], port, env),
  /** The plugin in an app of this process. */
  embedded: mount
} satisfies Record<string, StartGateway>

/**
 * The program to compare with: `KRAKEND_BIN`, run as `$KRAKEND_BIN run -c FILE`. Undefined without that variable.
 * KRAKEND_* variables override keys of a configuration, so that none is handed on.
 */
export function referenceGateway (program = process.env['KRAKEND_BIN']): StartGateway | undefined {
  if (!program) return undefined
  return (configFile, port, env) => startProgram(program, ['run', '-c', configFile], port, env)
}
