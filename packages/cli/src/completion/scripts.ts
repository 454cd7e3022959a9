import type { VerbFacts } from './verbs.ts'

export type Shell = 'bash' | 'zsh' | 'fish'

/** The completion scripts for verbs and their options, by shell. */
export const scripts: Readonly<Record<Shell, (verbs: readonly VerbFacts[]) => string>> = { bash, zsh, fish }

function bash (verbs: readonly VerbFacts[]): string {
  const flags = ({ options }: VerbFacts) => options.flatMap(({ long, short }) => short === null ? [long] : [short, long]).join(' ')
  return `# floodgate completion bash: source <(floodgate completion bash)
_floodgate () {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} verb=\${COMP_WORDS[1]}
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${verbs.map(({ name }) => name).join(' ')} --help --version' -- "$word"))
    return
  fi
  case $before in
    ${fileOptions(verbs).join(' | ')}) COMPREPLY=($(compgen -f -- "$word")); return ;;
  esac
  case "$verb $before" in
${choices(verbs).map(([option, words]) => `    "${option}") COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$word")); return ;;`).join('\n')}
  esac
  case $verb in
${verbs.map((verb) => `    ${verb.name}) COMPREPLY=($(compgen -W '${flags(verb)}${verb.name === 'completion' ? ' bash zsh fish' : ''}' -- "$word")) ;;`).join('\n')}
  esac
}
complete -o filenames -F _floodgate floodgate
`
}

function zsh (verbs: readonly VerbFacts[]): string {
  const escape = (text: string) => text.replaceAll("'", "'\\''").replaceAll('[', '\\[').replaceAll(']', '\\]').replaceAll(':', '\\:')
  const option = ({ long, description, choices, takesFile }: VerbFacts['options'][number]) =>
    `'${long}[${escape(description)}]${takesFile ? ':file:_files' : choices.length > 0 ? `:value:(${choices.join(' ')})` : ''}'`
  return `#compdef floodgate
# floodgate completion zsh > a folder of $fpath, as _floodgate
_floodgate () {
  if (( CURRENT == 2 )); then
    local -a verbs=(
${verbs.map(({ name, description }) => `      '${name}:${escape(description)}'`).join('\n')}
    )
    _describe verb verbs
    return
  fi
  case $words[2] in
${verbs.map(({ name, options }) => `    ${name}) _arguments ${options.map(option).join(' ')}${name === 'completion' ? " '2:shell:(bash zsh fish)'" : ''} ;;`).join('\n')}
  esac
}
compdef _floodgate floodgate
`
}

function fish (verbs: readonly VerbFacts[]): string {
  const quote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
  return [
    '# floodgate completion fish > ~/.config/fish/completions/floodgate.fish',
    'complete -c floodgate -f',
    ...verbs.flatMap(({ name, description, options }) => [
      `complete -c floodgate -n __fish_use_subcommand -a ${name} -d ${quote(description)}`,
      ...options.map(({ long, short, description, choices, takesFile }) => [
        `complete -c floodgate -n '__fish_seen_subcommand_from ${name}' -l ${long.slice(2)}`,
        ...short === null ? [] : [`-s ${short.slice(1)}`],
        ...takesFile ? ['-r -F'] : choices.length > 0 ? [`-x -a ${quote(choices.join(' '))}`] : [],
        `-d ${quote(description)}`
      ].join(' ')),
      ...name === 'completion' ? ["complete -c floodgate -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'"] : []
    ])
  ].join('\n') + '\n'
}

function fileOptions (verbs: readonly VerbFacts[]): string[] {
  return [...new Set(verbs.flatMap(({ options }) => options.filter(({ takesFile }) => takesFile).map(({ long }) => long))), '-c']
}

/** Returns the values of options with a fixed set of values, by verb and option: `check --format`. */
function choices (verbs: readonly VerbFacts[]): [string, readonly string[]][] {
  return verbs.flatMap(
    ({ name, options }) =>
      options.filter(({ choices }) => choices.length > 0).map(({ long, choices }): [string, readonly string[]] => [`${name} ${long}`, choices])
  )
}
