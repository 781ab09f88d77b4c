package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// bashScript completes in bash. Where nothing is known it completes names of
// files.
func bashScript(all []place) string {
	return `# Completion of kycmock for bash.
_kycmock() {
  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} place= choices= commands= flags= word= i
  if [[ $current == = ]]; then current=; fi # bash splits --flag=value in three
  if [[ $before == = ]]; then before=${COMP_WORDS[COMP_CWORD-2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
` + cases(all) + `  COMPREPLY=($(compgen -W "$choices" -- "$current"))
}
complete -o default -F _kycmock kycmock
`
}

// zshScript completes in zsh.
func zshScript(all []place) string {
	return `#compdef kycmock
# Completion of kycmock for zsh.
_kycmock() {
  local current=${words[CURRENT]} before=${words[CURRENT-1]} place= choices= commands= flags= word= i
  for ((i = 2; i < CURRENT; i++)); do
    word=${words[i]}
` + cases(all) + `  if [[ -n $choices ]]; then compadd -- ${=choices}; else _files; fi
}
compdef _kycmock kycmock
`
}

// cases is what the scripts of bash and zsh have in common: from the words so
// far to the choices. It begins in the loop over them.
func cases(all []place) string {
	var text strings.Builder
	var steps []string
	for _, p := range all {
		for _, c := range p.commands {
			steps = append(steps, fmt.Sprintf("%q", p.path+" "+c.text))
		}
	}
	fmt.Fprintf(&text, "    case \"$place $word\" in\n      %s)\n", strings.Join(steps, " | "))
	text.WriteString(`        place="$place $word"
        place=${place# } ;;
    esac
  done
  case "$place" in
`)
	for _, p := range all {
		fmt.Fprintf(&text, "    %q) commands=%q flags=%q ;;\n", p.path, texts(p.commands), texts(p.flags))
	}
	text.WriteString(`  esac
  choices=$commands
  if [[ $current == -* ]]; then choices=$flags; fi
  case "$place $before" in
`)
	for _, p := range all {
		for _, flag := range slices.Sorted(maps.Keys(p.values)) {
			fmt.Fprintf(&text, "    %q) choices=%q ;;\n", p.path+" "+flag, strings.Join(p.values[flag], " "))
		}
	}
	text.WriteString("  esac\n")
	return text.String()
}

func texts(words []word) string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = w.text
	}
	return strings.Join(list, " ")
}

// fishScript completes in fish, which shows what each word is for.
func fishScript(all []place) string {
	var text strings.Builder
	var steps []string
	for _, p := range all {
		for _, c := range p.commands {
			steps = append(steps, fished(p.path+" "+c.text))
		}
	}
	fmt.Fprintf(&text, `# Completion of kycmock for fish.
function __kycmock_at
    set -l place ''
    for word in (commandline -opc)[2..-1]
        switch "$place $word"
            case %s
                set place (string trim -- "$place $word")
        end
    end
    test "$place" = "$argv[1]"
end
`, strings.Join(steps, " "))
	for _, p := range all {
		at := "complete -c kycmock -n " + fished("__kycmock_at "+fished(p.path))
		for _, c := range p.commands {
			fmt.Fprintf(&text, "%s -f -a %s -d %s\n", at, c.text, fished(c.help))
		}
		for _, f := range p.flags {
			name, long := strings.CutPrefix(f.text, "--")
			option := " -l " + name
			if !long {
				option = " -s " + strings.TrimPrefix(f.text, "-")
			}
			if values := p.values[f.text]; values != nil {
				option += " -x -a " + fished(strings.Join(values, " "))
			}
			fmt.Fprintf(&text, "%s%s -d %s\n", at, option, fished(f.help))
		}
	}
	return text.String()
}

// fished is a word for fish.
func fished(word string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(word) + "'"
}
