package kycmock

import (
	"path/filepath"
	"strings"
	"testing"
)

const renameScript = "scripts/rename-module"

func TestTheRenamedModuleFindsItsPackages(t *testing.T) {
	t.Parallel()
	const path = "example.test/somebody/kycmock"
	dir := t.TempDir()
	for _, file := range files(t) {
		write(t, filepath.Join(dir, file), read(t, file))
	}
	run(t, dir, renameScript, path, "--force")
	if got := strings.TrimSpace(run(t, dir, "go", "list", "-m")); got != path {
		t.Fatalf("the module is %s, wanted %s", got, path)
	}
	if tools := read(t, filepath.Join(dir, "tools/go.mod")); !strings.Contains(tools, "module "+path+"/tools\n") {
		t.Errorf("tools/go.mod keeps its path:\n%.600s", tools)
	}
	// All that a rename can break is imports, of tests too: it changes no names.
	if got := run(t, dir, "go", "list", "-deps", "-test", "-e", "-f", "{{with .Error}}{{.}}{{end}}", "./..."); strings.TrimSpace(got) != "" {
		t.Errorf("imports are not found: %s", got)
	}
	if got := run(t, dir, "go", "list", "./..."); strings.Contains("\n"+got, "\nkycmock") {
		t.Errorf("packages keep their path: %s", got)
	}
	if got := run(t, dir, "gofmt", "-l", "."); got != "" {
		t.Errorf("not formatted: %s", got)
	}
}

// shop is a module small enough to show each thing that a rename must and must
// not touch: file, text before, text after.
var shop = [][3]string{
	{"go.mod", "// The shop.\nmodule shop\n\ngo 1.26\n", "// The shop.\nmodule example.test/acme/shop\n\ngo 1.26\n"},
	{"tools/go.mod", "module shop/tools\n\nrequire shop v0.0.0\n\nreplace shop => ../\n",
		"module example.test/acme/shop/tools\n\nrequire example.test/acme/shop v0.0.0\n\nreplace example.test/acme/shop => ../\n"},
	{"cmd/shop/main.go",
		"package main\n\nimport (\n\t\"fmt\"\n\t\"shop/till\"\n\t\"example.test/zoo\"\n)\n\nvar agent, dir = \"shop/1.0\", \"/shop/till\"\n",
		"package main\n\nimport (\n\t\"example.test/acme/shop/till\"\n\t\"example.test/zoo\"\n\t\"fmt\"\n)\n\nvar agent, dir = \"shop/1.0\", \"/shop/till\"\n"},
	{"till/till.go", "// Package till is the shop's till; see [shop/till.Open].\npackage till\n",
		"// Package till is the shop's till; see [example.test/acme/shop/till.Open].\npackage till\n"},
	{"README.md", "The shop: `shop serve`, SHOP_ADDR, ./bin/shop, ../shop/till, mail shop@example.test, image shop@sha256:0.\n",
		"The shop: `shop serve`, SHOP_ADDR, ./bin/shop, ../shop/till, mail shop@example.test, image shop@sha256:0.\n"},
	{"docs/use.md", "go mod edit -require shop@v0.0.0 -replace shop=../shop\ngo run shop/cmd/shop@latest\nshop/till shop/till shop/till\nreplace shop => ../shop\n",
		"go mod edit -require example.test/acme/shop@v0.0.0 -replace example.test/acme/shop=../shop\ngo run example.test/acme/shop/cmd/shop@latest\n" +
			"example.test/acme/shop/till example.test/acme/shop/till example.test/acme/shop/till\nreplace example.test/acme/shop => ../shop\n"},
	{"Makefile", "build:\n\tgo build -ldflags '-X shop/till.version=1' -o bin/shop ./cmd/shop\n",
		"build:\n\tgo build -ldflags '-X example.test/acme/shop/till.version=1' -o bin/shop ./cmd/shop\n"},
}

func newShop(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for _, file := range shop {
		write(t, filepath.Join(dir, file[0]), file[1])
	}
	write(t, filepath.Join(dir, renameScript), read(t, renameScript))
	return dir
}

func TestARenameChangesThePathAndLeavesTheName(t *testing.T) {
	dir := newShop(t)
	for _, round := range []string{"once", "twice"} {
		run(t, dir, renameScript, "example.test/acme/shop", "--force")
		for _, file := range shop {
			if got := read(t, filepath.Join(dir, file[0])); got != file[2] {
				t.Errorf("renamed %s, %s is\n%s\nwanted\n%s", round, file[0], got, file[2])
			}
		}
	}
	// And on, from the new path, to another.
	run(t, dir, renameScript, "example.test/shop", "--force")
	if got := read(t, filepath.Join(dir, "till/till.go")); !strings.Contains(got, "[example.test/shop/till.Open]") {
		t.Errorf("renamed again, till.go is\n%s", got)
	}
}

func TestARenameRefusesNonsense(t *testing.T) {
	dir := newShop(t)
	for name, args := range map[string][]string{
		"usage:":                {},
		"double slash":          {"example.test//shop"},
		"trailing slash":        {"example.test/shop/"},
		"invalid char ' '":      {"example.test/my shop"},
		"invalid path element":  {"example.test/../shop"},
		"invalid char ';'":      {"example.test/shop;ls"},
		"begins with a host":    {"store"},
		"lies inside":           {"shop/till"},
		"ends in a version":     {"example.test/shop/v2"},
		"unknown option":        {"--farce", "example.test/shop"},
		"one path is wanted":    {"example.test/shop", "example.test/store"},
		"git cannot say whethe": {"example.test/shop"},
	} {
		said, err := try(dir, append([]string{renameScript}, args...)...)
		if err == nil || !strings.Contains(said, name) {
			t.Errorf("%q: %v, said %q, wanted %q", args, err, said, name)
		}
	}
	for _, file := range shop {
		if got := read(t, filepath.Join(dir, file[0])); got != file[1] {
			t.Errorf("a refused rename changed %s to\n%s", file[0], got)
		}
	}
}

func TestARenameWantsACommittedTree(t *testing.T) {
	dir := newShop(t)
	git := []string{"git", "-c", "user.name=Test", "-c", "user.email=test@example.test"}
	run(t, dir, "git", "init", "--quiet")
	said, err := try(dir, renameScript, "example.test/shop")
	if err == nil || !strings.Contains(said, "not committed") {
		t.Errorf("with changes: %v, said %q", err, said)
	}
	run(t, dir, append(git, "add", ".")...)
	run(t, dir, append(git, "commit", "--quiet", "--message", "A shop")...)
	run(t, dir, renameScript, "example.test/shop")
}
