// Package kycmock holds no code, only the tests of the repository as a whole:
// that the code keeps to ARCHITECTURE.md and the house's rules, that another
// module can use it, and that the module can be renamed.
package kycmock

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestTheCodeKeepsTheHousesRules(t *testing.T) {
	text, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	table, err := importTable(string(text))
	if err != nil {
		t.Fatalf("ARCHITECTURE.md: %v", err)
	}
	all := sources(t)
	for _, r := range []struct {
		name  string
		holds rule
	}{
		{"imports are those that ARCHITECTURE.md allows", importsByTable(modulePath(t), table)},
		{"only the clock tells the time, and no test sleeps", noStrayTime},
		{"there is no init and no hidden input", nothingHidden},
		{"files are short", shortFile},
	} {
		t.Run(r.name, func(t *testing.T) {
			for _, s := range all {
				for _, broken := range r.holds(s) {
					t.Error(broken)
				}
			}
		})
	}
}

func TestLockFilesNameNoRegistry(t *testing.T) {
	for _, path := range files(t) {
		if filepath.Base(path) != "package-lock.json" {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, broken := range registries(text) {
			t.Errorf("%s: %s", path, broken)
		}
	}
}

// importTable reads the table of allowed imports: the lines of the code block
// after the words "Allowed imports", such as
//
//	uip | uqudo -> provider, clock     and two spaces before any remark
//	clock       -> nothing of ours
//
// Every room it names has a line of its own.
func importTable(markdown string) (map[string][]string, error) {
	_, text, found := strings.Cut(markdown, "Allowed imports")
	_, text, opened := strings.Cut(text, "\n```")
	_, text, _ = strings.Cut(text, "\n")
	text, _, closed := strings.Cut(text, "\n```")
	if !found || !opened || !closed {
		return nil, fmt.Errorf("no code block after the words %q", "Allowed imports")
	}
	table := map[string][]string{}
	for line := range strings.Lines(text) {
		left, right, arrow := strings.Cut(line, "->")
		right, _, _ = strings.Cut(strings.TrimSpace(right), "  ")
		if !arrow {
			return nil, fmt.Errorf("no arrow in %q", line)
		}
		for _, from := range words(left) {
			if _, twice := table[from]; twice {
				return nil, fmt.Errorf("%s has two lines", from)
			}
			table[from] = nil
			if right != "nothing of ours" {
				table[from] = words(right)
			}
		}
	}
	for from, allowed := range table {
		for _, to := range allowed {
			if _, known := table[to]; !known {
				return nil, fmt.Errorf("%s may import %q, which has no line", from, to)
			}
		}
	}
	return table, nil
}

// words splits a list at commas and bars.
func words(list string) []string {
	all := strings.Split(strings.ReplaceAll(list, "|", ","), ",")
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return all
}

// registries names the packages in a package-lock.json that say which host they
// were fetched from: whoever installs them has a registry of their own.
func registries(text []byte) []string {
	var lock struct {
		Packages map[string]struct{ Resolved any }
	}
	if err := json.Unmarshal(text, &lock); err != nil {
		return []string{err.Error()}
	}
	var broken []string
	for _, name := range slices.Sorted(maps.Keys(lock.Packages)) {
		if from, ok := lock.Packages[name].Resolved.(string); ok && strings.Contains(from, "://") {
			broken = append(broken, fmt.Sprintf("%s: resolved: %s", name, from))
		}
	}
	return broken
}

// files lists the project's own files, from its root, with slashes.
func files(t *testing.T) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == ".git" || d.Name() == "node_modules" || path == "bin"):
			return filepath.SkipDir
		case d.Type().IsRegular():
			all = append(all, filepath.ToSlash(path))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// sources parses the module's Go files; tools and the examples are modules of
// their own, which have no house.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	for _, path := range files(t) {
		if !strings.HasSuffix(path, ".go") || strings.Contains(path, "testdata/") || strings.HasPrefix(path, "tools/") || foreign(path) {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		s, err := parse(path, text)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	return all
}

// foreign is whether a file belongs to an example that is no part of the module.
func foreign(path string) bool {
	return strings.HasPrefix(path, "examples/") && strings.Count(path, "/") > 1
}

// modulePath is the first line of go.mod.
func modulePath(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	path, found := strings.CutPrefix(line, "module ")
	if !found {
		t.Fatalf("go.mod begins with %q", line)
	}
	return path
}
