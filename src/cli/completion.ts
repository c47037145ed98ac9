import type { Command, Option } from 'commander';
import { strategyNames } from '#balancer/strategies/index.ts';
import { InputError } from '#record/input.ts';

const help = `
Put it where your shell looks, once:
  golangia completion bash > ~/.local/share/bash-completion/completions/golangia
  golangia completion zsh > "\${fpath[1]}/_golangia"
  golangia completion fish > ~/.config/fish/completions/golangia.fish

Examples:
  golangia completion bash
`;

/** `golangia completion`: the commands and flags there are, as a shell wants to know them. */
export function registerCompletion(program: Command): void {
	program
		.command('completion')
		.description('print what a shell needs to complete commands and flags')
		.argument('<shell>', 'bash, zsh or fish')
		.addHelpText('after', help)
		.action((shell: string) => {
			const write = writers[shell];
			if (write === undefined)
				throw new InputError(`The shell is "${shell}": use ${Object.keys(writers).join(', ')}.`);
			process.stdout.write(write(entriesOf(program)));
		});
}

/** What may follow `golangia name`. */
interface Entry {
	readonly name: string;
	readonly says: string;
	/** Commands of its own, such as `lesson new`, first; then its flags and theirs. */
	readonly commands: readonly string[];
	readonly flags: readonly Flag[];
}

interface Flag {
	/** `--strategy`. */
	readonly name: string;
	readonly says: string;
	/** What follows it; undefined where nothing does. */
	readonly takes: 'strategy' | 'file' | 'text' | undefined;
}

function entriesOf({ commands }: Command): Entry[] {
	return commands.map((command) => ({
		name: command.name(),
		says: command.description(),
		commands: command.commands.map((inner) => inner.name()),
		flags: flagsOf([command, ...command.commands])
	}));
}

function flagsOf(commands: readonly Command[]): Flag[] {
	const options = commands.flatMap((command) => command.createHelp().visibleOptions(command));
	const flags = options.map((option) => ({
		name: option.long ?? '',
		says: option.description,
		takes: takenBy(option)
	}));
	return [...new Map(flags.map((flag) => [flag.name, flag])).values()];
}

function takenBy({ required, optional, flags, long }: Option): Flag['takes'] {
	if (!required && !optional) return undefined;
	if (long === '--strategy') return 'strategy';
	return /<(file|dir|folder)>/.test(flags) ? 'file' : 'text';
}

const strategies = strategyNames.join(' ');

function bash(entries: readonly Entry[]): string {
	const files = named(entries, 'file').join('|');
	const others = named(entries, 'text').join('|');
	const cases = entries.map(
		({ name, commands, flags }) =>
			`    *:${name}) words='${[...commands, ...flags.map((flag) => flag.name)].join(' ')}' ;;`
	);
	return `_golangia() {
  local cur=\${COMP_WORDS[COMP_CWORD]} words
  COMPREPLY=()
  case \${COMP_WORDS[COMP_CWORD - 1]} in
    --strategy) COMPREPLY=($(compgen -W '${strategies}' -- "$cur")); return ;;
    ${files}) COMPREPLY=($(compgen -f -- "$cur")); return ;;
    ${others}) return ;;
  esac
  case $COMP_CWORD:\${COMP_WORDS[1]} in
    1:*) words='${entries.map(({ name }) => name).join(' ')} --help --version' ;;
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _golangia golangia
`;
}

function zsh(entries: readonly Entry[]): string {
	const commands = entries.map(({ name, says }) => quoted(`${name}:${says}`));
	const cases = entries.map(({ name, commands, flags }) => {
		const specs = flags.map(({ name, says, takes }) => {
			const value = {
				strategy: `:strategy:(${strategies})`,
				file: ':file:_files',
				text: `:${name.slice(2)}:`
			};
			const said = says.replace(/[[\]:]/g, '\\$&');
			return quoted(`*${name}[${said}]${takes === undefined ? '' : value[takes]}`);
		});
		const first = commands.length === 0 ? '*:file:_files' : `*:command:(${commands.join(' ')})`;
		return `    ${name}) _arguments ${[...specs, quoted(first)].join(' ')} ;;`;
	});
	return `#compdef golangia
_golangia() {
  local -a commands
  commands=(${commands.join(' ')})
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  case $words[2] in
${cases.join('\n')}
  esac
}
# As a file of fpath it is this function already, and is called; when sourced it makes itself known.
if [[ $funcstack[1] == _golangia ]]; then _golangia "$@"; else compdef _golangia golangia; fi
`;
}

function fish(entries: readonly Entry[]): string {
	const lines = entries.flatMap(({ name, says, commands, flags }) => {
		const within = `complete -c golangia -n '__fish_seen_subcommand_from ${name}'`;
		const value = { strategy: `-x -a '${strategies}'`, file: '-r', text: '-x' };
		return [
			`complete -c golangia -n __fish_use_subcommand -f -a ${name} -d ${quoted(says)}`,
			...commands.map((command) => `${within} -f -a ${command}`),
			...flags.map(
				({ name, says, takes }) =>
					`${within} -l ${name.slice(2)} -d ${quoted(says)}${takes === undefined ? '' : ` ${value[takes]}`}`
			)
		];
	});
	return `${lines.join('\n')}\n`;
}

const writers: Readonly<Record<string, (entries: readonly Entry[]) => string>> = { bash, zsh, fish };

function named(entries: readonly Entry[], what: Flag['takes']): string[] {
	const flags = entries.flatMap(({ flags }) => flags.filter(({ takes }) => takes === what));
	return [...new Set(flags.map(({ name }) => name))];
}

/** In single quotes, as every shell understands them where there is no single quote inside. */
function quoted(text: string): string {
	return `'${text.replaceAll("'", '’')}'`;
}
