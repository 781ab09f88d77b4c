package main

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// completed asks a shell what can come at the end of a line of kycmock.
func completed(t *testing.T, shell, line string) []string {
	t.Helper()
	if _, err := exec.LookPath(shell); err != nil {
		t.Fatalf("there is no %s here: run `make deps`", shell)
	}
	status, script, stderr := said(t, "completion", shell)
	if status != exitOK || stderr != "" {
		t.Fatalf("it ended with %d: %s", status, stderr)
	}
	path := file(t, "script", script)
	words := strings.Split(line, " ")
	var quotedWords []string
	for _, w := range words {
		quotedWords = append(quotedWords, "'"+w+"'")
	}
	list := strings.Join(quotedWords, " ")
	var command *exec.Cmd
	switch shell {
	case "bash":
		command = exec.CommandContext(t.Context(), "bash", "--norc", "-c", `source "$0"; COMP_WORDS=(`+list+`); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _kycmock; printf '%s\n' "${COMPREPLY[@]}"`, path)
	case "zsh":
		command = exec.CommandContext(t.Context(), "zsh", "-f", "-c", `compdef() {}; _files() { print FILES }
			compadd() { shift; for w in "$@"; do [[ $w == ${words[CURRENT]}* ]] && print -r -- "$w"; done; true }
			source "$0"; words=(`+list+`); CURRENT=${#words}; _kycmock`, path)
	default:
		command = exec.CommandContext(t.Context(), "fish", "--no-config", "-c", `source $argv[1]; complete -C $argv[2] | string replace -r '\t.*' ''`, path, line)
		command.Env = []string{"HOME=" + filepath.Dir(path), "PATH=/usr/bin:/bin"}
	}
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", shell, err, out)
	}
	return strings.Fields(string(out))
}

func TestShellsCompleteCommandsFlagsAndTheirValues(t *testing.T) {
	for _, c := range []struct {
		line       string
		want, lack []string
	}{
		{"kycmock ", []string{"serve", "trigger", "scenario", "version"}, []string{"run", "list"}},
		{"kycmock tr", []string{"trigger"}, []string{"serve"}},
		{"kycmock scenario ", []string{"run", "validate", "schema"}, []string{"serve", "redeliver"}},
		{"kycmock deliveries re", []string{"redeliver"}, []string{"wait"}},
		{"kycmock --", []string{"--addr", "--help"}, []string{"--latest"}}, // those of serve, which a bare kycmock is
		{"kycmock deliveries wait --", []string{"--latest", "--timeout", "--server"}, []string{"--addr", "--rate"}},
		{"kycmock trigger enrollment --p", []string{"--provider", "--patch"}, []string{"--data"}},
		{"kycmock clock show --output ", []string{"table", "json"}, []string{"--server", "yaml"}},
		{"kycmock openapi -o ", []string{"yaml", "json"}, []string{"table"}},
	} {
		for _, shell := range []string{"bash", "zsh", "fish"} {
			t.Run(shell+": "+c.line, func(t *testing.T) {
				got := completed(t, shell, c.line)
				for _, word := range c.want {
					if !slices.Contains(got, word) {
						t.Errorf("%s is missing: %s", word, got)
					}
				}
				for _, word := range c.lack {
					if slices.Contains(got, word) {
						t.Errorf("%s has no place here: %s", word, got)
					}
				}
			})
		}
	}
}

// Bash splits --flag=value at the equals sign.
func TestBashCompletesAValueBehindAnEqualsSign(t *testing.T) {
	for _, line := range []string{"kycmock clock show --output = js", "kycmock clock show --output ="} {
		if got := completed(t, "bash", line); !slices.Contains(got, "json") {
			t.Errorf("%s completes to %s", line, got)
		}
	}
}

func TestCompletionKnowsItsShells(t *testing.T) {
	if status, _, stderr := said(t, "completion", "tcsh"); status != exitUsage || !strings.Contains(stderr, `"bash","zsh","fish"`) {
		t.Errorf("it ended with %d: %s", status, stderr)
	}
}
