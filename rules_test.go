package kycmock

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
)

// A source is one Go file as the rules see it.
type source struct {
	path  string // from the module's root, with slashes
	fset  *token.FileSet
	file  *ast.File
	lines int
}

func parse(path string, text []byte) (source, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, text, parser.ParseComments)
	return source{path: path, fset: fset, file: file, lines: strings.Count(string(text), "\n")}, err
}

func (s source) test() bool { return strings.HasSuffix(s.path, "_test.go") }

func (s source) dir() string { return path.Dir(s.path) }

func (s source) at(p token.Pos) string {
	return fmt.Sprintf("%s:%d", s.path, s.fset.Position(p).Line)
}

// A rule names each place of a file that breaks it, and how.
type rule func(s source) []string

// room says which line of the table of imports a package is on: the first
// folder, or the one inside mockserver. The module's root is in no room.
func room(dir string) string {
	first, rest, _ := strings.Cut(dir, "/")
	if first == "mockserver" && rest != "" {
		first, _, _ = strings.Cut(rest, "/")
	}
	return first
}

// importsByTable holds the imports of a file against the table: for each room
// of the module, the other rooms that it may import.
func importsByTable(module string, table map[string][]string) rule {
	return func(s source) []string {
		if s.test() {
			return nil
		}
		from := room(s.dir())
		allowed, known := table[from]
		if !known {
			return []string{fmt.Sprintf("%s:1: the table has no room %q", s.path, from)}
		}
		var broken []string
		for _, i := range s.file.Imports {
			name, _ := strconv.Unquote(i.Path.Value)
			dir, ours := strings.CutPrefix(name, module+"/")
			if to := room(dir); ours && to != from && !slices.Contains(allowed, to) {
				broken = append(broken, fmt.Sprintf("%s: %s may not import %s; it may: %s",
					s.at(i.Pos()), from, name, strings.Join(append([]string{"(" + from + ")"}, allowed...), ", ")))
			}
		}
		return broken
	}
}

// noStrayTime keeps the one clock the only clock, and tests from sleeping.
func noStrayTime(s source) []string {
	const instead = "is mockserver/clock's alone"
	switch {
	case s.test():
		return uses(s, "time", "has no place in a test", "Sleep")
	case s.dir() == "mockserver/clock":
		return nil
	}
	return uses(s, "time", instead, "Now", "Since", "Until", "Sleep", "After", "Tick", "NewTimer", "NewTicker", "AfterFunc")
}

// nothingHidden keeps what a Server does in its Config: nothing runs on import,
// and the environment, the proxies in it and the process's shared HTTP client
// are for package main to know.
func nothingHidden(s source) []string {
	if s.test() {
		return nil
	}
	var broken []string
	for _, d := range s.file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
			broken = append(broken, s.at(f.Pos())+": init() runs unasked")
		}
	}
	if room(s.dir()) == "cmd" {
		return broken
	}
	const instead = "is hidden input: hand it in"
	broken = append(broken, uses(s, "os", instead, "Getenv", "LookupEnv", "Environ", "ExpandEnv")...)
	return append(broken, uses(s, "net/http", instead,
		"ProxyFromEnvironment", "DefaultClient", "DefaultTransport", "Get", "Head", "Post", "PostForm")...)
}

// shortFile keeps files readable from top to bottom.
func shortFile(s source) []string {
	const most = 400
	if s.test() || s.lines <= most || ast.IsGenerated(s.file) {
		return nil
	}
	return []string{fmt.Sprintf("%s:%d: a file ends by line %d; this one has %d", s.path, most+1, most, s.lines)}
}

// uses finds the names of another package that a file mentions, whatever the
// file calls that package.
func uses(s source, importPath, why string, names ...string) []string {
	var broken []string
	for _, i := range s.file.Imports {
		if i.Path.Value != strconv.Quote(importPath) {
			continue
		}
		local := path.Base(importPath)
		if i.Name != nil {
			local = i.Name.Name
		}
		if local == "." {
			broken = append(broken, s.at(i.Pos())+": a dot import hides what is used of "+importPath)
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			selector, ok := n.(*ast.SelectorExpr)
			if !ok || !slices.Contains(names, selector.Sel.Name) {
				return true
			}
			if p, ok := selector.X.(*ast.Ident); ok && p.Name == local {
				broken = append(broken, fmt.Sprintf("%s: %s.%s %s", s.at(p.Pos()), importPath, selector.Sel.Name, why))
			}
			return true
		})
	}
	return broken
}
