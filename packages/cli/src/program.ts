import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { exitCodes, exitCodesHelp } from './exit-codes.ts'
import { version } from './version.ts'

/** Builds the command line. Each verb's code is loaded when it runs: `--help` and `version` stay quick. */
export function createProgram (): Command {
  const program = new Command('floodgate')
    .description('An API gateway of Fastify plugins that reads the KrakenD v3 configuration format.')
    .version(version, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .showHelpAfterError('(see floodgate --help)')
    .exitOverride(exit)
    .addHelpText('after', `
Examples:
  $ floodgate run -c krakend.json
  $ floodgate check -c krakend.json
${exitCodesHelp}`)
    .action(() => { program.outputHelp() })

  withConfig(program.command('run'), 'serve a configuration')
    .option('-p, --port <port>', 'port to listen on, before the configuration\'s; 0 takes a free one', portNumber)
    .addHelpText('after', `
Example:
  $ floodgate run -c krakend.json -p 8080

SIGTERM and SIGINT let running requests finish; a second one ends at once.
${exitCodesHelp}`)
    .action(async (options) => { process.exitCode = await (await import('./commands/run.ts')).run(options) })

  withConfig(program.command('check'), 'check a configuration without serving it')
    .option('-t, --test-gin-routes', 'build all routes too, without listening')
    .option('-l, --lint', 'strict: what is only a warning else is an error')
    .option('--json', 'print the problems as a JSON array')
    .addHelpText('after', `
Example:
  $ floodgate check -t -c krakend.json
${exitCodesHelp}`)
    .action(async (options) => { process.exitCode = await (await import('./commands/check.ts')).check(options) })

  program.command('render')
    .description('print the configuration as flexible configuration expands it, secrets included')
    .requiredOption('-c, --config <file>', 'configuration file')
    .exitOverride(exit)
    .addHelpText('after', `
Example:
  $ FC_ENABLE=1 FC_SETTINGS=settings/dev floodgate render -c krakend.tmpl
${exitCodesHelp}`)
    .action(async (options) => { process.exitCode = await (await import('./commands/render.ts')).render(options) })

  program.command('version').description('print the version').action(() => { process.stdout.write(`${version}\n`) })
  return program
}

/** What every verb that reads a configuration takes. */
function withConfig (command: Command, description: string): Command {
  return command
    .description(description)
    .requiredOption('-c, --config <file>', 'configuration file')
    .option('-d, --debug', 'log more', increase, 0)
    .option('--allow-unsupported <namespace>', 'go on without this auth/* or security/* namespace (repeatable)', collect, [])
    .exitOverride(exit)
}

const increase = (_: string, before: number) => before + 1
const collect = (value: string, before: string[]) => [...before, value]

function portNumber (text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65535) throw new InvalidArgumentError('a port is a number from 0 to 65535')
  return port
}

function exit (err: CommanderError): never {
  process.exit(err.exitCode === 0 ? exitCodes.ok : exitCodes.usage)
}
