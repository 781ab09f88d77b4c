package web_test

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const vendored = "static/vendor"

func TestTheVendoredFilesAreThoseOfThePinnedPackages(t *testing.T) {
	want := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "../scripts/vendor", want).CombinedOutput(); err != nil {
		t.Fatalf("scripts/vendor, which wants what `make deps` installs: %v\n%s", err, out)
	}
	texts, wanted := folder(t, vendored), folder(t, want)
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		if texts[name] != wanted[name] {
			t.Errorf("%s/%s is not what its package holds: run `make vendor`", vendored, name)
		}
		delete(texts, name)
	}
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		t.Errorf("%s/%s is in no package: run `make vendor`", vendored, name)
	}
}

func TestTheVendoredVersionsAreExactlyThoseAskedFor(t *testing.T) {
	text, err := os.ReadFile("package.json")
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Dependencies map[string]string `json:"dependencies"`
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		t.Fatal(err)
	}
	var want []string
	for name, version := range manifest.Dependencies {
		want = append(want, name+" "+version)
	}
	got := strings.Split(strings.TrimSpace(folder(t, vendored)["VERSIONS"]), "\n")
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("%s/VERSIONS has %q, package.json %q: run `make vendor`", vendored, got, want)
	}
}

// A browser resolves no bare name without an import map, and there is none.
func TestVendoredModulesImportOnlyFilesThatAreThere(t *testing.T) {
	texts := folder(t, vendored)
	imported := regexp.MustCompile(`(?:\bfrom|\bimport)\s*\(?\s*"([^"]*)"`)
	found := 0
	for name, text := range texts {
		if !strings.HasSuffix(name, ".js") {
			continue
		}
		for _, match := range imported.FindAllStringSubmatch(text, -1) {
			found++
			file, beside := strings.CutPrefix(match[1], "./")
			if _, there := texts[file]; !beside || !there {
				t.Errorf("%s imports %q", name, match[1])
			}
		}
		if strings.Contains(text, "sourceMappingURL") {
			t.Errorf("%s names a source map, which is not served", name)
		}
	}
	if found < 4 {
		t.Errorf("only %d imports found", found)
	}
}

// folder reads all files of a folder.
func folder(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, entry := range entries {
		text, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		texts[entry.Name()] = string(text)
	}
	return texts
}
