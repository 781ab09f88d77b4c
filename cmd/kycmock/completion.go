package main

import (
	"io"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Help is more about the command.
func (completionCommand) Help() string {
	return example(
		`eval "$(kycmock completion bash)"     # in ~/.bashrc`,
		`eval "$(kycmock completion zsh)"      # in ~/.zshrc, after compinit`,
		"kycmock completion fish | source      # in ~/.config/fish/config.fish",
	)
}

// Run prints the script.
func (c completionCommand) Run(s *streams, parsed *kong.Context) error {
	all := places(parsed.Model)
	script := map[string]func([]place) string{"bash": bashScript, "zsh": zshScript, "fish": fishScript}[c.Shell](all)
	_, err := io.WriteString(s.out, script)
	return err
}

// place is where one can be on the command line, and what can come there.
type place struct {
	path     string // the commands so far, with spaces between them; empty at the beginning
	commands []word
	flags    []word
	values   map[string][]string // of flags that take one of a few words
}

// word is what can be typed, and what it is for.
type word struct{ text, help string }

// places are all places of a command line, the beginning first. What an argument
// is about, such as the ID of a delivery, a script cannot know.
func places(model *kong.Application) []place {
	var all []place
	var visit func(node *kong.Node, path string)
	visit = func(node *kong.Node, path string) {
		here := place{path: path, values: map[string][]string{}}
		levels := node.AllFlags(true)
		if node.DefaultCmd != nil {
			levels = append(levels, node.DefaultCmd.Flags)
		}
		for _, level := range levels {
			for _, flag := range level {
				here.add(flag)
			}
		}
		all = append(all, here)
		i := len(all) - 1
		for _, child := range node.Children {
			if child.Hidden {
				continue
			}
			all[i].commands = append(all[i].commands, word{child.Name, child.Help})
			visit(child, strings.TrimSpace(path+" "+child.Name))
		}
	}
	visit(model.Node, "")
	return all
}

func (p *place) add(flag *kong.Flag) {
	names := []string{"--" + flag.Name}
	if flag.Short != 0 {
		names = append(names, "-"+string(flag.Short))
	}
	for _, name := range names {
		p.flags = append(p.flags, word{name, flag.Help})
		if flag.Enum != "" {
			p.values[name] = slices.DeleteFunc(flag.EnumSlice(), func(value string) bool { return value == "" })
		}
	}
}
