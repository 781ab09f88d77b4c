package mockserver_test

import (
	"maps"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// dependencies are the modules that an import of this package brings into
// somebody else's tests, and what each is for. A test pays for what it imports
// in build time and in the versions it has to agree on, so a browser, a metrics
// library or a database driver has no place here.
func dependencies() map[string]string {
	return map[string]string{
		"github.com/boombuler/barcode":     "UIP's answers hold QR codes",
		"github.com/danielgtaylor/huma/v2": "the control API and its OpenAPI document",
		"github.com/evanphx/json-patch/v5": "triggers patch what is signed",
		"github.com/go-jose/go-jose/v4":    "key files are read, and the sample receiver verifies",
		"github.com/google/uuid":           "the vendors' identities",
		"github.com/gorilla/mux":           "routes that leave the vendors' odd paths as they are",
		"golang.org/x/image":               "people and documents are drawn",
		"golang.org/x/sys":                 "x/image looks at the processor",
		"golang.org/x/text":                "x/image reads fonts",
		"gopkg.in/yaml.v3":                 "scenarios and setups are YAML",
	}
}

func TestImportingTheMockBringsInNoMoreThanItNeeds(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}{{end}}{{end}}", ".", "./memory").Output()
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Fields(string(out))
	slices.Sort(got)
	got = slices.Compact(got)
	if want := slices.Sorted(maps.Keys(dependencies())); !slices.Equal(got, want) {
		t.Errorf("the modules are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
