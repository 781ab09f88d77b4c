package scenarios

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Problem is one thing that is wrong with a scenario.
type Problem struct {
	File    string `json:"file,omitempty" doc:"The file as it was named to the reader; absent for an upload."`
	Line    int    `json:"line,omitempty" doc:"Counted from 1; absent when nobody can say."`
	Column  int    `json:"column,omitempty" doc:"Counted from 1, in characters; absent when nobody can say."`
	Where   string `json:"where,omitempty" doc:"Which step, such as step 3, or step 3.2 for the second one of a parallel; absent when it is about none."`
	Message string `json:"message" doc:"What was wanted, and what was found."`
}

// String reads "file:line:column: step 3: message", without what is not known.
func (p Problem) String() string {
	place := p.File
	for _, n := range []int{p.Line, p.Column} {
		if n > 0 {
			place = strings.TrimPrefix(fmt.Sprintf("%s:%d", place, n), ":")
		}
	}
	parts := slices.DeleteFunc([]string{place, p.Where, p.Message}, func(part string) bool { return part == "" })
	return strings.Join(parts, ": ")
}

// Problems is all that is wrong, in the order of the text. It is what [Read]
// and its like return as their error.
type Problems []Problem

// Error has a line for each problem.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.String()
	}
	return strings.Join(lines, "\n")
}

// err is nil when there is no problem.
func (p Problems) err() error {
	if len(p) == 0 {
		return nil
	}
	return p
}

// maxProblems is how many problems of one text are told. Nobody reads more, and
// so nothing more is looked for.
const maxProblems = 100

// findings collects the problems of one text.
type findings struct {
	source
	problems Problems
	// spoilt are the nodes that were read in part only: what is wrong with
	// their meaning may follow from that, and is not told.
	spoilt map[*yaml.Node]bool
}

func findingsOf(s source) *findings { return &findings{source: s, spoilt: map[*yaml.Node]bool{}} }

// unread notes what keeps a node from being read.
func (f *findings) unread(n *yaml.Node, at *spot, format string, args ...any) {
	f.spoilt[n] = true
	f.note(n, at, format, args...)
}

// add notes what is wrong with the meaning of what stands at a spot, or would
// stand there.
func (f *findings) add(at *spot, format string, args ...any) {
	if f.full() {
		return
	}
	if n := at.in(f.root); !f.spoilt[n] {
		f.note(n, at, format, args...)
	}
}

func (f *findings) note(n *yaml.Node, at *spot, format string, args ...any) {
	if f.full() {
		return
	}
	where, within := at.words()
	message := fmt.Sprintf(format, args...)
	if within != "" {
		message = within + ": " + message
	}
	p := Problem{File: f.file, Where: where, Message: message}
	if n != nil {
		p.Line, p.Column = n.Line, n.Column
	}
	if !slices.Contains(f.problems, p) {
		f.problems = append(f.problems, p)
	}
}

// full is whether enough was found.
func (f *findings) full() bool { return len(f.problems) >= maxProblems }

// all are the problems in the order of the text.
func (f *findings) all() Problems {
	slices.SortStableFunc(f.problems, byPlace)
	if f.full() {
		f.problems = append(f.problems, Problem{File: f.file, Message: "there may be more"})
	}
	return f.problems
}

func byPlace(a, b Problem) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}
