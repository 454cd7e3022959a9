import { Command, InvalidArgumentError, Option } from 'commander'
import { maskUserInfo } from '@floodgate/settings'
import { parseDuration } from '@floodgate/go/duration'
import { allCodesHelp, auditCodesHelp, exitCodesHelp, healthcheckCodesHelp, migrateCodesHelp, probeCodesHelp, reloadCodesHelp, runCodesHelp, statusCodesHelp } from './exit-codes.ts'
import type { Terminal } from './terminal.ts'
import { version } from './version.ts'

/** Receives the exit status of a verb. */
type Done = (status: number) => void

/** Builds the command line. Each verb's code is loaded when it runs, so that `--help` and `version` are fast. */
export function createProgram (terminal: Terminal, done: Done): Command {
  const program = new Command('floodgate')
    .configureOutput(
      { writeOut: terminal.out, writeErr: terminal.err, getOutHasColors: () => terminal.outColor, getErrHasColors: () => terminal.errColor }
    )
    .exitOverride()
    .description('An API gateway of Fastify plugins that reads the KrakenD v3 configuration format.')
    .version(version, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [verb]', 'show the help of a verb')
    .showHelpAfterError('(see floodgate --help)')
    .addHelpText('before', examples('floodgate check -c krakend.json', 'floodgate run -c krakend.json'))
    .addHelpText('after', `\n${allCodesHelp}\n`)

  addVerb(
    program,
    'run',
    'serve a configuration',
    {
      examples: ['floodgate run -c krakend.json -p 8080', 'floodgate run -c krakend.json --workers auto --watch'],
      after: 'SIGTERM and SIGINT let running requests finish; a second one ends immediately. SIGHUP replaces the configuration without a failed request.',
      codes: runCodesHelp
    }
  )
    .option('-p, --port <port>', 'port to listen on, overrides the configuration; 0 uses a free port', portNumber)
    .option('-w, --workers <count>', 'processes that share the work: a number, or auto for one per processor', workerCount)
    .option('--control <socket>', 'path of a local socket for "floodgate reload" and "floodgate status"')
    .option('--drain-notice <duration>', 'how long requests are still accepted after SIGTERM, while /readyz answers 503; overrides the configuration', duration)
    .option('--watch', 'replace the configuration when its files change; SIGHUP does it at any time')
    .action(async (options) => { done(await (await import('./commands/run.ts')).run(options, colored(terminal, options))) })

  addControlVerb(program, 'reload', 'let a running gateway read its configuration again', {
    after: 'Waits until the configuration is in use in all workers, or refused: then the previous one stays in use, and the errors are printed.',
    wait: [90_000, '90s'],
    codes: reloadCodesHelp
  })
    .action(async (options) => { done(await (await import('./commands/control.ts')).reload(options, colored(terminal, options))) })
  addControlVerb(program, 'status', 'show what a running gateway serves', {
    after: 'Prints the process, its address, the revision (SHA-256) of its configuration, how often it was replaced, and how many workers serve.',
    wait: [10_000, '10s'],
    codes: statusCodesHelp
  })
    .action(async (options) => { done(await (await import('./commands/control.ts')).status(options, colored(terminal, options))) })

  program.command('healthcheck')
    .description('ask a running gateway whether it is alive, or ready: for containers without a shell')
    .option('-c, --config <file>', 'its configuration, which says where it listens, and whose listener certificates are trusted')
    .option('--url <url>', 'ask there: needs no configuration, and is quicker', probeAddress)
    .option('-p, --port <port>', 'port that it was started with, if not that of the configuration', portNumber)
    .option('--ready', 'ask whether it should get requests (/readyz) instead of whether it is alive (/livez)')
    .addOption(new Option('--timeout <duration>', 'time for the whole check').argParser(positiveDuration).default(2000, '2s'))
    .addHelpText('before', examples('floodgate healthcheck -c krakend.json', 'floodgate healthcheck --url http://127.0.0.1:8080/readyz'))
    .addHelpText('after', `\nWithout floodgate.health in the configuration, KrakenD's health endpoint is asked.\n\n${healthcheckCodesHelp}\n`)
    .action(async (options) => { done(await (await import('./commands/healthcheck.ts')).healthcheck(options, colored(terminal, options))) })

  addVerb(
    program,
    'check',
    'check a configuration without serving it',
    {
      examples: ['floodgate check -c krakend.json', 'floodgate check -l --format github -c krakend.json'],
      after: 'The whole gateway is built, without listening or connecting, so that check finds every error that run would report.'
    }
  )
    .option('-t, --test-gin-routes', 'no effect: routes are always built (for compatibility with KrakenD)')
    .option('-l, --lint', 'strict: deviations from the JSON schema, such as unknown keys, are errors')
    .option('-n, --lint-no-network', 'the same: the schema is included')
    .option('-s, --lint-schema <file>', 'strict, with another JSON schema')
    .addOption(format(['text', 'json', 'github']))
    .option('--json', 'the same as --format json')
    .option('-i, --indent <text>', 'with -d: indentation of each level of the list', '\t')
    .option('--guards', 'list the protection of each endpoint (authentication, limits, validation, …), or that it is open')
    .action(async (options) => { done(await (await import('./commands/check.ts')).check(options, colored(terminal, options))) })

  addVerb(program, 'migrate', 'report how a KrakenD configuration works here, and what to change', {
    examples: ['floodgate migrate -c krakend.json', 'floodgate migrate -c krakend.json --format markdown > migration.md'],
    after: 'Templates are expanded as by run: with FC_ENABLE and its variables.',
    codes: migrateCodesHelp
  })
    .addOption(format(['text', 'json', 'markdown']))
    .option('--json', 'the same as --format json')
    .action(async (options) => { done(await (await import('./commands/migrate.ts')).migrate(options, colored(terminal, options))) })

  addVerb(
    program,
    'routes',
    'list the routes: method, path, backends, engine, features, timeout',
    { examples: ['floodgate routes -c krakend.json'] }
  )
    .option('--json', 'print a JSON array')
    .action(async (options) => { done(await (await import('./commands/routes.ts')).routes(options, colored(terminal, options))) })

  addVerb(program, 'explain', 'show how backends are reached: each client setting and its source', {
    examples: ['floodgate explain -c krakend.json /orders/{id}', 'floodgate explain -c krakend.json "GET /orders/{id}" --json'],
    after: 'HTTP_PROXY, HTTPS_PROXY and NO_PROXY are read from this shell.'
  })
    .argument('[endpoint]', 'path as configured, optionally with its method in front; default: all endpoints')
    .option('--json', 'print a JSON array')
    .action(
      async (endpoint, options) => {
        done(
          await (await import('./commands/explain.ts')).explain({ ...options, endpoint }, colored(terminal, options))
        )
      }
    )

  addVerb(program, 'probe', 'connect to every backend with its settings and proxy, without sending a request', {
    examples: ['floodgate probe -c krakend.json', 'floodgate probe -c krakend.json /orders/{id} --timeout 3s --warn-expiry 60d'],
    after: 'HTTP_PROXY, HTTPS_PROXY and NO_PROXY are read from this shell.',
    codes: probeCodesHelp
  })
    .argument('[endpoint]', 'path as configured, optionally with its method in front; default: all endpoints')
    .addOption(
      new Option(
        '--timeout <duration>',
        'time for reaching each backend, and again for finding out why it failed'
      ).argParser(positiveDuration).default(10_000, '10s')
    )
    .addOption(new Option('--concurrency <number>', 'number of backends to probe concurrently').argParser(positiveNumber).default(8))
    .addOption(
      new Option('--warn-expiry <duration>', 'report certificates that expire within this time').argParser(days).default(30, '30d')
    )
    .option('--json', 'print a JSON array')
    .action(
      async (endpoint, options) => {
        done(
          await (await import('./commands/probe.ts')).probe({ ...options, endpoint }, colored(terminal, options))
        )
      }
    )

  addVerb(
    program,
    'audit',
    'find insecure and questionable settings',
    {
      examples: ['floodgate audit -c krakend.json', 'floodgate audit -c krakend.json --severity CRITICAL,HIGH --ignore 2.1.2,3.1.1'],
      codes: auditCodesHelp
    }
  )
    .option('-s, --severity <list>', 'comma-separated severities: CRITICAL, HIGH, MEDIUM, LOW; default: all', severities)
    .option('-i, --ignore <list>', 'rules to ignore, by id (repeatable)', words)
    .option('-I, --ignore-file <file>', 'file with rules to ignore, one id per line')
    .addOption(
      new Option(
        '-f, --format <format>',
        'output format, or a Go template for .Recommendations, each with .Rule, .Severity and .Message'
      ).choices(['text', 'json', 'github']).argParser(auditFormat).default('text')
    )
    .option('--json', 'the same as --format json')
    .action(async (options) => { done(await (await import('./commands/audit.ts')).audit(options, colored(terminal, options))) })

  program.command('render')
    .description('print the configuration expanded by flexible configuration, including secrets')
    .requiredOption('-c, --config <file>', 'configuration file')
    .addHelpText('before', examples('FC_ENABLE=1 FC_SETTINGS=settings/dev floodgate render -c krakend.tmpl'))
    .addHelpText('after', `\n${exitCodesHelp}\n`)
    .action(async (options) => { done(await (await import('./commands/render.ts')).render(options, terminal)) })

  program.command('schema')
    .description('print the JSON schema of configurations, for editors')
    .addHelpText('before', examples('floodgate schema > floodgate.schema.json'))
    .action(async () => { done(await (await import('./commands/schema.ts')).schema(terminal)) })

  program.command('completion')
    .description('print a script that completes verbs and options in a shell')
    .argument('<shell>', 'bash, zsh or fish', shellName)
    .addHelpText(
      'before',
      examples('source <(floodgate completion bash)', 'floodgate completion fish > ~/.config/fish/completions/floodgate.fish')
    )
    .action(async (shell) => { done((await import('./commands/completion.ts')).completion(shell, program, terminal)) })

  program.command('version')
    .description('print the version')
    .addHelpText('before', examples('floodgate version'))
    .action(() => { terminal.out(`${version}\n`) })
  return program
}

interface VerbTexts {
  readonly examples: readonly string[]
  readonly after?: string
  readonly codes?: string
}

/** Adds a verb that reads a configuration. */
function addVerb (
  program: Command,
  name: string,
  description: string,
  { examples: lines, after, codes = exitCodesHelp }: VerbTexts
): Command {
  return program.command(name)
    .description(description)
    .requiredOption('-c, --config <file>', 'configuration file: JSON, YAML or TOML')
    .option(
      '-d, --debug',
      'run: serve /__debug/*; -dd: log at level DEBUG, -ddd: also traces; check: list endpoints, -dd: also backends, -ddd: also namespaces',
      increase,
      0
    )
    .option(
      '--allow-unsupported <name...>',
      'start even though these namespaces, plugins or keys are not supported; * matches any text (also FLOODGATE_ALLOW_UNSUPPORTED)',
      unsupportedNames
    )
    .option('--skip-unsupported', 'answer 501 on endpoints with unsupported settings, and serve the others')
    .option('--no-color', 'disable colours (like NO_COLOR=1)')
    .addHelpText('before', examples(...lines))
    .addHelpText('after', `\n${after === undefined ? '' : `${after}\n\n`}${codes}\n`)
}

/** A verb for a gateway that runs with `--control`. */
function addControlVerb (
  program: Command,
  name: string,
  description: string,
  { after, wait, codes }: { after: string, wait: readonly [ms: number, text: string], codes: string }
): Command {
  return program.command(name)
    .description(description)
    .requiredOption('--control <socket>', 'path of the socket, as "floodgate run" has it')
    .addOption(new Option('--timeout <duration>', 'time to wait for the answer').argParser(positiveDuration).default(...wait))
    .option('--json', 'print JSON')
    .option('--no-color', 'disable colours (like NO_COLOR=1)')
    .addHelpText('before', examples(`floodgate ${name} --control /run/floodgate.sock`))
    .addHelpText('after', `\n${after}\n\n${codes}\n`)
}

function examples (...lines: string[]): string {
  return `${lines.length > 1 ? 'Examples' : 'Example'}:\n${lines.map((line) => `  $ ${line}`).join('\n')}\n`
}

function format (choices: readonly string[]): Option {
  return new Option('--format <format>', 'output format').choices(choices).default('text')
}

/** Returns the terminal of a verb: with the requested colours, and with masked credentials in URLs. */
function colored (terminal: Terminal, { color = true }: { color?: boolean }): Terminal {
  return {
    ...terminal,
    out (text) { terminal.out(maskUserInfo(text)) },
    err (text) { terminal.err(maskUserInfo(text)) },
    ...!color && { outColor: false, errColor: false }
  }
}

const day = 86_400_000
const increase = (_: string, before: number) => before + 1
const split = (value: string) => value.split(',').map((word) => word.trim()).filter(Boolean)
const words = (value: string, before: string[] = []) => [...before, ...split(value)]

/** A path is not a name: it is the argument of the verb, which the option would consume. */
function unsupportedNames (value: string, before: string[] = []): string[] {
  if (/^(?:[A-Z]+ +)?\//.test(value)) throw new InvalidArgumentError('write the endpoint before this option.')
  return [...before, ...split(value)]
}

function probeAddress (value: string): string {
  if (!/^https?:\/\//.test(value) || !URL.canParse(value)) throw new InvalidArgumentError('write a URL such as http://127.0.0.1:8080/readyz.')
  return value
}

function severities (value: string): string[] {
  const list = split(value).map((word) => word.toUpperCase())
  const wrong = list.find((word) => !['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'].includes(word))
  if (wrong !== undefined || list.length === 0) {
    throw new InvalidArgumentError('write a comma-separated list of CRITICAL, HIGH, MEDIUM and LOW.')
  }
  return list
}

/** KrakenD's `-f` accepts a template. */
function auditFormat (value: string): string {
  if (!['text', 'json', 'github'].includes(value) && !value.includes('{{')) {
    throw new InvalidArgumentError(
      'write text, json, github, or a Go template such as \'{{ range .Recommendations }}{{ .Rule }} {{ .Message }}\\n{{ end }}\'.'
    )
  }
  return value
}

function duration (text: string): number {
  const ms = parseDuration(text)
  if (ms === null || ms < 0) throw new InvalidArgumentError('write a duration such as 500ms, 10s or 0s.')
  return ms
}

function positiveDuration (text: string): number {
  const ms = parseDuration(text)
  if (ms === null || ms <= 0) throw new InvalidArgumentError('write a duration such as 500ms, 10s or 1m.')
  return ms
}

function positiveNumber (text: string): number {
  const number = Number(text)
  if (!/^\d+$/.test(text) || number === 0) throw new InvalidArgumentError('write a number of 1 or more.')
  return number
}

/** Go's durations have no days. */
function days (text: string): number {
  const count = /^(\d+)d$/.exec(text)
  const ms = count ? Number(count[1]) * day : parseDuration(text)
  if (ms === null || ms < 0) throw new InvalidArgumentError('write a number of days such as 30d, or a duration such as 72h.')
  return ms / day
}

function portNumber (text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65535) throw new InvalidArgumentError('write a port from 0 to 65535.')
  return port
}

function workerCount (text: string): number | 'auto' {
  if (text === 'auto') return text
  const count = Number(text)
  if (!/^\d+$/.test(text) || count < 1 || count > 1024) throw new InvalidArgumentError('write a number from 1 to 1024, or auto.')
  return count
}

function shellName (text: string): string {
  if (!['bash', 'zsh', 'fish'].includes(text)) throw new InvalidArgumentError('write bash, zsh or fish.')
  return text
}
