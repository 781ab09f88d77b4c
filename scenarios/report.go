package scenarios

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode"
)

// Progress tells people how a run goes, as it goes. Its Observe is for
// [Options].
type Progress struct {
	w        io.Writer
	terminal bool

	mu      sync.Mutex
	passing bool // a line is shown that will be written over
}

// NewProgress tells w of runs: a line for each step that has ended, and on a
// terminal also the step that is running, in a line that goes away again.
func NewProgress(w io.Writer, terminal bool) *Progress { return &Progress{w: w, terminal: terminal} }

// Observe tells of a step as it begins and as it ends.
func (p *Progress) Observe(s StepResult) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s.Status == Running {
		if p.terminal {
			p.wipe()
			fmt.Fprintf(p.w, "...     %s", line(s))
			p.passing = true
		}
		return
	}
	p.wipe()
	_, _ = io.WriteString(p.w, stepText(s))
}

// End tells how a run ended.
func (p *Progress) End(r Result) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wipe()
	_, _ = io.WriteString(p.w, endText(r))
}

// wipe takes back the line of the step that is running.
func (p *Progress) wipe() {
	if p.passing {
		_, _ = io.WriteString(p.w, "\r\x1b[K")
	}
	p.passing = false
}

// WriteText writes a run as text: a line for each step, with what was found
// below it, and how it ended.
func WriteText(w io.Writer, r Result) error {
	var b strings.Builder
	for _, s := range r.Steps {
		b.WriteString(stepText(s))
	}
	b.WriteString(endText(r))
	_, err := io.WriteString(w, b.String())
	return err
}

// stepText is a step as a line, and what was found as lines below it.
func stepText(s StepResult) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-7s %s", s.Status, line(s))
	if s.Status == Passed && s.Detail != "" {
		fmt.Fprintf(&b, " (%s)", clean(s.Detail))
	}
	b.WriteString("\n")
	below := func(text string) {
		if text != "" {
			fmt.Fprintf(&b, "        %s\n", clean(text))
		}
	}
	below(s.Finding)
	if s.Status != Passed {
		below(s.rest())
	}
	below(s.Otherwise)
	return b.String()
}

// line is what a step is called in a line of its own.
func line(s StepResult) string {
	name := s.Name
	if s.Asserts() && !strings.HasPrefix(name, s.Verb) {
		name = s.Verb + " that " + name
	}
	return clean(s.Path + " " + name)
}

// endText is how a run ended.
func endText(r Result) string {
	text := fmt.Sprintf("%s %s, seed %d\n", r.Status, r.Scenario, r.Seed)
	if n := len(r.Findings()); n > 0 {
		text = fmt.Sprintf("%s %s: %s about the receiver, seed %d\n", r.Status, r.Scenario, plural(n, "finding", "findings"), r.Seed)
	}
	if r.Detail != "" {
		text += "        " + clean(r.Detail) + "\n"
	}
	if r.Status != Passed {
		text += "        repeat it: " + clean(r.Command) + "\n"
	}
	return text
}

// clean is a text in one line, without what a terminal would act on: what a
// receiver answers is not to be trusted.
func clean(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
}

// WriteJSON writes runs as a JSON document: {"runs": [...]}.
func WriteJSON(w io.Writer, runs ...Result) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(map[string][]Result{"runs": append([]Result{}, runs...)})
}

// WriteGitHub writes what went wrong as annotations of GitHub's workflows: lines
// that it shows where the step stands.
func WriteGitHub(w io.Writer, runs ...Result) error {
	var b strings.Builder
	for _, r := range runs {
		told := false
		for _, s := range r.Steps {
			if s.Status != Failed && s.Status != Error || s.Finding == "" && s.Detail == "" {
				continue // what is within it says why
			}
			told = told || s.Status == Error
			annotate(&b, s.File, s.Line, s.Column, r.Scenario+": "+s.Name, sentences(s.Finding, s.rest(), s.Otherwise, "Repeat it: "+r.Command))
		}
		if !told && r.Detail != "" {
			annotate(&b, r.File, 1, 1, r.Scenario, sentences(r.Detail, "Repeat it: "+r.Command))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func annotate(b *strings.Builder, file string, line, column int, title, message string) {
	b.WriteString("::error ")
	if file != "" {
		fmt.Fprintf(b, "file=%s,line=%d,col=%d,", property(file), max(line, 1), max(column, 1))
	}
	fmt.Fprintf(b, "title=%s::%s\n", property(title), escaped(message))
}

// escaped and property escape what GitHub's lines are made of.
func escaped(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(text)
}

func property(text string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(escaped(text))
}

// sentences are texts in lines of their own, those that there are.
func sentences(texts ...string) string {
	var lines []string
	for _, text := range texts {
		if text = strings.TrimSpace(text); text != "" {
			lines = append(lines, text)
		}
	}
	return strings.Join(lines, "\n")
}
